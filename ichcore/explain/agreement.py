"""How far several maps of one slice agree: their masks, the order of their pixels, their peaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PEAKS_TOGETHER_MM = 10.0
"""[ours] Peaks no farther apart than this point at one place: a cell of a deep layer is 7 to 16 mm wide."""
RANKED = 128
"""[ours] Ranks are read on a grid of at most so many rows and columns: maps are smoother than pixels."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """Pairwise figures of ``n`` maps, and where how many of them are above the threshold.

    Attributes:
        dice: ``(n, n)`` Dice of the masks above the threshold; NaN where one of the two maps is empty.
        rank: ``(n, n)`` Spearman's correlation over the pixels in which either map is activated; NaN where
            one is empty or does not vary there.
        apart_mm: ``(n, n)`` distance between the peaks, mm; NaN where one map is empty or the spacing is
            unknown.
        votes: uint8 ``(rows, columns)``: how many maps exceed the threshold.
        voters: how many maps are not empty, so the most that ``votes`` can be.
    """

    dice: NDArray[np.float64]
    rank: NDArray[np.float64]
    apart_mm: NDArray[np.float64]
    votes: NDArray[np.uint8]
    voters: int

    @property
    def farthest_mm(self) -> float:
        """The largest distance between two peaks, mm; NaN where no two can be compared."""
        known = self.apart_mm[~np.isnan(self.apart_mm) & ~np.eye(len(self.apart_mm), dtype=bool)]
        return float(known.max()) if known.size else float("nan")

    @property
    def peaks_together(self) -> bool:
        """Whether every two peaks lie within :data:`PEAKS_TOGETHER_MM`; false where none can be compared."""
        return bool(self.farthest_mm <= PEAKS_TOGETHER_MM)


def agreement(
    activations: Sequence[NDArray[np.floating]],
    threshold: float,
    pixel_mm: tuple[float, float] | None = None,
) -> Agreement:
    """Compare maps of one slice.

    Args:
        activations: ``(rows, columns)`` each, in [0, 1], one shape; all zero for an empty map.
        threshold: activation above which a pixel is inside, as the overlay and the boxes have it.
        pixel_mm: (between rows, between columns); ``None`` where unknown.

    Source: Dice 1945; Spearman 1904 with average ranks for ties.
    """
    count = len(activations)
    masks = [np.asarray(activation) > threshold for activation in activations]
    filled = [bool((np.asarray(activation) > 0).any()) for activation in activations]
    coarse = [_coarse(np.asarray(activation)) for activation in activations]
    peaks = [np.unravel_index(int(np.argmax(activation)), activation.shape) for activation in activations]
    dice, rank, apart = (np.full((count, count), np.nan) for _ in range(3))
    for i in range(count):
        for j in range(i, count):
            if not (filled[i] and filled[j]):
                continue
            dice[i, j] = dice[j, i] = _dice(masks[i], masks[j])
            rank[i, j] = rank[j, i] = 1.0 if i == j else _spearman(coarse[i], coarse[j])
            if pixel_mm is not None:
                rows, columns = (int(a) - int(b) for a, b in zip(peaks[i], peaks[j], strict=True))
                apart[i, j] = apart[j, i] = float(np.hypot(rows * pixel_mm[0], columns * pixel_mm[1]))
    votes = np.asarray(np.sum(masks, axis=0, dtype=np.uint8) if masks else np.zeros((0, 0)), np.uint8)
    return Agreement(dice, rank, apart, votes, sum(filled))


def _dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Twice what both cover over what each covers."""
    both = int(one.sum()) + int(other.sum())
    return 2.0 * int((one & other).sum()) / both if both else float("nan")


def _coarse(activation: NDArray[np.floating]) -> NDArray[np.floating]:
    """Every so many rows and columns, at most :data:`RANKED` of each."""
    rows, columns = (max(1, -(-length // RANKED)) for length in activation.shape)
    return activation[rows // 2 :: rows, columns // 2 :: columns]


def _spearman(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Correlation of the ranks where either is activated: the rest of the slice is zero in any two maps."""
    inside = (one > 0) | (other > 0)
    if int(inside.sum()) < 3:
        return float("nan")
    first, second = _ranks(one[inside]), _ranks(other[inside])
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / scale if scale > 0 else float("nan")


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """``(N,)`` ranks from 0; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: NDArray[np.float64] = last - (counts + 1) / 2.0
    return means[place]
