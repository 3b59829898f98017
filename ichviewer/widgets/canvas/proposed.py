"""What is not drawn yet: a hatched proposal, what a click would take, an outline in the making."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from ichviewer.widgets.canvas.activation_image import as_image
from ichviewer.widgets.canvas.ink import HALO, pen
from ichviewer.widgets.canvas.label_drawing import label_pen, outline, premultiplied

if TYPE_CHECKING:
    from ichcore.masks.edits.region import Region
    from ichviewer.widgets.canvas.viewport import Viewport

HATCH = 4
"""One line of the hatching in so many pixels."""


@dataclass(frozen=True, eq=False)
class Pointed:
    """Voxels that are pointed at, and how they are shown.

    Attributes:
        region: of the series.
        colour: of their label.
        hatched: a proposal; else the outline alone.
    """

    region: Region
    colour: QColor
    hatched: bool


@dataclass(frozen=True)
class Draft:
    """An outline or scribble in the making.

    Attributes:
        points: (row, column) of the slice.
        colour: of the label.
        closed: whether the end is joined to the beginning.
        width_mm: of a scribble's brush; 0 for a line.
    """

    points: tuple[tuple[float, float], ...]
    colour: QColor
    closed: bool = True
    width_mm: float = 0.0


class PointedLayer:
    """Draws voxels that are pointed at and keeps the last picture of them."""

    def __init__(self) -> None:
        self._of: tuple[Region, int] | None = None
        self._image: QImage | None = None
        self._lines: list[QLineF] = []
        self._at = (0, 0)

    def paint(self, painter: QPainter, viewport: Viewport, pointed: Pointed, index: int) -> None:
        """Paint what of it lies on a slice."""
        if self._of is None or self._of[0] is not pointed.region or self._of[1] != index:
            self._make(pointed, index)
            self._of = (pointed.region, index)
        if self._image is None:
            return
        painter.save()
        painter.setClipRect(viewport.rect)
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.across, viewport.down)
        if pointed.hatched:
            painter.drawImage(self._at[1], self._at[0], self._image)
        painter.setPen(label_pen(HALO, 3))
        painter.drawLines(self._lines)
        painter.setPen(label_pen(pointed.colour, 1.5, dashed=True))
        painter.drawLines(self._lines)
        painter.restore()

    def _make(self, pointed: Pointed, index: int) -> None:
        region, at = pointed.region, index - pointed.region.corner[0]
        self._image, self._lines = None, []
        if not 0 <= at < len(region.inside) or not region.inside[at].any():
            return
        inside, self._at = region.inside[at], region.corner[1:]
        pixels = np.zeros(inside.shape, np.uint32)
        pixels[inside] = premultiplied(pointed.colour, 0.18)
        down, across = np.indices(inside.shape)
        pixels[inside & ((down + across) % HATCH == 0)] = premultiplied(pointed.colour, 0.85)
        self._image, self._lines = as_image(pixels), outline(inside, self._at)


def draw_draft(
    painter: QPainter, viewport: Viewport, draft: Draft, pixel_mm: tuple[float, float] | None
) -> None:
    """The line so far; a scribble as wide as its brush."""
    points = QPolygonF([viewport.point(*point) for point in draft.points])
    painter.save()
    painter.setClipRect(viewport.rect)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if draft.width_mm:
        across = viewport.across / (pixel_mm[1] if pixel_mm is not None else 1.0)
        wide = QColor(draft.colour)
        wide.setAlphaF(0.55)
        stroke = pen(wide, max(draft.width_mm * across, 1.5))
        stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
        stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(stroke)
        painter.drawPolyline(points)
    else:
        for line in (pen(HALO, 3), pen(draft.colour, 1.5)):
            painter.setPen(line)
            painter.drawPolyline(points)
        if draft.closed and len(draft.points) > 2:
            closing = pen(draft.colour, 1.0)
            closing.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(closing)
            painter.drawLine(points.last(), points.first())
    painter.restore()


class Tip:
    """The outline of the brush under the mouse, in its true size: a ring, dashed for the eraser.

    Kept as a picture, since a smooth ellipse takes Qt longer than all else that a brush sample repaints.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._image = QImage()

    def paint(
        self, painter: QPainter, at: QPointF, radii: tuple[float, float], colour: QColor, *, erase: bool
    ) -> None:
        """Paint it around a point of the view."""
        ratio = painter.device().devicePixelRatioF()
        key = (radii, colour.rgba(), erase, ratio)
        half = QPointF(radii[0] + 3, radii[1] + 3)
        if key != self._key:
            self._key, self._image = key, _ring(half, radii, colour, ratio, erase=erase)
        painter.drawImage(at - half, self._image)


def _ring(half: QPointF, radii: tuple[float, float], colour: QColor, ratio: float, *, erase: bool) -> QImage:
    width, height = (math.ceil(2 * side * ratio) for side in (half.x(), half.y()))
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = pen(colour, 1.3)
    if erase:
        ring.setStyle(Qt.PenStyle.DashLine)
    for line in (pen(HALO, 3), ring):
        painter.setPen(line)
        painter.drawEllipse(half, *radii)
    painter.end()
    return image
