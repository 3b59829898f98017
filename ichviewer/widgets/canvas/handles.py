"""Handles on the image: what they look like, how near the mouse must come, what the cursor says they do."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath, QPixmap, QPolygonF

from ichcore.masks.edits.rectangle import Handle
from ichviewer.widgets.canvas.ink import HALO, pen
from ichviewer.widgets.canvas.shapes import GRIP, REACH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.masks.boxes import Rectangle
    from ichcore.masks.midline import Point
    from ichviewer.widgets.canvas.viewport import Viewport

BOW_DEG = 35.0
"""The ends of the turning cursor's bow are so far above the horizontal."""
TURN = "turn"
"""The cursor of what is turned about another point; Qt has none."""

Shape = Qt.CursorShape | str
"""A shape of Qt's, or :data:`TURN`."""

_SHAPES = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Handle.TOP: Qt.CursorShape.SizeVerCursor,
    Handle.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Handle.LEFT: Qt.CursorShape.SizeHorCursor,
    Handle.RIGHT: Qt.CursorShape.SizeHorCursor,
    Handle.INSIDE: Qt.CursorShape.SizeAllCursor,
}


def shape_over(handle: Handle) -> Qt.CursorShape:
    """The cursor over a handle of a box."""
    return _SHAPES[handle]


def reach(viewport: Viewport) -> float:
    """How near a point must come to a handle, in pixels of the slice."""
    return REACH / min(viewport.across, viewport.down)


def box_grips(rectangle: Rectangle) -> tuple[Point, ...]:
    """(row, column) of a box's eight handles: the middles of its sides and its corners."""
    rows = (rectangle[0] - 0.5, (rectangle[0] + rectangle[2] - 1) / 2, rectangle[2] - 0.5)
    columns = (rectangle[1] - 0.5, (rectangle[1] + rectangle[3] - 1) / 2, rectangle[3] - 0.5)
    return tuple(
        (row, column) for row in rows for column in columns if (row, column) != (rows[1], columns[1])
    )


def draw_grips(
    painter: QPainter, viewport: Viewport, points: Iterable[Point], ink: QColor, *, round_: bool = False
) -> None:
    """Draw handles: squares where a box is resized, discs where a line is turned."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(pen(HALO, 1))
    painter.setBrush(ink)
    for row, column in points:
        at = viewport.point(row, column)
        grip = QRectF(at.x() - GRIP, at.y() - GRIP, 2 * GRIP, 2 * GRIP)
        if round_:
            painter.drawEllipse(grip.adjusted(-1, -1, 1, 1))
        else:
            painter.drawRect(grip)
    painter.setBrush(Qt.BrushStyle.NoBrush)


@lru_cache(maxsize=16)
def cursor(shape: Shape) -> QCursor:
    """The cursor of a shape."""
    return QCursor(shape) if isinstance(shape, Qt.CursorShape) else _turning()


def _turning() -> QCursor:
    """A bow with a head at either end, white with a dark rim like the system's own."""
    picture = QPixmap(27, 23)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    middle, radius = QPointF(13.5, 16.0), 9.0
    area = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    bow = QPainterPath()
    bow.arcMoveTo(area, BOW_DEG)
    bow.arcTo(area, BOW_DEG, 180 - 2 * BOW_DEG)
    heads = [_head(middle, radius, side) for side in (1, -1)]
    for ink, width in ((QColor(0, 0, 0), 2.2), (QColor(255, 255, 255), 0.2)):
        painter.setPen(pen(ink, width + 2.0))
        painter.drawPath(bow)
        painter.setPen(pen(ink, width))
        painter.setBrush(ink)
        for head in heads:
            painter.drawPolygon(head)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.end()
    return QCursor(picture, 13, 9)


def _head(middle: QPointF, radius: float, side: int) -> QPolygonF:
    """An arrow's head at an end of the bow, along it; ``side`` is 1 right, −1 left."""
    turn = math.radians(BOW_DEG)
    out = QPointF(side * math.cos(turn), -math.sin(turn))
    along = QPointF(side * math.sin(turn), math.cos(turn))
    end = middle + out * radius
    return QPolygonF([end + along * 5.5, end + out * 3.6, end - out * 3.6])
