"""Boxes that the network detected itself: corners alone, unlike the boxes around activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor

from ichviewer.widgets.canvas.boxes import LABEL_PX, ROOMY, SHADE, box_rect, label_size
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.ink import Tone, colour
from ichviewer.widgets.canvas.placing import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from ichviewer.documents.beyond_six import FoundBox
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.stamps import Stamps
    from ichviewer.widgets.canvas.viewport import Viewport

ARM = 0.24
"""Share of the shorter side that a corner's arms are long."""
LONGEST_ARM = 14
BLEND_SIGN = QColor("#F0E442")
"""The Okabe–Ito yellow that no subtype has, where HU fulfil the rule; the label says the same."""


@dataclass(frozen=True)
class LabelledFind:
    """A detected box on the screen with its label."""

    rect: QRectF
    label: str
    label_rect: QRectF
    blend_sign: bool


def found_on_screen(scene: Scene, viewport: Viewport, occupied: Sequence[QRectF] = ()) -> list[LabelledFind]:
    """Screen rectangles of the scene's detected boxes and of their labels, which keep off each other.

    Args:
        scene: what is shown.
        viewport: where it is shown.
        occupied: what labels should keep off as well.
    """
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    placed: list[LabelledFind] = []
    for number, found in enumerate(scene.found, start=1):
        rect = box_rect(found, viewport)
        label = found_label(number, found)
        size = label_size(label)
        seen = rect.intersected(bounds)
        candidates = (
            QPointF(seen.right() - size.width(), seen.bottom() + 2),
            QPointF(seen.right() - size.width(), seen.top() - size.height() - 2),
            QPointF(seen.right() + 3, seen.bottom() - size.height()),
            QPointF(seen.left() - size.width() - 3, seen.bottom() - size.height()),
        )
        others = [*occupied, *(item.label_rect for item in placed)]
        signed = found.tones is not None and found.tones.blend_sign
        placed.append(LabelledFind(rect, label, place(size, candidates, bounds, others), signed))
    return placed


def found_label(number: int, found: FoundBox) -> str:
    """Number and score, and whether HU fulfil the rule in it."""
    signed = found.tones is not None and found.tones.blend_sign
    words = tr("box {number} · {score:.2f}").format(number=number, score=found.score)
    return f"{words} · {tr('blend sign by HU')}" if signed else words


def draw_found(painter: QPainter, stamps: Stamps, items: list[LabelledFind], width: int) -> None:
    """Draw the corners of every box with its label, in a view of this width."""
    line = 2 if width >= ROOMY else 1
    for item in items:
        ink = _ink(item)
        for side in corners(item.rect.adjusted(-1, -1, 1, 1), line + 2):
            painter.fillRect(side, SHADE)
        for side in corners(item.rect, line):
            painter.fillRect(side, ink)
    for item in items:
        stamps.label(painter, item.label_rect, item.label, _ink(item), pixels=LABEL_PX)


def _ink(item: LabelledFind) -> QColor:
    return BLEND_SIGN if item.blend_sign else colour(Tone.TEXT.value)


def corners(rect: QRectF, width: int) -> tuple[QRect, ...]:
    """Two arms at each corner of a rectangle, ``width`` points wide inwards."""
    left, top, right, bottom = (
        round(edge) for edge in (rect.left(), rect.top(), rect.right(), rect.bottom())
    )
    arm = max(width, min(LONGEST_ARM, round(ARM * min(right - left, bottom - top))))
    arms = []
    for x, inner_x in ((left, left), (right - width, right - arm)):
        for y, inner_y in ((top, top), (bottom - width, bottom - arm)):
            arms += [QRect(inner_x, y, arm, width), QRect(x, inner_y, width, arm)]
    return tuple(arms)
