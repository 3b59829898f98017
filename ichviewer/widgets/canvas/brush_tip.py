"""The brush under the mouse: where it is, how large, and which part of the view it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF

from ichviewer.base.theme import DARK
from ichviewer.widgets.canvas.ink import colour
from ichviewer.widgets.canvas.label_drawing import LABEL_COLOURS
from ichviewer.widgets.canvas.proposed import Tip

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ichviewer.documents.measurements import Point
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.painting import Painting
    from ichviewer.widgets.canvas.viewport import Viewport

MARGIN = 3
"""Points around the ring that its line and its halo may touch."""


class BrushTip:
    """One view's ring, shown for as long as the tool in hand has a round tip."""

    def __init__(self, workspace: Workspace, painting: Painting) -> None:
        self._workspace, self._painting = workspace, painting
        self._at: tuple[Point, bool] | None = None
        self._ring = Tip()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the brush in its true size."""
        if self._at is None or not self._painting.has_tip:
            return
        point, alt = self._at
        erase = self._painting.erases(alt=alt)
        label = self._workspace.annotating.settings.label
        colour_ = colour(DARK.text) if erase else LABEL_COLOURS[label]
        self._ring.paint(painter, viewport.point(*point), self._radii(viewport), colour_, erase=erase)

    def _radii(self, viewport: Viewport) -> tuple[float, float]:
        """Half width and half height of the brush, points."""
        case = self._workspace.case
        pixel = case.volume.geometry.pixel_spacing_mm if case is not None else None
        row_mm, column_mm = pixel or (1.0, 1.0)
        radius = self._workspace.annotating.settings.radius
        return radius / column_mm * viewport.across, radius / row_mm * viewport.down

    def move(self, point: Point | None, viewport: Viewport, *, alt: bool = False) -> tuple[QRect, ...]:
        """Put the brush elsewhere, or with ``None`` away.

        Args:
            point: (row, column) of the slice.
            viewport: of the view.
            alt: whether Alt is held, which makes an eraser of a brush.

        Returns:
            Parts of the view to be painted anew: where the brush was, and where it is.
        """
        after = (point, alt) if point is not None and self._painting.has_tip else None
        if after == self._at:
            return ()
        across, down = self._radii(viewport)
        touched = tuple(
            _around(viewport, tip[0], across, down) for tip in (self._at, after) if tip is not None
        )
        self._at = after
        return touched


def _around(viewport: Viewport, point: Point, across: float, down: float) -> QRect:
    at = viewport.point(*point)
    width, height = across + MARGIN, down + MARGIN
    return QRectF(at.x() - width, at.y() - height, 2 * width, 2 * height).toRect()
