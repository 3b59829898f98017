"""How many of the compared maps exceed the threshold, as steps of colour with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont

from ichviewer.widgets.canvas.activation_image import Overlay, as_image
from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.halo_text import Block, HaloText, line_height, plain, size_of
from ichviewer.widgets.canvas.ink import HALO, Tone

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.widgets.canvas.stamps import Stamps

FIRST = 0.2
"""Where on the map the first step lies: at its very beginning it could not be told from the slice."""
STEP, WIDTH = 18.0, 12.0
SMALL_PX = 11


@dataclass(frozen=True, eq=False)
class Votes:
    """uint8 ``(rows, columns)`` counts, and the most that they can be."""

    counts: NDArray[np.uint8]
    most: int


def step_colours(most: int) -> list[QColor]:
    """The colours of 1 to ``most`` maps: even steps of viridis, lighter for more."""
    table = colour_map("viridis", "any")
    at = np.rint(np.linspace(FIRST, 1.0, max(most, 1)) * 255).astype(int)
    return [QColor(*(int(value) for value in table[step])) for step in (at if most > 1 else at[-1:])]


class VoteImages:
    """The last overlay, until the votes or how they are drawn change."""

    def __init__(self) -> None:
        self._key: tuple[Votes, float] | None = None
        self._overlay: Overlay | None = None

    def overlay(self, votes: Votes, settings: OverlaySettings) -> Overlay | None:
        """The overlay on the slice's grid; ``None`` where no map exceeds the threshold or none is drawn."""
        if not settings.visible or settings.opacity <= 0:
            return None
        key = (votes, settings.opacity)
        if self._key is None or self._key[0] is not votes or self._key[1] != settings.opacity:
            self._key, self._overlay = key, _overlay(votes, settings.opacity)
        return self._overlay


def _overlay(votes: Votes, opacity: float) -> Overlay | None:
    rows, columns = (np.flatnonzero(votes.counts.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return None
    table = np.zeros(votes.most + 1, np.uint32)
    for count, colour in enumerate(step_colours(votes.most), start=1):
        red, green, blue = (round(part * opacity) for part in colour.getRgb()[:3])  # type: ignore[index]
        table[count] = (round(opacity * 255) << 24) | (red << 16) | (green << 8) | blue
    cut = votes.counts[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Overlay(int(rows[0]), int(columns[0]), as_image(np.take(table, cut, mode="clip")))


def draw_steps(
    painter: QPainter, stamps: Stamps, text: HaloText, votes: Votes, right: float, middle: float
) -> QRectF:
    """The legend: a step and its number for every count, the highest above; returns what it covers."""
    most = votes.most
    size = QSizeF(WIDTH + 2, most * STEP + 2)
    top = round(middle - size.height() / 2)

    def paint(stamp: QPainter) -> None:
        stamp.fillRect(QRectF(QPointF(0, 0), size), HALO)
        for count, colour in enumerate(step_colours(most), start=1):
            stamp.fillRect(QRectF(1, 1 + (most - count) * STEP, WIDTH, STEP - 1), colour)

    if most:
        stamps.draw(painter, QPointF(right - size.width(), top), size, ("votes", most), paint)
    for count in range(1, most + 1):
        number = Block((plain(str(count)),), SMALL_PX, right=True, weight=QFont.Weight.Medium)
        y = top + 1 + (most - count + 0.5) * STEP - line_height(SMALL_PX) / 2
        text.draw(painter, number, QPointF(right - size.width() - 6, y))
    caption = Block((plain(tr("maps"), Tone.MUTED),), SMALL_PX, right=True)
    text.draw(painter, caption, QPointF(right, top + size.height() + 3))
    wide = max(40.0, size_of(caption).width())
    return QRectF(right - wide, top, wide, size.height() + 3 + line_height(SMALL_PX))
