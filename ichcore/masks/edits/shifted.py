"""A slice moved by whole pixels, as a sheared stack needs it to lie at the same place of the patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)


def shifted(plane: NDArray[Kind], by: tuple[int, int], beyond: float) -> NDArray[Kind]:
    """``(rows, columns)`` moved down and to the right; what comes in from outside is ``beyond``."""
    if by == (0, 0):
        return plane
    moved = np.full_like(plane, beyond)
    source, target = [], []
    for size, step in zip(plane.shape, by, strict=True):
        source.append(slice(max(-step, 0), max(size - max(step, 0), 0)))
        target.append(slice(max(step, 0), max(size + min(step, 0), 0)))
    moved[tuple(target)] = plane[tuple(source)]
    return moved
