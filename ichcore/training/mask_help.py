"""Help from masks while training [ours]: the CAM itself learns which of its cells touch a bleed."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from ichcore.subtypes import CLASSES


class CellLogits(nn.Module):
    """A scale and an offset a class that turn CAM into logits of single cells; thrown away after training."""

    def __init__(self) -> None:
        super().__init__()
        # the mean of a CAM is a logit, so where few cells bear it they stand at some hundreds
        self.log_scale = nn.Parameter(torch.full((len(CLASSES),), math.log(0.02)))
        self.offset = nn.Parameter(torch.full((len(CLASSES),), -3.0))

    def forward(self, cam: Tensor) -> Tensor:
        """``(B, 6, h, w)`` to cell logits of the same shape."""
        return cam * self.log_scale.exp()[:, None, None] + self.offset[:, None, None]


def mask_loss(cells: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy of cell logits: the mean over bleeding cells and four times the mean over the others.

    Args:
        cells: ``(B, 6, h, w)`` logits in class order.
        masks: ``(B, 5, H, W)`` of the five subtypes; their union is ``any``.
    """
    target = (nnf.adaptive_max_pool2d(masks, cells.shape[-2:]) > 0.5).float()
    target = torch.cat([target.amax(dim=1, keepdim=True), target], dim=1)
    loss = nnf.binary_cross_entropy_with_logits(cells, target, reduction="none")
    bleeding = (loss * target).sum() / target.sum().clamp(min=1.0)
    return bleeding + 4.0 * (loss * (1.0 - target)).mean()
