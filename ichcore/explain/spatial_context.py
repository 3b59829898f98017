"""Maps put together with those of neighbouring slices that bleed too (Ma 2025, spatial context fusion)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

REACH, WEIGHT = 2, 0.5
"""c, slices up and down, and ω, what they weigh."""
TOLERANCE = 1e-3
"""Positions in headers are rounded; a slice that much beyond the reach, in slices, still counts as within."""
EVEN_WITHIN = 0.05
"""Steps that differ by less than this share of the median are even; headers and tables round them."""


def with_neighbours(
    maps: NDArray[np.floating],
    positive: NDArray[np.bool_],
    *,
    weight: float = WEIGHT,
    reach: int = REACH,
    positions_mm: NDArray[np.floating] | None = None,
    nominal_mm: float | None = None,
    only: Sequence[int] | None = None,
) -> NDArray[np.float32]:
    """``(E_l + ω Σ_j E_j / |j − l|) / (1 + ω Σ_j 1 / |j − l|)`` over the neighbours j of slice l.

    Neighbours are within ``reach`` and in the same unbroken run of positive slices. [ours] The normaliser
    counts just these, so that a map that is the same in all slices stays itself; the printed one does not.

    [ours] With positions, slices are apart by their distance in nominal distances, not by their numbers:
    across a gap they lend each other less, and farther than ``reach`` nothing. Slices that lie nearer than
    one nominal distance weigh as if at it, so that a slice scanned twice is not heard louder than itself.

    Args:
        maps: ``(N, h, w)`` of one scan, along its normal.
        positive: ``(N,)`` slices that are called positive.
        weight: ω; 0 leaves out the neighbours.
        reach: c, in slices; with positions, in nominal distances.
        positions_mm: ``(N,)`` of the slices along the normal, in order, up or down; ``None`` for even ones.
            Any other unit will do without ``nominal_mm``, as only ratios count.
        nominal_mm: distance that counts as one slice; by default the median between neighbours.
        only: slices to put together; by default every positive one.

    Returns:
        ``(N, h, w)``; 0 where a slice is not positive or not asked for.

    Raises:
        InputError: if positions are not one a slice, not in order, or the nominal distance is not positive.
    """
    places = _places(len(maps), positions_mm, nominal_mm)
    fused = np.zeros(maps.shape, np.float32)
    for index in np.flatnonzero(positive) if only is None else [i for i in only if positive[i]]:
        total, weights = maps[index].astype(np.float32), 1.0
        for other, distance in _lenders(int(index), positive, places, reach):
            share = weight / max(distance, 1.0)
            total = total + np.float32(share) * maps[other]
            weights += share
        fused[index] = total / np.float32(weights)
    return fused


def lenders(
    index: int,
    positive: NDArray[np.bool_],
    *,
    reach: int = REACH,
    positions_mm: NDArray[np.floating] | None = None,
) -> list[int]:
    """The slices that :func:`with_neighbours` hears beside a slice, which itself is taken for positive."""
    places = _places(len(positive), positions_mm, None)
    return [other for other, _ in _lenders(index, positive, places, reach)]


def uneven(positions: ArrayLike | None) -> NDArray[np.float64] | None:
    """Positions by which slices must be weighed; ``None`` for even ones, which are weighed by their numbers.

    Args:
        positions: ``(N,)`` along the normal, in mm or any other unit; ``None`` where none are known.
    """
    if positions is None:
        return None
    found = np.asarray(positions, np.float64)
    steps = np.abs(np.diff(found))
    nominal = float(np.median(steps)) if steps.size else 0.0
    # with more than half of the slices in one place there is no distance to measure by
    return found if nominal > 0 and np.ptp(steps) > EVEN_WITHIN * nominal else None


def _lenders(
    index: int, positive: NDArray[np.bool_], places: NDArray[np.float64], reach: int
) -> Iterator[tuple[int, float]]:
    """Neighbours of a slice, nearest first, down and then up, and how many slices they are away."""
    for run in (range(index - 1, -1, -1), range(index + 1, len(places))):
        for other in run:
            distance = abs(float(places[index] - places[other]))
            if not positive[other] or distance > reach + TOLERANCE:
                break
            yield other, distance


def _places(
    slices: int, positions_mm: NDArray[np.floating] | None, nominal_mm: float | None
) -> NDArray[np.float64]:
    """``(N,)`` where each slice lies, counted in slices."""
    if positions_mm is None:
        return np.arange(slices, dtype=np.float64)
    positions, nominal = np.asarray(positions_mm, np.float64), 1.0
    if positions.shape != (slices,):
        raise InputError(f"There are {positions.size} positions of {slices} slices; give one a slice.")
    steps = np.diff(positions)
    if not (np.all(steps >= 0) or np.all(steps <= 0)):
        raise InputError("The slices' positions go up and down; sort the slices along their normal.")
    if nominal_mm is not None:
        nominal = nominal_mm
    elif slices > 1:
        nominal = float(np.median(np.abs(steps)))
    if not nominal > 0:
        raise InputError(f"The nominal distance of slices is {nominal:g} mm; expected more than 0.")
    return positions / nominal
