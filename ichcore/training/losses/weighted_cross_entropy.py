"""Cross-entropy over exclusive classes with a weight a class (Wang 2023, Eq. 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

BLEND_WEIGHTS = (1.0, 2.0, 20.0)
"""Wang 2023: no hemorrhage, hemorrhage, blend sign."""


def weighted_cross_entropy(
    logits: Tensor, labels: Tensor, weights: Sequence[float] = BLEND_WEIGHTS
) -> Tensor:
    """``−Σ_i w_i y_i ln ŷ_i``, averaged over slices.

    The mean is over slices, as Eq. 2 has it, and not over the weights, as torch's own would: there a batch
    of blend signs alone would weigh no more than a batch without any.

    Args:
        logits: ``(B, classes)``.
        labels: int64 ``(B,)``.
        weights: one a class.
    """
    log_p = torch.log_softmax(logits.float(), dim=1)
    of_label = log_p.gather(1, labels[:, None])[:, 0]
    return -(log_p.new_tensor(weights)[labels] * of_label).mean()
