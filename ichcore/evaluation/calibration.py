"""Whether a probability of 0.7 is right seven times in ten: reliability bins, ECE, Brier score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True)
class ReliabilityBin:
    """What was said, and what came, between two probabilities.

    Attributes:
        low: lower edge.
        high: upper edge.
        count: predictions between them.
        predicted: mean probability, NaN without any.
        observed: share of positives, NaN without any.
    """

    low: float
    high: float
    count: int
    predicted: float
    observed: float


def reliability_bins(
    probabilities: NDArray[np.floating], labels: NDArray[np.bool_], *, bins: int = BINS
) -> list[ReliabilityBin]:
    """Bins of equal width; a bin holds its upper edge, the first 0 as well.

    Args:
        probabilities: ``(N,)``.
        labels: ``(N,)``.
        bins: how many.
    """
    count, said, came = _sums(probabilities, labels, bins)
    return [
        ReliabilityBin(
            i / bins,
            (i + 1) / bins,
            int(n),
            float(said[i] / n) if n else math.nan,
            float(came[i] / n) if n else math.nan,
        )
        for i, n in enumerate(count)
    ]


def expected_calibration_error(
    probabilities: NDArray[np.floating], labels: NDArray[np.bool_], *, bins: int = BINS
) -> float:
    """Mean gap between said and observed over the predictions (ECE, Naeini 2015); NaN of none."""
    if not len(labels):
        return math.nan
    _, said, came = _sums(probabilities, labels, bins)
    return float(np.abs(said - came).sum()) / len(labels)


def brier_score(probabilities: NDArray[np.floating], labels: NDArray[np.bool_]) -> float:
    """Mean squared distance of the probability from what came (Brier 1950); NaN of none."""
    if not len(labels):
        return math.nan
    return float(np.mean((np.asarray(probabilities, np.float64) - labels) ** 2))


def _sums(probabilities: NDArray[np.floating], labels: NDArray[np.bool_], bins: int) -> NDArray[np.float64]:
    """``(3, bins)``: predictions in each bin, the sum of their probabilities, and how many came true."""
    p = np.asarray(probabilities, np.float64)
    which = np.clip(np.ceil(p * bins).astype(np.int64) - 1, 0, bins - 1)
    sums: NDArray[np.float64] = np.zeros((3, bins))
    for row, values in enumerate((np.ones(len(p)), p, labels.astype(np.float64))):
        np.add.at(sums[row], which, values)
    return sums
