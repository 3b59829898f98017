"""Badges as pills: what the reader must know before believing the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from ichviewer.base.theme import DARK
from ichviewer.widgets.canvas.ink import metrics_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichviewer.documents.badges import Badge
    from ichviewer.widgets.canvas.stamps import Stamps

PILL_PX = 12
PILL_HEIGHT = 20.0
PILL_GAP = 4.0
LOOKS = {
    "info": (DARK.text, "#22272e"),
    "warning": (DARK.amber, DARK.amber_ground),
    "error": (DARK.red, DARK.red_ground),
}
"""Text and ground by level; the words say the same, so nothing is colour alone."""


@dataclass(frozen=True)
class Pill:
    """A badge and where it is drawn."""

    badge: Badge
    rect: QRectF


def pills(badges: Sequence[Badge], right: float, bottom: float, width: float, most: int) -> list[Pill]:
    """Stack badges upwards from a bottom right corner, the gravest on top; at most ``most`` of them."""
    placed: list[Pill] = []
    y = bottom - PILL_HEIGHT
    metrics = metrics_of(PILL_PX, QFont.Weight.Medium)
    for badge in reversed(tuple(badges)[:most]):
        wide = min(width, metrics.horizontalAdvance(badge.text) + 16)
        placed.append(Pill(badge, QRectF(round(right - wide), round(y), round(wide), PILL_HEIGHT)))
        y -= PILL_HEIGHT + PILL_GAP
    return placed


def draw_pills(painter: QPainter, stamps: Stamps, placed: Sequence[Pill]) -> None:
    """Draw them."""
    for pill in placed:
        ink, ground = (QColor(value) for value in LOOKS.get(pill.badge.level, LOOKS["warning"]))
        border = QColor(ink)
        ground.setAlpha(235)
        border.setAlpha(110)
        stamps.label(painter, pill.rect, pill.badge.text, ink, pixels=PILL_PX, ground=ground, border=border)
