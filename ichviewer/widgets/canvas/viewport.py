"""Where a slice lies on the screen: which pixel is under which point, at which zoom."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

if TYPE_CHECKING:
    from ichcore.volume import Geometry

LARGEST_PIXEL = 64.0
"""A slice pixel is never drawn wider than this many screen pixels."""
SMALLEST_ZOOM = 0.25
"""Zoom, relative to the fitted slice, below which nothing can be read any more."""


@dataclass(frozen=True)
class Camera:
    """What linked views share: the zoom relative to the fitted slice, and the pixel in the middle.

    Attributes:
        zoom: 1 fits the whole slice into the view.
        centre: (row, column) in the middle of the view; ``None`` for the middle of the slice.
    """

    zoom: float = 1.0
    centre: tuple[float, float] | None = None


@dataclass(frozen=True)
class Viewport:
    """The map between slice pixels and the points of one view, with true pixel aspect.

    Attributes:
        rows: rows of the slice.
        columns: columns of the slice.
        width: width of the view, points.
        height: height of the view, points.
        left: x of the slice's left edge, whole points so that panning does not shimmer.
        top: y of the slice's upper edge.
        across: points a column.
        down: points a row.
    """

    rows: int
    columns: int
    width: int
    height: int
    left: float
    top: float
    across: float
    down: float

    @classmethod
    def of(cls, camera: Camera, geometry: Geometry, width: int, height: int) -> Viewport:
        """The viewport of a camera on a slice of this geometry, in a view of ``width`` by ``height``."""
        _, rows, columns = geometry.shape
        row_mm, column_mm = geometry.pixel_spacing_mm or (1.0, 1.0)
        fit = min(width / (columns * column_mm), height / (rows * row_mm))
        limit = LARGEST_PIXEL / max(row_mm, column_mm)
        scale = max(min(fit * camera.zoom, max(limit, fit)), 1e-6)
        across, down = scale * column_mm, scale * row_mm
        if camera.centre is None:
            left, top = (width - columns * across) / 2, (height - rows * down) / 2
        else:
            left = width / 2 - (camera.centre[1] + 0.5) * across
            top = height / 2 - (camera.centre[0] + 0.5) * down
        return cls(
            rows,
            columns,
            width,
            height,
            float(math.floor(left + 0.5)),
            float(math.floor(top + 0.5)),
            across,
            down,
        )

    @property
    def rect(self) -> QRectF:
        """The slice's outline in the view."""
        return QRectF(self.left, self.top, self.columns * self.across, self.rows * self.down)

    @property
    def centre(self) -> tuple[float, float]:
        """(row, column) in the middle of the view."""
        return self.pixel(QPointF(self.width / 2, self.height / 2))

    def point(self, row: float, column: float) -> QPointF:
        """Where a (row, column) lies; whole numbers are pixel centres."""
        return QPointF(self.left + (column + 0.5) * self.across, self.top + (row + 0.5) * self.down)

    def pixel(self, point: QPointF) -> tuple[float, float]:
        """The (row, column) under a point of the view; outside the slice where the point is."""
        return ((point.y() - self.top) / self.down - 0.5, (point.x() - self.left) / self.across - 0.5)

    def inside(self, row: float, column: float) -> bool:
        """Whether (row, column) lies on a pixel of the slice."""
        return -0.5 <= row < self.rows - 0.5 and -0.5 <= column < self.columns - 0.5

    def visible(self) -> tuple[float, float, float, float]:
        """``(row0, column0, row1, column1)`` of the view's corners."""
        row0, column0 = self.pixel(QPointF(0, 0))
        row1, column1 = self.pixel(QPointF(self.width, self.height))
        return (row0, column0, row1, column1)

    def zoomed(self, camera: Camera, factor: float, about: QPointF) -> Camera:
        """The camera after zooming by ``factor`` with the pixel under ``about`` held in its place."""
        zoom = max(SMALLEST_ZOOM, camera.zoom * factor)
        factor = min(zoom / camera.zoom, max(1.0, LARGEST_PIXEL / max(self.across, self.down)))
        row, column = self.pixel(about)
        offset_x, offset_y = about.x() - self.width / 2, about.y() - self.height / 2
        centre = (
            row - offset_y / (self.down * factor),
            column - offset_x / (self.across * factor),
        )
        return Camera(camera.zoom * factor, centre)

    def panned(self, camera: Camera, dx: float, dy: float) -> Camera:
        """The camera after the slice was pushed by (dx, dy) points; its middle stays on the slice."""
        row, column = self.centre
        row = min(max(row - dy / self.down, 0.0), self.rows - 1.0)
        column = min(max(column - dx / self.across, 0.0), self.columns - 1.0)
        return replace(camera, centre=(row, column))
