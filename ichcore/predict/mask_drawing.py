"""Masks of hemorrhage by a network that draws them, on the slices' own grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.predict.model_input import ModelInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedSegmenter
    from ichcore.models.network import SegmentationNetwork
    from ichcore.progress import CancelToken
    from ichcore.volume.volume import Volume

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


def draw_masks(
    model: LoadedSegmenter, volume: Volume, *, cancel: CancelToken | None = None
) -> NDArray[np.bool_]:
    """Where a model draws hemorrhage: bool ``(slices, rows, columns)`` on the series' own grid.

    A pixel is in the mask where hemorrhage is likelier than background; a slice that holds no picture has
    none. Thin slices that are looked at together share a mask.

    Args:
        model: a checkpoint that draws masks.
        volume: the series.
        cancel: looked at between slices.

    Raises:
        CancelledError: if asked to stop.
    """
    prepared = ModelInput.of(volume, model.card)
    masks = np.zeros(volume.shape, bool)
    for slab in prepared.waiting().tolist():
        if cancel is not None:
            cancel.raise_if_cancelled()
        share = bleeding(model.network, prepared.hu(slab)[None])[0]
        inside = prepared.placement.to_slice(share, volume.shape[1:]) > 0.5
        run = prepared.slabs.slices(slab)
        masks[run] = inside & prepared.seen[run, None, None]
    return masks
