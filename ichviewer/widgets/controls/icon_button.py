"""A small button with a drawn sign and no frame until the mouse is over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.painted_button import PaintedButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SIGNS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "close": (((-3.5, -3.5), (3.5, 3.5)), ((-3.5, 3.5), (3.5, -3.5))),
    "up": (((-4.0, 2.0), (0.0, -2.0), (4.0, 2.0)),),
    "down": (((-4.0, -2.0), (0.0, 2.0), (4.0, -2.0)),),
    "left": (((2.0, -4.0), (-2.0, 0.0), (2.0, 4.0)),),
    "right": (((-2.0, -4.0), (2.0, 0.0), (-2.0, 4.0)),),
}
"""Strokes around the middle, px."""


class IconButton(PaintedButton):
    """Draws one of :data:`SIGNS`; its name is the tooltip and what a screen reader says."""

    def __init__(self, sign: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._sign = sign
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(QSize(20, 20))

    def set_sign(self, sign: str) -> None:
        """Draw another sign."""
        self._sign = sign
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sign; a quiet ground under the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.hovered
        if over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink().line)
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        pen = QPen(ink().text if over else ink().muted, 1.3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = self.width() / 2, self.height() / 2
        for stroke in SIGNS[self._sign]:
            painter.drawPolyline(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in stroke]))
        if self.hasFocus():
            paint_focus(painter, self.rect())
