"""Binary cross-entropy over classes, weighted as the challenge weighs it (Burduja 2020, Eq. 1; Ko 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as nnf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

CHALLENGE_WEIGHTS = (2.0, 1.0, 1.0, 1.0, 1.0, 1.0)
"""``any`` counts twice (RSNA 2019)."""
EQUAL_WEIGHTS = (1.0,) * 6
"""Burduja's Eq. 1 and Ko's cross-entropy, as a mean over the classes."""


def weighted_log_loss(
    logits: Tensor,
    labels: Tensor,
    there: Tensor | None = None,
    weights: Sequence[float] = CHALLENGE_WEIGHTS,
    *,
    known: Tensor | None = None,
    positive: Tensor | None = None,
) -> Tensor:
    """``Σ_c w_c · BCE_c / Σ_c w_c``, averaged over slices.

    Args:
        logits: ``(…, K)``.
        labels: ``(…, K)`` in [0, 1].
        there: bool ``(…)``: slices that count, as opposed to padding; all by default.
        weights: K, one a class.
        known: bool ``(…, K)``: labels that count; all by default. One that is not known costs nothing, and
            the average is over the weights of those that are. Or how much each counts, from 0 to 1.
        positive: ``(K,)`` factor of the positive labels' cost; 1 by default.

    Returns:
        A scalar; 0 where nothing counts.
    """
    loss = nnf.binary_cross_entropy_with_logits(
        logits.float(), labels.float(), reduction="none", pos_weight=positive
    )
    w = loss.new_tensor(weights).expand_as(loss)
    for counts in (known, None if there is None else there[..., None]):
        w = w if counts is None else w * counts
    # where, not a product alone: whatever stands in the padding, even NaN, stays out
    cost = loss.where(w > 0, loss.new_zeros(())) * w
    return cost.sum() / w.sum().clamp(min=1e-6)
