"""Every slice's probability per class; a click goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.icon_button import IconButton
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.own_keys import TRAVEL, claims
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.strip.cells import Cells, pool
from ichviewer.widgets.strip.picture import GAP, LEAST_COLUMN, ROW, Grid, paint_cells
from ichviewer.widgets.strip.rows import StripRow, rows_of
from ichviewer.widgets.strip.tooltip import slice_tooltip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

LABELS = 76
"""Room of fold button and short names, px."""
RIGHT = 16
TOP = 10
AXIS = 18
NUMBER = 44
"""Room of the shown slice's number under its column, px."""
FOLDED_HEIGHT = TOP + ROW + GAP + 6


class ProbabilityStrip(QWidget):
    """A row of cells for each class that a model in use predicts; folds to the first, ``any``."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._case: Case | None = None
        self._pixmap: QPixmap | None = None
        self._rows: tuple[StripRow, ...] = ()
        self._cells: Cells | None = None
        self._folded = False
        self._outlined = QRect()
        self._number_font = sized(self.font(), 10)
        # so that a step does not have the window paint its ground below
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probability of every slice"))
        self.fold_button = IconButton("down", self.tr("Fold the strip"), self)
        self.fold_button.move(8, TOP - 4)
        self.fold_button.clicked.connect(lambda: self.set_folded(not self._folded))
        self._soon = Soon(self.renew, self, delay_ms=30)
        workspace.case_changed.connect(self._take_case)
        workspace.models.changed.connect(self._soon.request)
        workspace.models.shown_changed.connect(self._soon.request)
        workspace.view.slice_changed.connect(self._move_outline)
        self._take_case()

    # size

    def sizeHint(self) -> QSize:
        """All rows and an axis, or one row."""
        return QSize(600, FOLDED_HEIGHT if self._folded else self._axis_top() + AXIS)

    def _axis_top(self) -> int:
        return TOP + max(1, len(self._rows)) * (ROW + GAP)

    def minimumSizeHint(self) -> QSize:
        """As high as it wants to be; any width."""
        return QSize(200, self.sizeHint().height())

    @property
    def folded(self) -> bool:
        """Whether only the row of ``any`` is shown."""
        return self._folded

    def set_folded(self, folded: bool) -> None:
        """Show one row or all."""
        self._folded = folded
        self.fold_button.set_sign("up" if folded else "down")
        self.fold_button.setToolTip(self.tr("Unfold the strip") if folded else self.tr("Fold the strip"))
        self.updateGeometry()
        self.renew()

    # geometry

    @property
    def slices(self) -> int:
        """Slices of the open case."""
        return 0 if self._case is None else self._case.volume.shape[0]

    def grid(self) -> Grid:
        """Where the cells lie at the present size."""
        width = max(1.0, float(self.width() - LABELS - RIGHT))
        columns = min(self.slices, int(width // LEAST_COLUMN))
        rows = 1 if self._folded else max(1, len(self._rows))
        return Grid(LABELS, TOP, width, columns, rows)

    def slice_at(self, x: float) -> int | None:
        """The slice under a horizontal position; positions beside the cells count for the nearest."""
        if not self.slices:
            return None
        grid = self.grid()
        share = (x - grid.left) / grid.width
        return max(0, min(self.slices - 1, int(share * self.slices)))

    def slice_rect(self, index: int) -> QRectF:
        """Where the cells of a slice are, over all rows."""
        grid = self.grid()
        step = grid.width / max(1, self.slices)
        height = grid.rows * (ROW + GAP) - GAP
        return QRectF(grid.left + index * step, grid.top, step, height)

    # what it shows

    @property
    def cells(self) -> Cells | None:
        """What the painted cells say; ``None`` without a case."""
        return self._cells

    @property
    def rows(self) -> tuple[StripRow, ...]:
        """What the rows are, top to bottom."""
        return self._rows

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.prediction_changed.connect(self._soon.request)
            self._case.other_prediction_changed.connect(self._soon.request)
            self._case.thresholds_changed.connect(self._soon.request)
            self._case.volume_completed.connect(self._soon.request)
        self.renew()

    def renew(self) -> None:
        """Ask the case anew, pool, and paint the cells when next shown."""
        before, case = len(self._rows), self._case
        self._rows = () if case is None or not self.slices else rows_of(self._workspace, case)
        self._cells = None if case is None or not self._rows else self._pooled(case)
        self._pixmap = None
        if len(self._rows) != before:
            self.updateGeometry()
        self.update()

    def _pooled(self, case: Case) -> Cells:
        prediction = case.prediction
        fits = prediction is not None and prediction.done.shape[0] == self.slices
        done = prediction.done if prediction is not None and fits else np.zeros(self.slices, bool)
        return pool(self._rows, done, self.grid().columns)

    def _move_outline(self, index: int) -> None:
        """A slice step repaints the old and the new column, no more."""
        for area in (self._outlined, self._touched(index)):
            self.update(area)

    def _touched(self, index: int) -> QRect:
        """What outline and number of a slice cover."""
        outline = self._outline(index)
        covered = outline.toAlignedRect().adjusted(-2, -2, 2, 2)
        if not self._folded:
            covered = covered.united(self._number_rect(index).toAlignedRect())
        return covered

    def _number_rect(self, index: int) -> QRectF:
        middle = self.slice_rect(index).center().x()
        return QRectF(middle - NUMBER / 2, self._axis_top() + 4, NUMBER, AXIS - 4)

    def _outline(self, index: int) -> QRectF:
        area = self.slice_rect(index)
        if area.width() < 5:
            area.adjust(-(5 - area.width()) / 2, 0, (5 - area.width()) / 2, 0)
        return area.adjusted(-2, -4, 0 if area.width() >= 8 else 1, 4)

    # mouse and keys

    def _go(self, x: float) -> None:
        index = self.slice_at(x)
        if index is not None:
            self._workspace.view.go_to_slice(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= LABELS - 4:
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag through the slices; hovering says what is there."""
        x = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(x)
        index = self.slice_at(x)
        if index is None or x < LABELS - 4:
            QToolTip.hideText()
        else:
            below = QPoint(int(x) + 12, -8)
            QToolTip.showText(self.mapToGlobal(below), self.tooltip_html(index), self, self.rect())

    def leaveEvent(self, event: QEvent) -> None:
        """The tooltip goes with the mouse."""
        QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One slice a notch, as over the image."""
        down = event.angleDelta().y() < 0
        forward = down == self._workspace.settings.preferences.wheel_down_next
        self._workspace.view.step(1 if forward else -1)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """The travelling keys are its own while it has the keyboard."""
        return claims(event, TRAVEL) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page keys, Home and End, as over the image."""
        view = self._workspace.view
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
        key = Qt.Key(event.key())
        if key in steps:
            view.step(steps[key])
        elif key == Qt.Key.Key_Home:
            view.go_to_slice(0)
        elif key == Qt.Key.Key_End:
            view.go_to_slice(self.slices - 1)
        else:
            super().keyPressEvent(event)

    def tooltip_html(self, index: int) -> str:
        """Slice, position, and what the models in use say of it."""
        return "" if self._case is None else slice_tooltip(self._workspace, self._case, index)

    # paint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other columns."""
        self.renew()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme, other colours."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.renew()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture where it must be renewed, then outline and number of the shown slice."""
        painter = QPainter(self)
        colours = ink()
        if self._cells is None:
            painter.fillRect(self.rect(), colours.ground)
            painter.fillRect(0, 0, self.width(), 1, colours.line)
            painter.setPen(colours.faint)
            area = self.rect().adjusted(LABELS, 0, -RIGHT, 0)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), self.tr("No series is open"))
            return
        ratio = self.devicePixelRatioF()
        if self._pixmap is None:
            self._pixmap = self._painted(self._cells, ratio)
        for area in cast("Iterable[QRect]", event.region()):
            source = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
            painter.drawPixmap(QRectF(area), self._pixmap, source)
        index = self._workspace.view.slice_index
        self._outlined = self._touched(index)
        self._paint_number(painter, index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._outline(index), 3, 3)
        if self.hasFocus():
            paint_focus(painter, self.rect().adjusted(LABELS - 10, 2, -6, -2))

    def _painted(self, cells: Cells, ratio: float) -> QPixmap:
        """Everything that a slice step does not change, opaque."""
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(ink().ground)
        painter = QPainter(pixmap)
        painter.fillRect(0, 0, self.width(), 1, ink().line)
        grid = self.grid()
        paint_cells(painter, grid, cells, self._rows)
        self._paint_names(painter, grid)
        if not self._folded:
            self._paint_ends(painter, grid)
        painter.end()
        return pixmap

    def _paint_names(self, painter: QPainter, grid: Grid) -> None:
        painter.setFont(sized(self.font(), 11, weight=QFont.Weight.Medium))
        painter.setPen(ink().muted)
        align = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        for number, row in enumerate(self._rows[: grid.rows]):
            area = QRectF(0, grid.row_top(number), LABELS - 10, ROW)
            painter.drawText(area, align, row.short)

    def _paint_ends(self, painter: QPainter, grid: Grid) -> None:
        """The first and the last slice's number."""
        painter.setFont(sized(self.font(), 10))
        box = QRectF(grid.left, self._axis_top() + 4, grid.width, AXIS - 4)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignLeft), "1")
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), str(self.slices))

    def _paint_number(self, painter: QPainter, index: int) -> None:
        """The shown slice's number under its column, over whatever number is there."""
        if self._folded:
            return
        area = self._number_rect(index)
        painter.fillRect(area, ink().ground)
        painter.setFont(self._number_font)
        painter.setPen(ink().text)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), str(index + 1))
