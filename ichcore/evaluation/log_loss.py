"""The weighted log loss of the RSNA 2019 challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLIP = 1e-15
WEIGHTS = np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0]) / 7.0
"""``any`` counts twice; the sum is divided by seven."""


def weighted_log_loss(probabilities: NDArray[np.floating], labels: NDArray[np.bool_]) -> float:
    """Mean over slices of the weighted binary cross-entropy.

    Args:
        probabilities: ``(N, 6)``, clipped to [1e-15, 1 − 1e-15].
        labels: ``(N, 6)``.
    """
    p = np.clip(np.asarray(probabilities, np.float64), CLIP, 1.0 - CLIP)
    loss = -np.where(labels, np.log(p), np.log1p(-p))
    return float((loss @ WEIGHTS).mean())
