"""Multi-scale fusion of He 2024: C3, C4, C5 on one grid, then channel and spatial attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as nnf
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.attention import ChannelAttention, SpatialAttention

if TYPE_CHECKING:
    from collections.abc import Sequence


class _ToGrid(nn.Module):
    """One scale brought to the common grid and to ``out`` channels.

    A finer scale goes through one 3×3 stride-2 convolution a halving (the paper's way), the last of which
    sets the channels; an equal scale through a 1×1; a coarser one [ours] through a 1×1 and bilinear
    enlargement.

    Args:
        channels: of the scale.
        out: of the common grid.
        halvings: how many halvings lie between the scale and the grid; negative for doublings.
    """

    def __init__(self, channels: int, out: int, halvings: int) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        for step in range(max(halvings, 0)):
            width = out if step == halvings - 1 else channels
            steps += [
                nn.Conv2d(channels, width, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
            ]
            channels = width
        if halvings <= 0:
            steps += [nn.Conv2d(channels, out, 1, bias=False), nn.BatchNorm2d(out)]
        self.steps = nn.Sequential(*steps)
        self.enlarge = 2 ** max(-halvings, 0)

    def forward(self, c: Tensor) -> Tensor:
        """``(B, channels, h, w)`` to ``(B, out, H, W)`` of the grid."""
        u: Tensor = self.steps(c)
        if self.enlarge > 1:
            u = nnf.interpolate(u, scale_factor=float(self.enlarge), mode="bilinear", align_corners=False)
        return u


class Fusion(nn.Module):
    """C3, C4, C5 summed on one grid, weighted by channel, then by place.

    Its output is the map just before global average pooling, from which the CAM is read.

    Args:
        channels: of each scale, fine to coarse.
        halvings: of each scale to the common grid.
        out: channels of the fused map.
        reduction: r of the channel attention.
    """

    def __init__(
        self, channels: Sequence[int], halvings: Sequence[int], *, out: int = 256, reduction: int = 16
    ) -> None:
        super().__init__()
        if len(channels) != len(halvings):
            raise IchError(f"{len(channels)} scales were given with {len(halvings)} strides; give one each.")
        self.to_grid = nn.ModuleList(_ToGrid(c, out, h) for c, h in zip(channels, halvings, strict=True))
        self.channel = ChannelAttention(out, reduction)
        self.spatial = SpatialAttention()

    def forward(self, scales: Sequence[Tensor]) -> Tensor:
        """Fuse the scales, fine to coarse, to ``(B, out, H, W)``."""
        on_grid = [to(c) for to, c in zip(self.to_grid, scales, strict=True)]
        total = on_grid[0]
        for u in on_grid[1:]:
            total = total + u  # adding in turn; a stack would lose the channels-last layout
        fused: Tensor = self.spatial(self.channel(nnf.relu(total)))
        return fused
