"""What stands at the edges: orientation letters, and a ruler in cm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QPainter

from ichviewer.widgets.canvas.halo_text import Block, HaloText, line_height, plain, size_of
from ichviewer.widgets.canvas.ink import HALO, Tone, colour

if TYPE_CHECKING:
    from ichcore.volume import Geometry
    from ichviewer.widgets.canvas.stamps import Stamps
    from ichviewer.widgets.canvas.viewport import Viewport

LETTER_PX = 14
MARGIN = 12.0
"""Points between the edge of a view and its texts."""
RULER_LENGTHS_MM = (100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0)
EDGE = 2
"""Points around the ruler's picture for its rim."""
RULER_SHARE = 0.42
"""The ruler takes at most this share of the view's height."""


def draw_letters(
    painter: QPainter, text: HaloText, geometry: Geometry, bounds: QRectF, *, flipped: bool = False
) -> None:
    """The anatomical directions of the four sides of the screen; of a flipped slice left is right."""
    left, right, top, bottom = (_letter(letter) for letter in geometry.orientation_letters())
    if flipped:
        left, right = right, left
    middle_y = bounds.center().y() - line_height(LETTER_PX) / 2
    text.draw(painter, left, QPointF(bounds.left() + MARGIN, middle_y))
    text.draw(painter, right, QPointF(bounds.right() - MARGIN - size_of(right).width(), middle_y))
    text.draw(painter, top, QPointF(bounds.center().x() - size_of(top).width() / 2, bounds.top() + 8))
    text.draw(
        painter,
        bottom,
        QPointF(
            bounds.center().x() - size_of(bottom).width() / 2, bounds.bottom() - 8 - line_height(LETTER_PX)
        ),
    )


def _letter(letter: str) -> Block:
    return Block((plain(letter),), LETTER_PX, weight=QFont.Weight.Medium)


def ruler_length_mm(viewport: Viewport, row_mm: float) -> float | None:
    """The longest round length that fits beside the slice; ``None`` where not even a millimetre does."""
    room = viewport.height * RULER_SHARE
    points_per_mm = viewport.down / row_mm
    return next((length for length in RULER_LENGTHS_MM if length * points_per_mm <= room), None)


def draw_ruler(
    painter: QPainter, stamps: Stamps, text: HaloText, viewport: Viewport, row_mm: float, x: float
) -> None:
    """A vertical ruler at ``x``, a tick each tenth of it, with its length below."""
    length = ruler_length_mm(viewport, row_mm)
    if length is None:
        return
    tall = length * viewport.down / row_mm
    left, top = round(x), round((viewport.height - tall) / 2)
    size = QSizeF(8 + 2 * EDGE, tall + 1 + 2 * EDGE)

    def paint(stamp: QPainter) -> None:
        ticks = (QRectF(0, round(tall * n / 10), 8 if n in (0, 5, 10) else 4, 1) for n in range(11))
        bars = [QRectF(0, 0, 1, round(tall) + 1), *ticks]
        for grown, ink in ((1, HALO), (0, colour(Tone.MUTED.value))):
            for bar in bars:
                stamp.fillRect(bar.translated(EDGE, EDGE).adjusted(-grown, -grown, grown, grown), ink)

    stamps.draw(painter, QPointF(left - EDGE, top - EDGE), size, ("ruler", tall), paint)
    words = f"{length / 10:.0f} cm" if length >= 10 else f"{length:.0f} mm"
    label = Block((plain(words, Tone.MUTED),), 11)
    text.draw(painter, label, QPointF(x, top + tall + 6))
