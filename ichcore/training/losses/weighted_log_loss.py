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
) -> Tensor:
    """``Σ_c w_c · BCE_c / Σ_c w_c``, averaged over slices.

    Args:
        logits: ``(…, 6)``.
        labels: ``(…, 6)`` in [0, 1].
        there: bool ``(…)``: slices that count, as opposed to padding; all by default.
        weights: one a class.

    Returns:
        A scalar; 0 where no slice counts.
    """
    loss = nnf.binary_cross_entropy_with_logits(logits.float(), labels.float(), reduction="none")
    w = loss.new_tensor(weights)
    a_slice = (loss * w).sum(dim=-1) / w.sum()
    if there is None:
        return a_slice.mean()
    # where, not a product: whatever stands in the padding, even NaN, stays out
    return a_slice.where(there, a_slice.new_zeros(())).sum() / there.sum().clamp(min=1)
