"""Old and new model's probabilities over the slices: a small plot a class, the old thin, the new bold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import class_colour, ink, sized

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.predict.flag_changes import FlagChange
    from ichcore.predict.prediction import Prediction

LEFT, RIGHT, TOP, GAP, AXIS = 44.0, 12.0, 6.0, 4.0, 16.0
ROW = 27.0
MARK = 5.0
"""Height of the mark on a slice whose flag differs."""


class TwoTraces(QWidget):
    """A click goes to a slice; so do left and right."""

    slice_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._both: tuple[Prediction, Prediction] | None = None
        self._changed: dict[int, set[int]] = {}
        self._index = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probabilities of the old and the new model"))

    def sizeHint(self) -> QSize:
        """Six rows and the numbers of slices."""
        return QSize(600, round(TOP + len(CLASSES) * (ROW + GAP) + AXIS))

    def show_both(
        self, both: tuple[Prediction, Prediction] | None, changes: tuple[FlagChange, ...], index: int
    ) -> None:
        """Show what both say, and where their flags differ.

        Args:
            both: old and new; ``None`` for empty rows.
            changes: flags that differ.
            index: the shown slice.
        """
        self._both, self._index = both, index
        self._changed = {}
        for change in changes:
            self._changed.setdefault(CLASSES.index(change.class_name), set()).add(change.index)
        self.update()

    @property
    def slices(self) -> int:
        """Slices of the series; 0 while nothing is said."""
        return 0 if self._both is None else len(self._both[0].done)

    def x_of(self, index: int) -> float:
        """The middle of a slice's column, px."""
        return LEFT + (index + 0.5) * (self.width() - LEFT - RIGHT) / max(1, self.slices)

    def slice_at(self, x: float) -> int | None:
        """The slice under a horizontal position; ``None`` while nothing is said."""
        if not self.slices:
            return None
        share = (x - LEFT) / max(1.0, self.width() - LEFT - RIGHT)
        return max(0, min(self.slices - 1, math.floor(share * self.slices)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, then the shown slice over all of them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(CLASSES)):
            self._row(painter, row)
        if self.slices:
            self._axis(painter)
        if self.hasFocus():
            paint_focus(painter, self.rect())

    def _row(self, painter: QPainter, row: int) -> None:
        colours, top = ink(), TOP + row * (ROW + GAP)
        area = QRectF(LEFT, top, self.width() - LEFT - RIGHT, ROW)
        painter.fillRect(area, colours.ground)
        painter.setFont(sized(self.font(), 11))
        painter.setPen(colours.text if self._speak(row) else colours.faint)
        name = HEMORRHAGE_CLASSES[row].short
        align = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(QRectF(0, top, LEFT - 8, ROW), align, name)
        if self._both is None:
            return
        width = area.width() / self.slices
        amber = colours.amber
        for index in self._changed.get(row, ()):
            place = QRectF(area.left() + index * width, area.top(), width, area.height())
            painter.fillRect(place, colours.amber_ground)
            painter.fillRect(QRectF(place.left(), place.bottom() - 2, width, 2), amber)
        old, new = self._both
        thin, bold = QPen(colours.muted, 1.2), QPen(class_colour(row), 2.4)
        for said, pen in ((old, thin), (new, bold)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            limit = float(said.thresholds[row])
            if not math.isnan(limit):
                dashed = QPen(pen.color(), 1.0)
                dashed.setDashPattern([1.0, 4.0] if said is old else [5.0, 4.0])
                painter.setPen(dashed)
                y = _y(area, limit)
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        for said, pen in ((old, thin), (new, bold)):
            painter.setPen(pen)
            self._trace(painter, area, said.probabilities[:, row])

    def _trace(self, painter: QPainter, area: QRectF, values: NDArray[np.float32]) -> None:
        """A line through what is known; a single known slice is a dot."""
        run: list[QPointF] = []
        for index in range(len(values) + 1):
            value = float(values[index]) if index < len(values) else math.nan
            if not math.isnan(value):
                run.append(QPointF(self.x_of(index), _y(area, value)))
            elif run:
                painter.drawPolyline(QPolygonF(run)) if len(run) > 1 else painter.drawPoint(run[0])
                run = []

    def _axis(self, painter: QPainter) -> None:
        colours, bottom = ink(), TOP + len(CLASSES) * (ROW + GAP) - GAP
        x = self.x_of(self._index)
        painter.setPen(QPen(colours.accent, 1.0))
        painter.drawLine(QPointF(x, TOP), QPointF(x, bottom))
        painter.setFont(sized(self.font(), 10))
        for index in sorted({0, self.slices - 1, self._index}):
            shown = index == self._index
            if not shown and abs(self.x_of(index) - x) < 24:
                continue
            painter.setPen(colours.accent if shown else colours.muted)
            box = QRectF(self.x_of(index) - 20, bottom + 1, 40, AXIS)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(index + 1))

    def _speak(self, row: int) -> bool:
        if self._both is None:
            return False
        return any(not np.isnan(said.probabilities[:, row]).all() for said in self._both)

    def words(self, index: int) -> str:
        """What both say of a slice, a class a line."""
        if self._both is None:
            return ""
        lines = [self.tr("slice {0}: old, new").format(index + 1)]
        for row, named in enumerate(HEMORRHAGE_CLASSES):
            old, new = (float(said.probabilities[index, row]) for said in self._both)
            if not (math.isnan(old) and math.isnan(new)):
                lines.append(f"{named.short} {_number(old)}, {_number(new)}")
        return "\n".join(lines)

    def event(self, event: QEvent) -> bool:
        """Probabilities under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.slice_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.words(index) if index is not None else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along with the button down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        index = self.slice_at(event.position().x())
        if index is not None:
            self.slice_wanted.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right change the slice."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.slices:
            super().keyPressEvent(event)
        else:
            self.slice_wanted.emit(max(0, min(self.slices - 1, self._index + step)))


def _y(area: QRectF, probability: float) -> float:
    return area.bottom() - 1.5 - min(max(probability, 0.0), 1.0) * (area.height() - 3.0)


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"
