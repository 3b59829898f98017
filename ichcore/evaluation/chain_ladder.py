"""The weak chain step by step, in the paper's order: which maps each row is drawn from (Ma 2025, Table 4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.explain.grad_cam import GradCam
from ichcore.explain.min_max import min_max
from ichcore.explain.sf_cam import SfCam
from ichcore.explain.shallow_cam import member_cams
from ichcore.explain.spatial_context import WEIGHT
from ichcore.masks.chain import OF_ONE_NETWORK, WeakChain, stated_chain
from ichcore.models.shallow_cam import ClassifierPair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import IchNetwork

    ScanMaps = Mapping[str, list[NDArray[np.float32]]]

BATCH = 8
PAIR = WeakChain(crf_weight=OF_ONE_NETWORK.crf_weight)
"""The paper's, with its CRF."""


@dataclass(frozen=True)
class Rung:
    """A row of the ladder.

    Attributes:
        name: what it adds to the row before, or what it starts anew with.
        maps: name of the maps that it is drawn from.
        layers: how many of them, the deepest last.
        context: whether neighbouring slices are heard.
        crf: whether the dense CRF draws it.
        density: whether what cannot be blood by its density and size is taken out.
        border: whether pieces end where their density does.
    """

    name: str
    maps: str
    layers: int = 1
    context: bool = False
    crf: bool = False
    density: bool = False
    border: bool = False


def default_chain(model: LoadedModel) -> WeakChain:
    """The card's; else :data:`PAIR` for two classifiers, :data:`~ichcore.masks.chain.OF_ONE_NETWORK` for one.

    Raises:
        CheckpointError: if the card states something else than settings.
    """
    general = PAIR if isinstance(model.network, ClassifierPair) else OF_ONE_NETWORK
    return stated_chain(model.card) or general


def rungs(network: IchNetwork, chain: WeakChain) -> list[Rung]:
    """The rows that a network has, in order.

    [ours] A chain that is used without spatial context has a last row without it, since that is the chain.
    """
    found = [Rung("Grad-CAM", "gradcam"), Rung("+ spatial context", "gradcam", context=True)]
    if isinstance(network, ClassifierPair):
        found += [
            Rung("SF-CAM of the first classifier", "first"),
            Rung("SF-CAM of the second classifier", "second"),
            Rung("SF-CAM of both", "sfcam"),
            Rung("+ spatial context", "sfcam", context=True),
        ]
        if chain.layers == 2:
            found.append(Rung("+ two layers", "sfcam", layers=2, context=True))
    else:
        found += [Rung("SF-CAM", "sfcam"), Rung("+ spatial context", "sfcam", context=True)]
    if chain.crf_weight:
        found.append(Rung("+ dense CRF", "sfcam", layers=found[-1].layers, context=True, crf=True))
    if not chain.neighbour_weight:
        last = found[-1]
        found.append(Rung("without spatial context", "sfcam", layers=last.layers, crf=last.crf))
    if chain.least_hu > 0.0 or chain.least_mm2 > 0.0:
        found.append(replace(found[-1], name="+ density", density=True))
    if chain.border_share > 0.0:
        found.append(replace(found[-1], name="+ border", border=True))
    return found


def context_weight(chain: WeakChain) -> float:
    """ω of the rows with spatial context: the chain's, or the paper's where the chain itself has none."""
    return chain.neighbour_weight or WEIGHT


def scan_maps(network: IchNetwork, hu: NDArray[np.number]) -> tuple[ScanMaps, NDArray[np.bool_]]:
    """All maps that the rows need, ``(N, h, w)`` in [0, 1] by name and depth; and which slices it says bleed.

    [ours] Grad-CAM is that of the default layer, which the paper does not state.

    Args:
        network: a pair of classifiers, or another that predicts ``any``; on its device.
        hu: ``(N, H, W)`` on its grid.
    """
    device = next(network.parameters()).device
    parts: dict[str, list[list[NDArray[np.float32]]]] = {}
    said = []
    for start in range(0, len(hu), BATCH):
        part = torch.from_numpy(np.array(hu[start : start + BATCH], np.float32))[:, None].to(device)
        found, logits = _batch(network, part)
        said.append((logits > 0).cpu().numpy())
        for name, depths in found.items():
            kept = parts.setdefault(name, [[] for _ in depths])
            for one, maps in zip(kept, depths, strict=True):
                one.append(maps.float().cpu().numpy())
    whole = {name: [np.concatenate(one) for one in depths] for name, depths in parts.items()}
    return whole, np.concatenate(said)


def _batch(network: IchNetwork, hu: torch.Tensor) -> tuple[dict[str, list[torch.Tensor]], torch.Tensor]:
    layer, column = network.default_cam_layer, network.classes.index("any")
    plain = GradCam().raw_maps(network, hu, [layer], [column])
    found = {"gradcam": [min_max(plain.maps[layer][:, 0].clamp(min=0))]}
    if isinstance(network, ClassifierPair):
        members = member_cams(network, hu).depths
        found["first"], found["second"] = [one[0] for one in members], [one[1] for one in members]
        found["sfcam"] = [one.mean(dim=0) for one in members]
    else:
        sharp = SfCam().raw_maps(network, hu, [layer], [column])
        found["sfcam"] = [min_max(sharp.maps[layer][:, 0])]
    return found, plain.logits[:, column]
