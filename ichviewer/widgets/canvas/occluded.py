"""The patch that the reader painted away: hatched, so that it is seen without colour, with a thin edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPainterPathStroker

from ichviewer.widgets.canvas.ink import HALO, SHAPE, pen

if TYPE_CHECKING:
    from ichviewer.documents.occlusion_flow import Stroke
    from ichviewer.widgets.canvas.viewport import Viewport

HATCH = QColor(244, 227, 161, 110)
"""Measurements' pale straw, so that what is painted away shines through."""


class OccludedPatch:
    """Draws strokes and keeps their outline until a stroke or the view changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._outline = QPainterPath()

    def draw(
        self,
        painter: QPainter,
        strokes: tuple[Stroke, ...],
        viewport: Viewport,
        pixel_mm: tuple[float, float] | None,
    ) -> None:
        """Hatch the strokes; ``pixel_mm`` turns the brush's millimetres into points."""
        key = (strokes, viewport)
        if key != self._key:
            self._outline = outline(strokes, viewport, pixel_mm)
            self._key = key
        painter.save()
        painter.setClipRect(viewport.rect)
        painter.fillPath(self._outline, QBrush(HATCH, Qt.BrushStyle.BDiagPattern))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in (pen(HALO, 3), pen(SHAPE, 1.2)):
            painter.setPen(stroke)
            painter.drawPath(self._outline)
        painter.restore()


def outline(
    strokes: tuple[Stroke, ...], viewport: Viewport, pixel_mm: tuple[float, float] | None
) -> QPainterPath:
    """The edge of all strokes together, in points of the view."""
    points_per_mm = viewport.across / (pixel_mm[1] if pixel_mm is not None else 1.0)
    whole = QPainterPath()
    whole.setFillRule(Qt.FillRule.WindingFill)
    for stroke in strokes:
        radius = stroke.radius_mm * points_per_mm
        path = QPainterPath(viewport.point(*stroke.points[0]))
        if len(set(stroke.points)) == 1:
            whole.addEllipse(path.currentPosition(), radius, radius)
            continue
        for point in stroke.points[1:]:
            path.lineTo(viewport.point(*point))
        wide = QPainterPathStroker()
        wide.setWidth(2 * radius)
        wide.setCapStyle(Qt.PenCapStyle.RoundCap)
        wide.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        whole.addPath(wide.createStroke(path))
    return whole.simplified()
