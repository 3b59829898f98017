"""Maps put together with those of neighbouring slices that bleed too (Ma 2025, spatial context fusion)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH, WEIGHT = 2, 0.5
"""c, slices up and down, and ω, what they weigh."""


def with_neighbours(
    maps: NDArray[np.floating],
    positive: NDArray[np.bool_],
    *,
    weight: float = WEIGHT,
    reach: int = REACH,
) -> NDArray[np.float32]:
    """``(E_l + ω Σ_j E_j / |j − l|) / (1 + ω Σ_j 1 / |j − l|)`` over the neighbours j of slice l.

    Neighbours are within ``reach`` and in the same unbroken run of positive slices. [ours] The normaliser
    counts just these, so that a map that is the same in all slices stays itself; the printed one does not.

    Args:
        maps: ``(N, h, w)`` of one scan, along its normal.
        positive: ``(N,)`` slices that are called positive.
        weight: ω; 0 leaves out the neighbours.
        reach: c.

    Returns:
        ``(N, h, w)``; 0 where a slice is not positive.
    """
    fused = np.zeros(maps.shape, np.float32)
    for index in np.flatnonzero(positive):
        total, weights = maps[index].astype(np.float32), 1.0
        for direction in (-1, 1):
            for distance in range(1, reach + 1):
                other = index + direction * distance
                if not 0 <= other < len(maps) or not positive[other]:
                    break
                total = total + np.float32(weight / distance) * maps[other]
                weights += weight / distance
        fused[index] = total / np.float32(weights)
    return fused
