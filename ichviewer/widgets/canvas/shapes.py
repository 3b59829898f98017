"""Measurements on the screen: lines, handles, and a label that does not cover what it measures."""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath

from ichviewer.documents.measurements import Measurement, reading
from ichviewer.widgets.canvas.ink import (
    HALO,
    SHAPE,
    SHAPE_SELECTED,
    metrics_of,
    pen,
)
from ichviewer.widgets.canvas.placing import place
from ichviewer.widgets.canvas.room import Room, room_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.volume import Volume
    from ichviewer.documents.measurements import Point
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.stamps import Stamps
    from ichviewer.widgets.canvas.viewport import Viewport

LABEL_PX = 12
GRIP = 4.0
"""Half the side of a handle, points."""
REACH = 8.0
"""How near the mouse must come to a handle or a line, points."""


def screen_points(measurement: Measurement, viewport: Viewport) -> list[QPointF]:
    """Its own points on the screen."""
    return [viewport.point(row, column) for row, column in measurement.points]


def handles(measurement: Measurement) -> tuple[Point, ...]:
    """What can be dragged: its points; for a region all four corners, in the order of :func:`with_handle`."""
    if measurement.kind in ("distance", "angle"):
        return measurement.points
    (r0, c0), (r1, c1) = measurement.points
    return ((r0, c0), (r0, c1), (r1, c1), (r1, c0))


def with_handle(measurement: Measurement, number: int, to: Point) -> Measurement:
    """The measurement after one of its handles was dragged."""
    if measurement.kind in ("distance", "angle"):
        points = list(measurement.points)
        points[number] = to
        return _moved(measurement, tuple(points))
    opposite = handles(measurement)[(number + 2) % 4]
    return _moved(measurement, (opposite, to))


def shifted(measurement: Measurement, rows: float, columns: float) -> Measurement:
    """The measurement, moved as a whole."""
    return _moved(measurement, tuple((row + rows, column + columns) for row, column in measurement.points))


def _moved(measurement: Measurement, points: tuple[Point, ...]) -> Measurement:
    return Measurement(
        measurement.identifier, measurement.kind, measurement.slice_index, points, measurement.name
    )


def outline(measurement: Measurement, viewport: Viewport) -> QPainterPath:
    """Its line on the screen."""
    points = screen_points(measurement, viewport)
    path = QPainterPath(points[0])
    if measurement.kind in ("distance", "angle"):
        for point in points[1:]:
            path.lineTo(point)
        return path
    rect = QRectF(points[0], points[1]).normalized()
    path = QPainterPath()
    if measurement.kind == "ellipse":
        path.addEllipse(rect)
    else:
        path.addRect(rect)
    return path


def near(measurement: Measurement, viewport: Viewport, at: QPointF) -> bool:
    """Whether a point of the screen is on the measurement's line."""
    path = outline(measurement, viewport)
    polygon = path.toSubpathPolygons()
    if not polygon:
        return False
    points = polygon[0].toList()
    return any(_distance(at, a, b) <= REACH for a, b in itertools.pairwise(points))


def _distance(at: QPointF, a: QPointF, b: QPointF) -> float:
    """From a point to a line segment."""
    along, to = QPointF(b - a), QPointF(at - a)
    length = QPointF.dotProduct(along, along)
    share = 0.0 if length == 0 else min(1.0, max(0.0, QPointF.dotProduct(to, along) / length))
    gap = to - along * share
    return float(np.hypot(gap.x(), gap.y()))


class Readings:
    """Values of measurements, computed once each; forgets them with the volume they were taken from."""

    def __init__(self) -> None:
        self._volume: weakref.ref[Volume] | None = None
        self._values: dict[Measurement, str] = {}

    def label(self, volume: Volume, measurement: Measurement) -> str:
        """Its name, where it has one, and its value."""
        if self._volume is None or self._volume() is not volume or len(self._values) > 200:
            self._volume = weakref.ref(volume)
            self._values.clear()
        value = self._values.get(measurement)
        if value is None:
            value = self._values[measurement] = reading(volume, measurement)
        return f"{measurement.name}: {value}" if measurement.name else value


def label_rect(text: str, measurement: Measurement, viewport: Viewport, avoid: list[QRectF]) -> QRectF:
    """Where the label goes: beside the measurement, on the screen, and not over it."""
    size = QSizeF(metrics_of(LABEL_PX).horizontalAdvance(text) + 12, LABEL_PX + 8)
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    points = screen_points(measurement, viewport)
    body = outline(measurement, viewport).boundingRect()
    if measurement.kind == "distance":
        lower = max(points, key=lambda point: (point.y(), point.x()))
        upper = min(points, key=lambda point: (point.y(), point.x()))
        rightmost = max(points, key=lambda point: point.x())
        candidates = [
            QPointF(rightmost.x() + 10, rightmost.y() - size.height() / 2),
            QPointF(lower.x() - size.width() / 2, lower.y() + 8),
            QPointF(upper.x() - size.width() / 2, upper.y() - size.height() - 8),
        ]
        return place(size, candidates, bounds, [*avoid, *_covers(points)])
    if measurement.kind == "angle":
        vertex = points[1]
        inward = (points[0] + points[2]) / 2 - vertex
        length = max(1.0, float(np.hypot(inward.x(), inward.y())))
        away = vertex - inward * (26.0 / length)
        candidates = [
            QPointF(away.x() - size.width() / 2, away.y() - size.height() / 2),
            QPointF(body.right() + 8, body.center().y()),
            QPointF(body.center().x() - size.width() / 2, body.bottom() + 8),
        ]
        return place(size, candidates, bounds, [*avoid, *_covers(points)])
    candidates = [
        QPointF(body.right() + 8, body.center().y() - size.height() / 2),
        QPointF(body.center().x() - size.width() / 2, body.bottom() + 8),
        QPointF(body.center().x() - size.width() / 2, body.top() - size.height() - 8),
        QPointF(body.left() - size.width() - 8, body.center().y() - size.height() / 2),
    ]
    return place(size, candidates, bounds, [*avoid, body])


def _covers(points: list[QPointF]) -> list[QRectF]:
    """Small rectangles along the legs, so that a label keeps off the line and not off its bounding box."""
    rects = []
    for a, b in itertools.pairwise(points):
        for share in np.linspace(0.0, 1.0, 9):
            middle = a + (b - a) * float(share)
            rects.append(QRectF(middle.x() - 4, middle.y() - 4, 8, 8))
    return rects


def draw_measurement(
    painter: QPainter, measurement: Measurement, viewport: Viewport, *, selected: bool
) -> None:
    """Draw its line, its ends or its handles."""
    value = SHAPE_SELECTED if selected else SHAPE
    path = outline(measurement, viewport)
    marks = _marks(measurement, viewport)
    for stroke in (pen(HALO, 3.5), pen(value, 1.5)):
        stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(stroke)
        painter.drawPath(path)
        if marks:
            painter.drawLines(marks)
    if selected:
        painter.setPen(pen(HALO, 1))
        painter.setBrush(value)
        for row, column in handles(measurement):
            at = viewport.point(row, column)
            painter.drawRect(QRectF(at.x() - GRIP, at.y() - GRIP, 2 * GRIP, 2 * GRIP))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _marks(measurement: Measurement, viewport: Viewport) -> list[QLineF]:
    """Short strokes across the ends of a distance."""
    if measurement.kind != "distance":
        return []
    a, b = screen_points(measurement, viewport)
    line = QLineF(a, b)
    if line.length() < 1:
        return []
    normal = line.normalVector().unitVector()
    across = QPointF(normal.dx(), normal.dy()) * 5.0
    return [QLineF(end - across, end + across) for end in (a, b)]


def draw_measurements(
    painter: QPainter,
    stamps: Stamps,
    readings: Readings,
    scene: Scene,
    viewport: Viewport,
    occupied: Sequence[QRectF],
) -> None:
    """Draw all measurements of a slice with their labels, which keep off each other and off ``occupied``.

    In a small view only the selected one says its value.
    """
    for measurement in scene.measurements:
        draw_measurement(painter, measurement, viewport, selected=measurement.identifier == scene.selected)
    room = room_of(viewport.width, viewport.height)
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    taken = list(occupied)
    for measurement in scene.measurements:
        selected = measurement.identifier == scene.selected
        seen = outline(measurement, viewport).boundingRect().adjusted(-1, -1, 1, 1).intersects(bounds)
        if not seen or room is Room.BARE or (room is Room.TIGHT and not selected):
            continue
        text = readings.label(scene.volume, measurement)
        rect = label_rect(text, measurement, viewport, taken)
        taken.append(rect)
        stamps.label(painter, rect, text, SHAPE_SELECTED if selected else SHAPE, weight=QFont.Weight.Normal)
