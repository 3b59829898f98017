"""The weak chain over a scan: what points at hemorrhage, and no drawing, gives a mask (Ma 2025).

SF-CAM of two classifiers at two layers, their mean, the spatial context, a threshold, the dense CRF. [ours]
Any other network that predicts ``any`` may point in their place, by SF-CAM of its default layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.errors import InputError
from ichcore.explain.laying import among_all, enlarged
from ichcore.explain.min_max import min_max
from ichcore.explain.sf_cam import SfCam
from ichcore.explain.shallow_cam import ShallowMaps, shallow_cams
from ichcore.explain.spatial_context import with_neighbours
from ichcore.masks.chain import WeakChain
from ichcore.masks.crf_parameters import CrfParameters
from ichcore.masks.density import dense_pieces
from ichcore.masks.refined import refined
from ichcore.masks.threshold import joined
from ichcore.models.shallow_cam import ClassifierPair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.models.network import IchNetwork

BATCH = 8
"""Slices explained together."""


def pseudo_masks(
    network: IchNetwork,
    hu: NDArray[np.number],
    *,
    positive: NDArray[np.bool_] | None = None,
    known: NDArray[np.bool_] | None = None,
    chain: WeakChain | None = None,
    pixel_mm: float | None = None,
    positions_mm: NDArray[np.floating] | None = None,
) -> NDArray[np.bool_]:
    """Masks ``(N, H, W)`` of hemorrhage in the slices of one scan.

    Args:
        network: a pair of classifiers, or another that predicts ``any``; on its device.
        hu: ``(N, H, W)`` on their grid, along the scan's normal.
        positive: ``(N,)`` labels of slices.
        known: ``(N,)`` where they count [ours: a stated label outweighs a prediction]. Elsewhere, and where
            there are none, the slices that bleed are those of which it says so (above one half).
        chain: settings; the paper's by default, without its CRF.
        pixel_mm: of the grid; what the CRF measures by.
        positions_mm: ``(N,)`` of the slices along the normal, by which the spatial context weighs them [ours,
            for uneven series], in any unit; ``None`` counts slices.

    Raises:
        InputError: if a step that measures in mm is asked for without ``pixel_mm``, or the positions are in
            no order.
    """
    chain = chain or WeakChain()
    if (chain.crf_weight or chain.by_density) and pixel_mm is None:
        raise InputError("Dense CRF and density measure in mm; say how large the pixels are.")
    device = next(network.parameters()).device
    bleeds = np.zeros(len(hu), bool)
    stated = np.zeros(len(hu), bool)
    if positive is not None:
        stated = np.ones(len(hu), bool) if known is None else known
        bleeds = positive & stated
    # a slice that is known to be free of blood gets no map and lends none to its neighbours
    asked = np.flatnonzero(bleeds | ~stated)
    depths: list[list[NDArray[np.float32]]] = []
    for start in range(0, len(asked), BATCH):
        rows = asked[start : start + BATCH]
        found = _pointed(network, torch.from_numpy(np.array(hu[rows], np.float32))[:, None].to(device))
        bleeds[rows] |= ~stated[rows] & (found.logits[:, 0] > 0).cpu().numpy()
        depths = depths or [[] for _ in found.depths]
        for kept, maps in zip(depths, found.depths, strict=True):
            kept.append(maps.float().cpu().numpy())
    if not bleeds.any():
        return np.zeros(hu.shape, bool)
    fused = [
        with_neighbours(
            among_all(asked, np.concatenate(maps), len(hu)),
            bleeds,
            weight=chain.neighbour_weight,
            reach=chain.reach,
            positions_mm=positions_mm,
        )
        for maps in depths[-chain.layers :]
    ]
    return masks_from(fused, bleeds, hu, chain, pixel_mm)


def masks_from(
    fused: Sequence[NDArray[np.float32]],
    wanted: NDArray[np.bool_],
    hu: NDArray[np.number],
    chain: WeakChain,
    pixel_mm: float | None,
) -> NDArray[np.bool_]:
    """Masks ``(N, H, W)`` from maps that are put together already: threshold, CRF, density.

    Args:
        fused: one array ``(N, h, w)`` a layer, in [0, 1].
        wanted: ``(N,)`` slices that are given a mask.
        hu: ``(N, H, W)``.
        chain: whose threshold, ``every``, CRF and density count here.
        pixel_mm: of the grid; what they measure by.
    """
    size = (hu.shape[1], hu.shape[2])
    masks = np.zeros(hu.shape, bool)
    for index in np.flatnonzero(wanted):
        layers = [enlarged(maps[index], size) for maps in fused]
        if chain.crf_weight and pixel_mm is not None:
            crf = CrfParameters(appearance_weight=chain.crf_weight)
            masks[index] = refined(
                layers, chain.threshold, hu[index], pixel_mm, every=chain.every, parameters=crf
            )
        else:
            masks[index] = joined(layers, chain.threshold, every=chain.every)
        if chain.by_density and pixel_mm is not None:
            masks[index] = dense_pieces(masks[index], hu[index], pixel_mm, chain)
    return masks


def _pointed(network: IchNetwork, hu: torch.Tensor) -> ShallowMaps:
    """Where a network points in ``(B, 1, H, W)``; of one that is no pair there is one depth."""
    if isinstance(network, ClassifierPair):
        return shallow_cams(network, hu)
    layer, column = network.default_cam_layer, network.classes.index("any")
    found = SfCam().raw_maps(network, hu, [layer], [column])
    return ShallowMaps((min_max(found.maps[layer][:, 0]),), found.logits[:, [column]])
