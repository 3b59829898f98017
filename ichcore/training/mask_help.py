"""Help from masks while training [ours]: CAM and spatial attention learn which cells touch a bleed."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from ichcore.errors import InputError
from ichcore.models.attention import AttentivePool, SpatialAttention
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


class AttentionProbe:
    """Keeps the logits of a network's spatial attention from each forward pass; it changes nothing.

    Args:
        network: one of whose parts is a :class:`~ichcore.models.attention.SpatialAttention` or an
            :class:`~ichcore.models.attention.AttentivePool`.

    Raises:
        InputError: if none is.
    """

    def __init__(self, network: nn.Module) -> None:
        looking = (m for m in network.modules() if isinstance(m, SpatialAttention | AttentivePool))
        spatial = next(looking, None)
        if spatial is None:
            raise InputError(
                "optimiser.attention_weight asks for a network with spatial attention, which this one lacks; "
                "set it to 0."
            )
        self.logits: Tensor | None = None
        spatial.conv.register_forward_hook(self._keep)

    def _keep(self, _module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        self.logits = output


def attention_loss(logits: Tensor, masks: Tensor, weight: Tensor | None = None) -> Tensor:
    """Cross-entropy of the attention's cells: the mean over bleeding cells, and eight times that over others.

    Places without blood come to weigh nothing, so that the average before the last layer no longer adds up
    what little each of some thousands of them says.

    Args:
        logits: ``(B, 1, h, w)``.
        masks: ``(B, 5, H, W)`` of the five subtypes.
        weight: ``(B,)`` how much each slice's masks count; alike by default.
    """
    return _cell_loss(logits, _touched(masks, logits).amax(dim=1, keepdim=True), 8.0, weight)


def mask_loss(cells: Tensor, masks: Tensor, weight: Tensor | None = None) -> Tensor:
    """Cross-entropy of cell logits: the mean over bleeding cells and four times the mean over the others.

    Args:
        cells: ``(B, 6, h, w)`` logits in class order.
        masks: ``(B, 5, H, W)`` of the five subtypes; their union is ``any``.
        weight: ``(B,)`` how much each slice's masks count; alike by default.
    """
    touched = _touched(masks, cells)
    return _cell_loss(cells, torch.cat([touched.amax(dim=1, keepdim=True), touched], dim=1), 4.0, weight)


def _touched(masks: Tensor, like: Tensor) -> Tensor:
    """``(B, 5, h, w)`` on the grid of ``like``: 1 where a cell touches a bleed, else 0."""
    return (nnf.adaptive_max_pool2d(masks, like.shape[-2:]) > 0.5).float()


def _cell_loss(logits: Tensor, target: Tensor, others: float, weight: Tensor | None) -> Tensor:
    """Cross-entropy: the mean over the cells of ``target`` and ``others`` times that of the rest over all."""
    loss = nnf.binary_cross_entropy_with_logits(logits.float(), target, reduction="none")
    if weight is not None:
        loss = loss * weight[:, None, None, None]
    bleeding = (loss * target).sum() / target.sum().clamp(min=1.0)
    return bleeding + others * (loss * (1.0 - target)).mean()
