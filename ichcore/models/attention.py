"""The two attentions of He 2024: which channels (Eq. 3.3, 3.4), and where (Eq. 3.5); and one that pools."""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn


class ChannelAttention(nn.Module):
    """Channels weighted by a bottleneck shared between their average- and max-pooled vectors.

    ``s = σ(W2 ReLU(W1 avg(u)) + W2 ReLU(W1 max(u)))`` (He 2024, Eq. 3.3, Figure 3).

    Args:
        channels: C.
        reduction: r of the bottleneck C/r [ours: 16].
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(channels // reduction, 4)
        self.bottleneck = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels))

    def forward(self, u: Tensor) -> Tensor:
        """Weight ``(B, C, H, W)``; same shape."""
        # pooling layers, since the gradients of mean and amax lose the channels-last layout and cost a copy
        average = nnf.adaptive_avg_pool2d(u, 1).flatten(1)
        maximum = nnf.adaptive_max_pool2d(u, 1).flatten(1)
        s = torch.sigmoid(self.bottleneck(average) + self.bottleneck(maximum))
        return u * s[:, :, None, None]


class SpatialAttention(nn.Module):
    """Places weighted by a 7×7 convolution over the channel-wise mean and maximum (He 2024, Eq. 3.5)."""

    def __init__(self, kernel: int = 7) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2)

    def forward(self, u: Tensor) -> Tensor:
        """Weight ``(B, C, H, W)``; same shape."""
        return u * torch.sigmoid(self.logits(u))

    def logits(self, u: Tensor) -> Tensor:
        """``(B, 1, H, W)``; their sigmoid is the weight of each place."""
        by_place = u.permute(0, 2, 3, 1)  # so both reductions run along memory
        pooled = torch.stack([by_place.mean(dim=-1), by_place.max(dim=-1).values], dim=1)
        looked: Tensor = self.conv(pooled)
        return looked


class AttentivePool(nn.Module):
    """Mean over the places that a convolution looks at, not over all [ours, after Ilse 2018].

    ``Σ a f / (Σ a + ½)`` with ``a = σ(conv(f))``: what is asked of a bleed is answered by its few cells,
    whatever the thousands around them show. Where nothing is looked at the mean is zero.

    Args:
        channels: C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 1, 3, padding=1)

    def shares(self, features: Tensor) -> Tensor:
        """What each place counts, ``(B, 1, h, w)``, of features ``(B, C, h, w)``; their sum is below 1."""
        looked = torch.sigmoid(self.conv(features).float())
        return looked / (looked.sum(dim=(2, 3), keepdim=True) + 0.5)

    def forward(self, features: Tensor) -> Tensor:
        """``(B, C)`` of ``(B, C, h, w)``."""
        return (features.float() * self.shares(features)).sum(dim=(2, 3))
