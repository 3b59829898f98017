"""Where a label goes: the first of several places that is on the screen and covers nothing that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EDGE = 4.0
"""Points kept free between a label and the edge of the view."""


def place(
    size: QSizeF, candidates: Iterable[QPointF], bounds: QRectF, avoid: Sequence[QRectF] = ()
) -> QRectF:
    """The rectangle of a label.

    Args:
        size: of the label.
        candidates: top left corners, best first.
        bounds: the view; the label never leaves it, even where every candidate would.
        avoid: what it should not cover.
    """
    room = bounds.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    best, least = QRectF(), float("inf")
    for number, corner in enumerate(candidates):
        wanted = QRectF(corner, size)
        rect = clamped(wanted, room)
        moved = abs(rect.left() - wanted.left()) + abs(rect.top() - wanted.top())
        covered = sum(area(rect.intersected(other)) for other in avoid)
        cost = covered + moved * 0.5 + number * 0.01
        if cost < least:
            best, least = rect, cost
        if covered == 0 and moved == 0:
            break
    return best


def clamped(rect: QRectF, room: QRectF) -> QRectF:
    """The rectangle, pushed inside ``room``."""
    x = max(room.left(), min(rect.left(), room.right() - rect.width()))
    y = max(room.top(), min(rect.top(), room.bottom() - rect.height()))
    return QRectF(QPointF(x, y), rect.size())


def area(rect: QRectF) -> float:
    """Area of a rectangle; 0 for an empty one."""
    return max(0.0, rect.width()) * max(0.0, rect.height())
