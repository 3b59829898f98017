"""The weak chain over a scan: two classifiers of hemorrhage or not, and no drawing, give a mask (Ma 2025).

SF-CAM of both at two layers, their mean, the spatial context, a threshold. The dense CRF that sharpens the
result in the paper is not part of it yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from ichcore.explain.shallow_cam import shallow_cams
from ichcore.explain.spatial_context import with_neighbours
from ichcore.masks.chain import WeakChain
from ichcore.masks.threshold import joined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.shallow_cam import ClassifierPair

BATCH = 8
"""Slices explained together."""


def pseudo_masks(
    pair: ClassifierPair,
    hu: NDArray[np.number],
    *,
    positive: NDArray[np.bool_] | None = None,
    known: NDArray[np.bool_] | None = None,
    chain: WeakChain | None = None,
) -> NDArray[np.bool_]:
    """Masks ``(N, H, W)`` of hemorrhage in the slices of one scan.

    Args:
        pair: the classifiers, on their device.
        hu: ``(N, H, W)`` on their grid, along the scan's normal.
        positive: ``(N,)`` labels of slices.
        known: ``(N,)`` where they count [ours: a stated label outweighs a prediction]. Elsewhere, and where
            there are none, the slices that bleed are those of which the pair says so (above one half).
        chain: settings; the paper's by default.
    """
    chain = chain or WeakChain()
    device = next(pair.parameters()).device
    bleeds = np.zeros(len(hu), bool)
    stated = np.zeros(len(hu), bool)
    if positive is not None:
        stated = np.ones(len(hu), bool) if known is None else known
        bleeds = positive & stated
    # a slice that is known to be free of blood gets no map and lends none to its neighbours
    asked = np.flatnonzero(bleeds | ~stated)
    depths: list[list[NDArray[np.float32]]] = [[] for _ in pair.shallow_layers]
    for start in range(0, len(asked), BATCH):
        rows = asked[start : start + BATCH]
        found = shallow_cams(pair, torch.from_numpy(np.array(hu[rows], np.float32))[:, None].to(device))
        bleeds[rows] |= ~stated[rows] & (found.logits[:, 0] > 0).cpu().numpy()
        for kept, maps in zip(depths, found.depths, strict=True):
            kept.append(maps.float().cpu().numpy())
    if not bleeds.any():
        return np.zeros(hu.shape, bool)
    fused = [
        with_neighbours(_at(asked, maps, len(hu)), bleeds, weight=chain.neighbour_weight, reach=chain.reach)
        for maps in depths[-chain.layers :]
    ]
    size = (hu.shape[1], hu.shape[2])
    masks = np.zeros(hu.shape, bool)
    for index in np.flatnonzero(bleeds):
        masks[index] = joined(
            [_enlarged(maps[index], size) for maps in fused], chain.threshold, every=chain.every
        )
    return masks


def _at(rows: NDArray[np.intp], maps: list[NDArray[np.float32]], slices: int) -> NDArray[np.float32]:
    """Maps in their places among all slices of the scan, zero elsewhere."""
    some = np.concatenate(maps)
    everywhere = np.zeros((slices, *some.shape[1:]), np.float32)
    everywhere[rows] = some
    return everywhere


def _enlarged(activation: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """A map on the slice's pixels, bilinearly."""
    small = torch.from_numpy(activation)[None, None]
    large: NDArray[np.float32] = functional.interpolate(small, size, mode="bilinear", align_corners=False)[
        0, 0
    ].numpy()
    return large
