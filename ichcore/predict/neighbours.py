"""Slices next to each other speak together: logits averaged with those above and below [ours]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH_MM = 12.0
"""Slices further apart than this are no neighbours: blood in one says little of the other."""


def heard_together(
    logits: NDArray[np.floating], weight: float, positions_mm: NDArray[np.floating] | None = None
) -> NDArray[np.float64]:
    """Logits averaged with their neighbours', which count ``weight`` beside the slice's own 1.

    Noise differs from slice to slice and a bleed goes on, so the average tells them apart better than
    either does. A neighbour that is not known yet, or lies beyond :data:`REACH_MM`, has no say.

    Args:
        logits: ``(N, K)`` along the normal; NaN where not known.
        weight: of a neighbour; 0 leaves all as it is.
        positions_mm: ``(N,)``; ``None`` where all are neighbours.

    Returns:
        ``(N, K)``, NaN where the slice's own logit is.
    """
    own = np.asarray(logits, np.float64)
    total, weights = own.copy(), np.ones_like(own)
    if weight and len(own) > 1:
        near = np.ones(len(own) - 1, bool)
        if positions_mm is not None:
            near = np.abs(np.diff(positions_mm)) <= REACH_MM
        for here, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:-1], np.s_[1:])):
            said = near[:, None] & ~np.isnan(own[other])
            total[here] += np.where(said, weight * own[other], 0.0)
            weights[here] += weight * said
    averaged: NDArray[np.float64] = total / weights
    return averaged
