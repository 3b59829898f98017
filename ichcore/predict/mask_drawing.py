"""Masks of hemorrhage by a network that draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.network import SegmentationNetwork

BATCH = 8
"""Slices a pass."""


def bleeding(network: SegmentationNetwork, hu: NDArray[np.number]) -> NDArray[np.float32]:
    """What the network makes of every pixel being hemorrhage, its softmax, ``(N, H, W)`` in [0, 1].

    Args:
        network: in evaluation mode, on its device.
        hu: ``(N, H, W)`` on its grid.
    """
    device = next(network.parameters()).device
    parts = []
    with torch.inference_mode():
        for start in range(0, len(hu), BATCH):
            part = torch.from_numpy(np.array(hu[start : start + BATCH], np.float32))[:, None].to(device)
            parts.append(torch.softmax(network(part).float(), dim=1)[:, 1].cpu().numpy())
    return np.concatenate(parts)
