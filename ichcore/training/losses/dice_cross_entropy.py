"""Dice and cross-entropy of a mask, added (Ma 2025's U-Net)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as nnf

if TYPE_CHECKING:
    from torch import Tensor


def dice_loss(logits: Tensor, mask: Tensor, smooth: float = 1.0) -> Tensor:
    """``1 − (2 Σ p·y + s) / (Σ p + Σ y + s)`` of the hemorrhage, over all pixels of the batch.

    [ours] Over the batch, since most slices bear no bleed, and s = 1, which makes an empty batch 0 when
    nothing is called.

    Args:
        logits: ``(B, 2, H, W)`` of background and hemorrhage.
        mask: ``(B, H, W)``, 1 where there is hemorrhage.
        smooth: s, pixels.
    """
    p = torch.softmax(logits.float(), dim=1)[:, 1]
    y = mask.to(p)
    return 1.0 - (2.0 * (p * y).sum() + smooth) / (p.sum() + y.sum() + smooth)


def dice_cross_entropy(logits: Tensor, mask: Tensor, *, dice: float = 1.0, entropy: float = 1.0) -> Tensor:
    """The paper's "linear combination"; [ours] with equal weights.

    Args:
        logits: ``(B, 2, H, W)`` of background and hemorrhage.
        mask: ``(B, H, W)``, 1 where there is hemorrhage.
        dice: weight of :func:`dice_loss`.
        entropy: weight of the cross-entropy, a mean over pixels.
    """
    return dice * dice_loss(logits, mask) + entropy * nnf.cross_entropy(logits.float(), mask.long())
