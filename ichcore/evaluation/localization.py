"""Boxes from the CAM of labelled slices, and their average precision (He 2024, section 2.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as nnf

from ichcore.evaluation.boxes import SubtypeBoxes
from ichcore.evaluation.mask_figures import mask_figures
from ichcore.masks.boxes import rectangles
from ichcore.masks.threshold import binary_mask
from ichcore.subtypes import CLASSES, SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import IchNetwork

MASK_PROBABILITY = 0.5
"""``any`` from which a slice is given a mask."""
BATCH = 16
"""Slices whose maps are made at once."""
LEAST_PROBABILITY = 0.05
"""Below this a slice is given no box of the class; the end of the precision–recall curve is cut there."""


def cam_maps(network: IchNetwork, hu: torch.Tensor) -> torch.Tensor:
    """CAM of the network's classes, ``(B, K, H, W)``, negative parts cut, for HU ``(B, 1, H, W)``."""
    kept: list[torch.Tensor] = []
    layer = network.cam_layers[network.default_cam_layer]
    handle = layer.register_forward_hook(lambda _m, _i, out: kept.append(out))
    try:
        with torch.inference_mode():
            network(hu)
    finally:
        handle.remove()
    maps = torch.einsum("kc,bchw->bkhw", network.class_weights().to(kept[0]), kept[0])
    return nnf.interpolate(maps, hu.shape[-2:], mode="bilinear", align_corners=False).clamp(min=0.0)


def _maps(network: IchNetwork, cases: Sequence[CaseFiles]) -> Iterator[NDArray[np.float32]]:
    """CAMs of all slices of the cases in order, ``(B, K, H, W)`` at a time."""
    for case in cases:
        for start in range(0, len(case.hu), BATCH):
            hu = torch.from_numpy(np.array(case.hu[start : start + BATCH])).float()[:, None]
            maps: NDArray[np.float32] = cam_maps(network, hu).numpy()
            yield maps


def localization(
    network: IchNetwork, cases: Sequence[CaseFiles], probabilities: NDArray[np.floating]
) -> dict[str, Any]:
    """AP at IoU > 0.5 a subtype and the paper's two means; slices that were not drawn are left out.

    Args:
        network: in evaluation mode.
        cases: with truth on the model's grid.
        probabilities: ``(slices, 6)`` of all slices of the cases, in order.

    Returns:
        ``{"ap": {subtype: …}, "map_five": …, "map_present": …, "pointing": {subtype: …}, "masks": {…}}``;
        ``pointing`` is the share of slices of the subtype, flagged or not, where the map's maximum lies on
        the bleed; ``masks`` are the figures of the map of ``any``, cut at 20 % of its maximum, on all slices
        whose ``any`` is at least 0.5 [ours].

    Raises:
        IchError: if the network has no CAM.
    """
    gathered = SubtypeBoxes()
    pointed: dict[str, list[bool]] = {name: [] for name in SUBTYPES}
    masks: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]] = []
    label_maps = [case.truth[index] for case in cases for index in range(len(case.labels))]
    drawn = np.concatenate([case.drawn for case in cases])
    known = np.concatenate([case.known for case in cases])
    row = -1
    labels = np.concatenate([case.labels for case in cases])
    for maps in _maps(network, cases):
        for activations in maps:
            row += 1
            if not drawn[row]:
                continue
            for name in SUBTYPES:
                column = CLASSES.index(name)
                if name not in network.classes or not known[row, column]:
                    continue
                activation = activations[network.classes.index(name)]
                if probabilities[row, column] >= LEAST_PROBABILITY:
                    gathered.add_found(name, row, rectangles(activation), float(probabilities[row, column]))
                if labels[row, column]:
                    bleed = gathered.add_truth(name, row, label_maps[row])
                    if bleed is not None:
                        pointed[name].append(bool(bleed[np.unravel_index(activation.argmax(), bleed.shape)]))
            if "any" in network.classes:
                activation = activations[network.classes.index("any")]
                flagged = probabilities[row, CLASSES.index("any")] >= MASK_PROBABILITY
                mask = binary_mask(activation) if flagged else np.zeros(activation.shape, bool)
                masks.append((mask, label_maps[row] > 0))
    pointing = {name: float(np.mean(p)) if p else None for name, p in pointed.items()}
    return {
        **gathered.as_json(),
        "pointing": pointing,
        "masks": mask_figures(masks),
    }
