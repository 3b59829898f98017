"""The detection branch's loss: log loss of the centre map, smooth L1 of distances (Wang 2023, Eq. 3–5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as nnf

from ichcore.errors import IchError

if TYPE_CHECKING:
    from torch import Tensor


def centre_point_loss(maps: Tensor, target: Tensor, *, per: str = "cells") -> Tensor:
    """``(1/N) Σ_j L_cls(p_j, p̂_j) + (1/N) Σ_j [p_j = 1] L_reg(b_j, b̂_j)``.

    Eq. 4 lost its minus and a logarithm in print: it is ``−p ln p̂ − (1 − p) ln(1 − p̂)`` with the
    Gaussian-rendered p, so even perfect maps keep the rendering's own entropy. L_reg sums the smooth L1 of
    four distances, quadratic below one cell, and counts at centres alone.

    Args:
        maps: ``(B, 5, h, w)`` of the detector; the first channel as logits.
        target: of the same shape, from :func:`ichcore.models.centre_points.encode`.
        per: what N is: ``cells``, all positions of the batch, as the paper has it; or ``centres`` [ours], the
            bleeds of the batch (at least 1), where few cells must be heard among many.

    Raises:
        IchError: if ``per`` is neither.
    """
    if per not in ("cells", "centres"):
        raise IchError(f"The detection loss cannot be divided by {per!r}; expected cells or centres.")
    heat, centres = target[:, 0], target[:, 0] == 1.0
    centre = nnf.binary_cross_entropy_with_logits(maps[:, 0].float(), heat, reduction="sum")
    distance = nnf.smooth_l1_loss(maps[:, 1:].float(), target[:, 1:], reduction="none").sum(dim=1)
    total = centre + distance.where(centres, distance.new_zeros(())).sum()
    return total / (heat.numel() if per == "cells" else centres.sum().clamp(min=1))
