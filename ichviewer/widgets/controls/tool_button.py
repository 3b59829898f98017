"""A square button with a drawn sign, one of several tools; the one in hand is raised."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink
from ichviewer.widgets.controls.painted_button import PaintedButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Line = tuple[tuple[float, float], ...]


def _round(x: float, y: float, radius: float, start: float = 0.0, turn: float = 360.0) -> Line:
    """An arc as a polyline, degrees."""
    steps = [math.radians(start + turn * step / 20) for step in range(21)]
    return tuple((x + radius * math.cos(at), y + radius * math.sin(at)) for at in steps)


def _square(x: float, y: float) -> Line:
    """A handle."""
    return (
        (x - 1.5, y - 1.5),
        (x + 1.5, y - 1.5),
        (x + 1.5, y + 1.5),
        (x - 1.5, y + 1.5),
        (x - 1.5, y - 1.5),
    )


TOOL_SIGNS: dict[str, tuple[Line, ...]] = {
    "brush": (
        ((7, -7), (0, 1)),
        ((1.5, -1), (2.5, 0.5)),
        ((0, 1), (-2.5, 1.5), (-4, 4), (-7, 6.5), (-2, 6.5), (1, 4), (0, 1)),
    ),
    "eraser": (
        ((-6.5, 3), (1, -5.5), (6.5, -0.5), (0.5, 6.5), (-3, 6.5), (-6.5, 3)),
        ((-3, -1), (3, 4)),
    ),
    "scribble": (
        ((-7, 4), (-4, -3), (-2, 4), (1, -3), (3, 4)),
        ((5.5, -7), (5.5, -2)),
        ((3, -4.5), (8, -4.5)),
    ),
    "lasso": (_round(0, -1.5, 5.8, 100, 340), ((-1, 4.2), (-3.5, 4.5), (-3, 7.5))),
    "polygon": (((-6, 5), (-4.5, -5), (4, -6), (6.5, 1), (1, 6.5), (-6, 5)),),
    "fill": (
        ((-6, 0), (0.5, -6), (6, -0.5), (-0.5, 5.5), (-6, 0)),
        ((-6, 0), (6, -0.5)),
        ((7, 3), (8, 6), (6, 6), (7, 3)),
    ),
    "level_trace": (_round(-0.5, 0.5, 6.2), _round(0.5, 0, 3.2), ((0.3, 0), (0.7, 0))),
    "region_grow": (
        ((-2, 0), (2, 0)),
        ((0, -2), (0, 2)),
        ((-6.5, -3), (-6.5, -6.5), (-3, -6.5)),
        ((6.5, 3), (6.5, 6.5), (3, 6.5)),
        ((3, -6.5), (6.5, -6.5), (6.5, -3)),
        ((-3, 6.5), (-6.5, 6.5), (-6.5, 3)),
    ),
    "relabel": (
        ((-6.5, -6.5), (0, -6.5), (7, 0.5), (0.5, 7), (-6.5, 0), (-6.5, -6.5)),
        _round(-3.2, -3.2, 1.0),
    ),
    "box": (
        ((-5.5, -4.5), (5.5, -4.5), (5.5, 4.5), (-5.5, 4.5), (-5.5, -4.5)),
        *(_square(x, y) for x in (-5.5, 5.5) for y in (-4.5, 4.5)),
    ),
    "drop_island": (_round(0, 0, 6.2), ((-2.5, -2.5), (2.5, 2.5)), ((-2.5, 2.5), (2.5, -2.5))),
}
"""Strokes around the middle, px; by the name of the tool's action."""


class ToolButton(PaintedButton):
    """Draws one of :data:`TOOL_SIGNS`."""

    def __init__(self, sign: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._sign = sign
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setMinimumSize(self.sizeHint())
        # a row of them begins and ends where the rows above and below do
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ten of them in a row of the panel."""
        return QSize(27, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sign on a flat ground; raised while it is in hand."""
        painter, colours = QPainter(self), ink()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        ground = colours.line if on else colours.panel
        if self.hovered or self.isDown():
            ground = blend(ground, colours.text, 0.08)
        painter.setPen(QPen(blend(colours.line, colours.muted, 0.6) if on else colours.line, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        shade = colours.text if on or self.hovered else colours.muted
        if not self.isEnabled():
            shade = colours.faint
        pen = QPen(shade, 1.3, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = self.width() / 2, self.height() / 2
        for stroke in TOOL_SIGNS[self._sign]:
            painter.drawPolyline(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in stroke]))
        if self.hasFocus():
            paint_focus(painter, self.rect())
