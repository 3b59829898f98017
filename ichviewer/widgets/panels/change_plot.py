"""Probabilities before and after: a row a class, from an open circle to a full one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.widgets.controls.ink import class_colour, ink, sized, words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW = 24
NAME_ROOM, NUMBERS_ROOM = 40.0, 92.0
RADIUS = 4.0


class Change(NamedTuple):
    """What became of one class.

    Attributes:
        column: of the class among the six.
        before: probability.
        after: probability; ``None`` while the model is being asked.
        threshold: operating point.
    """

    column: int
    before: float
    after: float | None
    threshold: float

    def words(self) -> str:
        """Such as ``0.97 → 0.31``."""
        return f"{self.before:.2f} → {'…' if self.after is None else format(self.after, '.2f')}"


class ChangePlot(QWidget):
    """As many rows as there are classes to speak of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes: tuple[Change, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probabilities before and after"))

    def sizeHint(self) -> QSize:
        """A row a class."""
        return QSize(288, ROW * len(self._changes))

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is shown."""
        return self._changes

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Show these rows."""
        if tuple(changes) == self._changes:
            return
        self._changes = tuple(changes)
        names = [f"{HEMORRHAGE_CLASSES[change.column].short} {change.words()}" for change in changes]
        self.setAccessibleDescription("; ".join(names))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, way from before to after with the threshold on it, and both numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, change in enumerate(self._changes):
            self._paint_row(painter, change, row * ROW + ROW / 2)

    def _paint_row(self, painter: QPainter, change: Change, y: float) -> None:
        colours, stroke = ink(), class_colour(change.column)
        left, right = NAME_ROOM, self.width() - NUMBERS_ROOM
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(sized(self.font(), 12, weight=QFont.Weight.Medium))
        painter.setPen(words_in(stroke))
        name = QRectF(0, y - ROW / 2, NAME_ROOM, ROW)
        painter.drawText(
            name, int(middle | Qt.AlignmentFlag.AlignLeft), HEMORRHAGE_CLASSES[change.column].short
        )
        painter.setPen(colours.text)
        numbers = QRectF(right, y - ROW / 2, NUMBERS_ROOM, ROW)
        painter.drawText(numbers, int(middle | Qt.AlignmentFlag.AlignRight), change.words())

        def at(probability: float) -> QPointF:
            return QPointF(left + RADIUS + probability * (right - left - 2 * RADIUS), y)

        painter.setPen(QPen(colours.strong_line, 2.0))
        painter.drawLine(at(0.0), at(1.0))
        painter.setPen(QPen(colours.muted, 1.4))
        tick = at(change.threshold)
        painter.drawLine(tick - QPointF(0, 6), tick + QPointF(0, 6))
        if change.after is not None:
            painter.setPen(QPen(stroke, 2.0))
            painter.drawLine(at(change.before), at(change.after))
            painter.setPen(QPen(colours.panel, 1.5))
            painter.setBrush(stroke)
            painter.drawEllipse(at(change.after), RADIUS + 0.8, RADIUS + 0.8)
        painter.setPen(QPen(stroke, 1.6))
        painter.setBrush(colours.panel)
        painter.drawEllipse(at(change.before), RADIUS - 0.4, RADIUS - 0.4)
