"""A histogram with a range over it whose ends, and all of which, can be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.own_keys import ARROWS, claims

if TYPE_CHECKING:
    from numpy.typing import NDArray

AXIS_HEIGHT = 16
GRIP = 7.0
"""How near an end the mouse takes hold of it, px."""
LOW, HIGH, BOTH = "low", "high", "both"
_ENDS = {Qt.Key.Key_Down: LOW, Qt.Key.Key_Up: HIGH}
_STEPS = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}


class RangePlot(QWidget):
    """Drag an end, or the range between them; with the keyboard Left and Right move the end in hand.

    Args:
        axis: lowest and highest value drawn; the range may reach beyond.
        ticks: values that are written below.
    """

    moved = Signal(float, float)
    """Lower and upper end that the reader dragged to; not sent by :meth:`show_range`."""

    def __init__(
        self, axis: tuple[float, float], ticks: tuple[float, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._axis, self._ticks = axis, ticks
        self._heights: NDArray[np.float64] = np.zeros(0)
        self._low, self._high = axis
        self._inverted = False
        self._grip, self._in_hand = "", HIGH
        self._press = (0.0, 0.0, 0.0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A low picture over its axis."""
        return QSize(288, 76)

    def show_heights(self, heights: NDArray[np.float64]) -> None:
        """Take heights in [0, 1], evenly spaced over the axis; empty for none."""
        self._heights = heights
        self.update()

    def show_range(self, low: float, high: float, *, inverted: bool) -> None:
        """Take the range, and whether what lies outside of it is meant; nothing is sent."""
        self._low, self._high, self._inverted = low, high, inverted
        self.update()

    # geometry

    def _area(self) -> QRectF:
        return QRectF(5, 4, self.width() - 10, self.height() - AXIS_HEIGHT - 5)

    def x_of(self, value: float) -> float:
        """Where a value lies, px from the left side; beyond the axis at its end."""
        low, high = self._axis
        area = self._area()
        return area.left() + min(1.0, max(0.0, (value - low) / (high - low))) * area.width()

    def _value_at(self, x: float) -> float:
        low, high = self._axis
        area = self._area()
        return low + (x - area.left()) / max(1.0, area.width()) * (high - low)

    def _grip_at(self, x: float) -> str:
        """What the mouse would take hold of; between the ends of a narrow range there is room for both."""
        left, right = self.x_of(self._low), self.x_of(self._high)
        reach = min(GRIP, max(1.0, (right - left) / 3))
        if left + reach < x < right - reach:
            return BOTH
        return LOW if abs(x - left) < abs(x - right) or x < left else HIGH

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the range or of the nearer end, which comes to the mouse."""
        if event.button() != Qt.MouseButton.LeftButton or not self.isEnabled():
            return
        x = event.position().x()
        self._grip = self._grip_at(x)
        self._press = (self._value_at(x), self._low, self._high)
        if self._grip != BOTH:
            self._in_hand = self._grip
            end = self.x_of(self._low if self._grip == LOW else self._high)
            if abs(x - end) > GRIP:
                value = float(round(self._value_at(x)))
                self._press = (value, value, value)
                self._move_end(value)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag; or say by the cursor what would be dragged."""
        x = event.position().x()
        if not self._grip:
            both = self._grip_at(x) == BOTH
            self.setCursor(Qt.CursorShape.SizeHorCursor if both else Qt.CursorShape.SplitHCursor)
            return
        at, low, high = self._press
        by = float(round(self._value_at(x) - at))
        if self._grip == BOTH:
            by = min(max(by, self._axis[0] - low), self._axis[1] - high) if self._fits(low, high) else by
            self._send(low + by, high + by)
        else:
            self._move_end((low if self._grip == LOW else high) + by)

    def _fits(self, low: float, high: float) -> bool:
        return self._axis[0] <= low and high <= self._axis[1]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = ""
        self.update()

    def event(self, event: QEvent) -> bool:
        """The arrow keys are its own while it has the keyboard."""
        return claims(event, ARROWS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the end in hand by 1, with Shift by 10; Down and Up choose the end."""
        key = Qt.Key(event.key())
        if key in _ENDS:
            self._in_hand = _ENDS[key]
            self.update()
        elif key in _STEPS:
            far = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            end = self._low if self._in_hand == LOW else self._high
            self._move_end(end + far * _STEPS[key])
        else:
            super().keyPressEvent(event)

    def _move_end(self, value: float) -> None:
        """The end in hand goes there, and no farther than the other one."""
        value = min(max(value, self._axis[0]), self._axis[1])
        if self._in_hand == LOW:
            self._send(min(value, self._high), self._high)
        else:
            self._send(self._low, max(value, self._low))

    def _send(self, low: float, high: float) -> None:
        if (low, high) != (self._low, self._high):
            # shown at once: the next move may come before the document has answered
            self._low, self._high = low, high
            self.update()
            self.moved.emit(low, high)

    # paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """What passes bright, what does not dark, the two ends, and the axis."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, area = ink(), self._area()
        left, right = self.x_of(self._low), self.x_of(self._high)
        within = QRectF(left, area.top(), right - left, area.height())
        outside = (
            QRectF(area.left(), area.top(), left - area.left(), area.height()),
            QRectF(right, area.top(), area.right() - right, area.height()),
        )
        passing, held = (outside, (within,)) if self._inverted else ((within,), outside)
        for parts, ground, curve in ((held, 0.0, 0.3), (passing, 0.16, 0.85)):
            for part in parts:
                painter.save()
                painter.setClipRect(part)
                painter.fillRect(part, blend(colours.panel, colours.text, ground))
                self._paint_heights(painter, area, curve)
                painter.restore()
        painter.setPen(QPen(colours.strong_line, 1.0))
        painter.drawLine(
            QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5)
        )
        for name, x in ((LOW, left), (HIGH, right)):
            self._paint_end(painter, area, x, in_hand=name == self._in_hand and self.hasFocus())
        self._paint_ticks(painter, area)
        if self.hasFocus():
            paint_focus(painter, self.rect())

    def _paint_heights(self, painter: QPainter, area: QRectF, share: float) -> None:
        if not self._heights.size:
            return
        xs = np.linspace(area.left(), area.right(), self._heights.size).tolist()
        ys = (area.bottom() - self._heights * area.height() * 0.94).tolist()
        points = [QPointF(x, y) for x, y in zip(xs, ys, strict=True)]
        points = [QPointF(area.left(), area.bottom()), *points, QPointF(area.right(), area.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(ink().panel, ink().muted, share))
        painter.drawPolygon(QPolygonF(points))

    def _paint_end(self, painter: QPainter, area: QRectF, x: float, *, in_hand: bool) -> None:
        colours = ink()
        painter.setPen(QPen(colours.text, 1.5))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(colours.panel, 2.0))
        painter.setBrush(colours.text)
        radius = 6.0 if in_hand else 4.5
        painter.drawEllipse(QPointF(x, area.center().y()), radius, radius)

    def _paint_ticks(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(sized(self.font(), 10))
        painter.setPen(ink().muted)
        top = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        for value in self._ticks:
            x = self.x_of(value)
            painter.fillRect(QRectF(x - 0.5, area.bottom() + 1, 1, 3), ink().strong_line)
            words = f"{value:.0f}".replace("-", "\u2212")
            half = painter.fontMetrics().horizontalAdvance(words) / 2 + 1
            middle = min(max(x, half), self.width() - half)
            painter.drawText(QRectF(middle - 30, area.bottom() + 4, 60, AXIS_HEIGHT), top, words)
