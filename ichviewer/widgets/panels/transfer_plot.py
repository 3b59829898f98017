"""The slice's HU histogram with the transfer curve over it, which can be dragged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichcore.volume.window import BRAIN, Transfer
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.own_keys import ARROWS, claims
from ichviewer.widgets.panels.histogram import axis_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.window import Window

AXIS_HEIGHT = 16
GRIP = 8.0
"""How near a curve's end the mouse takes hold of it, px."""
LEAST_WIDTH = 2.0
CURVE_POINTS = 144


class TransferPlot(QWidget):
    """Drag it sideways to move the level, one of the curve's ends to change the width."""

    window_moved = Signal(object)
    """The :class:`~ichcore.volume.window.Window` that the reader dragged to."""

    released = Signal()
    """The drag is over, so the axis may follow the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window: Window = BRAIN
        self._learned = False
        self._is_hu = True
        self._heights: NDArray[np.float64] = np.zeros(0)
        self._histogram: QPixmap | None = None
        self._curve: QPixmap | None = None
        self._curve_key: tuple[object, ...] = ()
        self._axis = axis_range(BRAIN)
        self._grip = ""
        self._press_hu = 0.0
        self._press_window: Window = BRAIN
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Histogram and transfer curve"))
        self.setToolTip(self.tr("Drag sideways for the level, an end of the curve for the width"))

    def sizeHint(self) -> QSize:
        """A low picture over its axis."""
        return QSize(288, 104)

    @property
    def axis(self) -> tuple[float, float]:
        """Lowest and highest HU drawn."""
        return self._axis

    def show_window(self, window: Window, *, learned: bool, is_hu: bool = True) -> bool:
        """Take the window; returns whether the axis moved, so that the histogram must be counted anew."""
        self._window, self._learned, self._is_hu = window, learned, is_hu
        before = self._axis
        if not self._grip:
            self._axis = axis_range(window, is_hu=is_hu)
        self.update()
        return self._axis != before

    def show_histogram(self, heights: NDArray[np.float64]) -> None:
        """Take heights in [0, 1], evenly spaced over the axis; empty for none."""
        self._heights = heights
        self._forget_picture()

    # geometry

    def _area(self) -> QRectF:
        return QRectF(1, 6, self.width() - 2, self.height() - AXIS_HEIGHT - 8)

    def x_of(self, hu: float) -> float:
        """Where a HU lies, px from the left side."""
        low, high = self._axis
        area = self._area()
        return area.left() + (hu - low) / (high - low) * area.width()

    def _hu_at(self, x: float) -> float:
        low, high = self._axis
        area = self._area()
        return low + (x - area.left()) / max(1.0, area.width()) * (high - low)

    def _grip_at(self, x: float) -> str:
        left, right = self.x_of(self._window.low), self.x_of(self._window.high)
        near = min((abs(x - left), "low"), (abs(x - right), "high"))
        # On a narrow window the ends must leave room in the middle for the level.
        reach = min(GRIP, max(2.0, (right - left) / 4))
        return near[1] if near[0] <= reach else "level"

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the level or of an end."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            x = event.position().x()
            self._grip, self._press_hu, self._press_window = self._grip_at(x), self._hu_at(x), self._window
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag; or say by the cursor what would be dragged."""
        x = event.position().x()
        if not self._grip:
            at_end = self._grip_at(x) != "level"
            self.setCursor(Qt.CursorShape.SplitHCursor if at_end else Qt.CursorShape.SizeHorCursor)
            return
        moved, start = self._hu_at(x) - self._press_hu, self._press_window
        if self._grip == "level":
            self._send(start.center + moved, start.width)
        else:
            # The level stays; both ends move, as width does everywhere else.
            outwards = moved if self._grip == "high" else -moved
            self._send(start.center, start.width + 2 * outwards)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; the axis may follow now."""
        self._grip = ""
        self.released.emit()

    def event(self, event: QEvent) -> bool:
        """The arrow keys are its own while it has the keyboard."""
        return claims(event, ARROWS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the level, up and down the width, by 1 HU, with Shift by 10."""
        step = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        level, width = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, step),
            Qt.Key.Key_Down: (0.0, -step),
        }.get(Qt.Key(event.key()), (0.0, 0.0))
        if level or width:
            self._send(self._window.center + level, self._window.width + width)
        else:
            super().keyPressEvent(event)

    def _send(self, center: float, width: float) -> None:
        window = replace(self._window, center=round(center, 1), width=max(LEAST_WIDTH, round(width, 1)))
        # shown at once: the next move may come before the document has answered
        self._window = window
        self.update()
        self.window_moved.emit(window)

    # paint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size, another histogram."""
        self._forget_picture()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme, other colours."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._curve = None
            self._forget_picture()
        super().changeEvent(event)

    def _forget_picture(self) -> None:
        self._histogram = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Histogram, curve, its linear approximation where the sigmoid is shown, and the axis."""
        painter = QPainter(self)
        area = self._area()
        # a window drag moves only the curve, a slice step changes only the histogram
        ratio = self.devicePixelRatioF()
        if self._histogram is None or self._histogram.devicePixelRatio() != ratio:
            self._histogram = self._painted_histogram(area, ratio)
        painter.drawPixmap(0, 0, self._histogram)
        key = (self._window, self._learned, self._axis, self._is_hu, self.size(), ratio, self.font().key())
        if self._curve is None or self._curve_key != key:
            self._curve, self._curve_key = self._painted_curve(area, ratio), key
        painter.drawPixmap(0, 0, self._curve)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_focus(painter, self.rect())

    def _painted_curve(self, area: QRectF, ratio: float) -> QPixmap:
        """Curve, grips and axis on nothing, as large as the plot."""
        pixmap = self._blank(ratio)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        painter.setPen(QPen(colours.strong_line, 1.0))
        painter.drawLine(
            QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5)
        )
        stroke = colours.accent if self._learned else colours.text
        if self._window.transfer is Transfer.SIGMOID:
            self._paint_curve(painter, area, self._window.with_transfer(Transfer.LINEAR), dashed=True)
        self._paint_curve(painter, area, self._window, dashed=False)
        painter.setPen(QPen(colours.panel, 2.0))
        painter.setBrush(stroke)
        for hu, grey in ((self._window.low, 0.0), (self._window.center, 0.5), (self._window.high, 1.0)):
            y = area.bottom() - grey * area.height()
            radius = 4.5 if grey == 0.5 else 4.0
            painter.drawEllipse(QPointF(self.x_of(hu), y), radius, radius)
        self._paint_axis(painter, area)
        painter.end()
        return pixmap

    def _blank(self, ratio: float) -> QPixmap:
        """Nothing, as large as the plot."""
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _painted_histogram(self, area: QRectF, ratio: float) -> QPixmap:
        """The histogram on nothing, as large as the plot."""
        pixmap = self._blank(ratio)
        if self._heights.size == 0:
            return pixmap
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        xs = np.linspace(area.left(), area.right(), self._heights.size)
        ys = area.bottom() - self._heights * area.height() * 0.94
        points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        points = [QPointF(area.left(), area.bottom()), *points, QPointF(area.right(), area.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(ink().panel, ink().muted, 0.32))
        painter.drawPolygon(QPolygonF(points))
        painter.end()
        return pixmap

    def _paint_curve(self, painter: QPainter, area: QRectF, window: Window, *, dashed: bool) -> None:
        colours = ink()
        low, high = self._axis
        pixels = np.linspace(area.left(), area.right(), CURVE_POINTS)
        grey = window.apply(np.linspace(low, high, CURVE_POINTS))
        ys = area.bottom() - grey * area.height()
        curve = QPolygonF([QPointF(x, y) for x, y in zip(pixels.tolist(), ys.tolist(), strict=True)])
        if dashed:
            pen = QPen(colours.muted, 1.0)
            pen.setDashPattern([3.0, 3.0])
        else:
            pen = QPen(colours.accent if self._learned else colours.text, 2.0)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(curve)

    def _paint_axis(self, painter: QPainter, area: QRectF) -> None:
        low, high = self._axis
        unit = self.tr("HU") if self._is_hu else self.tr("grey")
        painter.setFont(sized(self.font(), 10))
        painter.setPen(ink().muted)
        box = QRectF(area.left(), area.bottom() + 3, area.width(), AXIS_HEIGHT)
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(box, int(top | Qt.AlignmentFlag.AlignLeft), f"{low:.0f}".replace("-", "−"))
        end = f"{high:.0f} {unit}".replace("-", "−")
        painter.drawText(box, int(top | Qt.AlignmentFlag.AlignRight), end)
        middle = f"{self._window.center:.0f}".replace("-", "−")
        x = self.x_of(self._window.center)
        if area.left() + 40 < x < area.right() - 56:
            painter.drawText(
                QRectF(x - 40, box.top(), 80, AXIS_HEIGHT), int(top | Qt.AlignmentFlag.AlignHCenter), middle
            )
