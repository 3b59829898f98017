"""The weighted log loss of the RSNA 2019 challenge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLIP = 1e-15
WEIGHTS = np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0]) / 7.0
"""``any`` counts twice; the sum is divided by seven."""


def log_losses(probabilities: NDArray[np.floating], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Binary cross-entropy of each probability, clipped as Ko 2020, Eq. 1; NaN of NaN."""
    p = np.clip(np.asarray(probabilities, np.float64), CLIP, 1.0 - CLIP)
    return -np.where(labels, np.log(p), np.log1p(-p))


def weighted_log_loss(
    probabilities: NDArray[np.floating],
    labels: NDArray[np.bool_],
    known: NDArray[np.bool_] | None = None,
) -> float:
    """Mean over slices of the weighted binary cross-entropy.

    Where labels are not known, what is known keeps its weight and the sum of weights shrinks with it [ours].

    Args:
        probabilities: ``(N, 6)``.
        labels: ``(N, 6)``.
        known: ``(N, 6)``; ``None`` where all are.

    Returns:
        NaN where nothing is known, or where a known label has no probability: what a model does not say
        cannot be scored, and leaving it out would make silence cheap.
    """
    counted = np.ones(labels.shape, bool) if known is None else known
    loss = np.where(counted, log_losses(probabilities, labels), 0.0)
    total = float((counted @ WEIGHTS).sum())
    return float((loss @ WEIGHTS).sum()) / total if total else math.nan
