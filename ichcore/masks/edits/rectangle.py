"""Handles of a box: which is under a point, and the box after it was dragged."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ichcore.masks.boxes import Rectangle


class Handle(Enum):
    """Which ends a drag moves: (row, column), −1 the first, 1 the last, 0 none.

    ``INSIDE`` moves the box as it is.
    """

    TOP_LEFT = (-1, -1)
    TOP = (-1, 0)
    TOP_RIGHT = (-1, 1)
    LEFT = (0, -1)
    INSIDE = (0, 0)
    RIGHT = (0, 1)
    BOTTOM_LEFT = (1, -1)
    BOTTOM = (1, 0)
    BOTTOM_RIGHT = (1, 1)


def handle_at(rectangle: Rectangle, row: float, column: float, tolerance: float) -> Handle | None:
    """The handle under a point: corners before sides, sides before the inside.

    Args:
        rectangle: ``(row0, column0, row1, column1)``, half-open pixels.
        row: of the point, in pixels; the first pixel reaches from −0.5 to 0.5, so the box from row0 − 0.5.
        column: likewise.
        tolerance: how far from a border the point may lie, in pixels. In a box smaller than three of it the
            middle third is the inside, so that it can always be moved.
    """
    ends = ((rectangle[0], rectangle[2]), (rectangle[1], rectangle[3]))
    sides = []
    for place, (first, last) in zip((row, column), ends, strict=True):
        low, high = first - 0.5, last - 0.5
        if not low - tolerance <= place <= high + tolerance:
            return None
        inner = min(tolerance, (high - low) / 3)
        sides.append(-1 if place <= low + inner else 1 if place >= high - inner else 0)
    return Handle((sides[0], sides[1]))


def spanned(start: tuple[float, float], end: tuple[float, float], shape: tuple[int, int]) -> Rectangle:
    """The rectangle of all pixels from one point to another, inside the slice.

    Args:
        start: (row, column), in pixels; whole numbers are pixel centres.
        end: of the opposite corner, on any side of it.
        shape: ``(rows, columns)`` of the slice.
    """
    row0, row1 = _from_to(start[0], end[0], shape[0])
    column0, column1 = _from_to(start[1], end[1], shape[1])
    return (row0, column0, row1, column1)


def _from_to(one: float, other: float, size: int) -> tuple[int, int]:
    first, last = (min(max(round(at), 0), size - 1) for at in sorted((one, other)))
    return first, last + 1


def dragged(
    rectangle: Rectangle, handle: Handle, rows: int, columns: int, shape: tuple[int, int]
) -> Rectangle:
    """The rectangle after a drag, inside the slice and at least one pixel wide and high.

    A side that is dragged past its opposite stops one pixel before it.

    Args:
        rectangle: as it was when the drag began.
        handle: that is dragged.
        rows: whole pixels since then, downwards.
        columns: to the right.
        shape: ``(rows, columns)`` of the slice.
    """
    row0, row1 = _along(rectangle[0], rectangle[2], handle.value[0], rows, shape[0], handle)
    column0, column1 = _along(rectangle[1], rectangle[3], handle.value[1], columns, shape[1], handle)
    return (row0, column0, row1, column1)


def _along(first: int, last: int, end: int, step: int, size: int, handle: Handle) -> tuple[int, int]:
    if handle is Handle.INSIDE:
        step = min(max(step, -first), size - last)
        return first + step, last + step
    if end < 0:
        return min(max(first + step, 0), last - 1), last
    if end > 0:
        return first, max(min(last + step, size), first + 1)
    return first, last
