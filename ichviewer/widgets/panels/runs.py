"""Slice numbers as a reader says them: ``15–22`` and ``3, 7–9``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable


def runs(indices: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of consecutive indices as inclusive ``(first, last)`` pairs, ascending."""
    ordered = np.unique(np.fromiter(indices, int))
    if ordered.size == 0:
        return []
    parts = np.split(ordered, np.flatnonzero(np.diff(ordered) > 1) + 1)
    return [(int(part[0]), int(part[-1])) for part in parts]


def spoken(indices: Iterable[int], *, most: int = 3) -> str:
    """1-based slice numbers in words: ``15–22``, ``3, 7–9``, and ``3, 7, 9 and 4 more`` when there are many.

    Args:
        indices: 0-based slice indices.
        most: how many runs are named.
    """
    parts = runs(indices)
    named = ", ".join(
        f"{first + 1}" if first == last else f"{first + 1}–{last + 1}" for first, last in parts[:most]
    )
    left = sum(last - first + 1 for first, last in parts[most:])
    return f"{named} and {left} more" if left else named
