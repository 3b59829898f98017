"""Boxes around all that a subtype's SF-CAM activates, scored as He's are [ours]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ichcore.evaluation.boxes import SubtypeBoxes
from ichcore.evaluation.localization import LEAST_PROBABILITY
from ichcore.explain.sf_cam import SfCam
from ichcore.masks.boxes import AROUND, rectangles
from ichcore.subtypes import CLASSES, SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import IchNetwork

THRESHOLD = 0.5
"""Of a map's maximum; found on validation phantoms (decision 0049)."""
BATCH = 8


def boxes_around(
    network: IchNetwork, cases: Sequence[CaseFiles], probabilities: NDArray[np.floating]
) -> dict[str, Any]:
    """AP at IoU > 0.5 a subtype, of one box around all that is activated; slices not drawn are left out.

    Args:
        network: in evaluation mode; its default layer is explained.
        cases: with truth on the model's grid.
        probabilities: ``(slices, 6)`` of all slices of the cases, in order.

    Returns:
        ``{"method", "threshold", "box", "ap": {subtype: …}, "map_five": …, "map_present": …}``.
    """
    names = [name for name in SUBTYPES if name in network.classes]
    gathered = SubtypeBoxes()
    first = 0
    for case in cases:
        p = probabilities[first : first + len(case.labels)]
        judged = case.known & case.drawn[:, None]
        for name in SUBTYPES:
            column = CLASSES.index(name)
            for index in np.flatnonzero(judged[:, column] & case.labels[:, column]):
                gathered.add_truth(name, first + int(index), case.truth[index])
        columns = [CLASSES.index(name) for name in names]
        asked = np.flatnonzero(((p[:, columns] >= LEAST_PROBABILITY) & judged[:, columns]).any(axis=1))
        for start in range(0, len(asked), BATCH):
            rows = asked[start : start + BATCH]
            for index, maps in zip(rows.tolist(), _maps(network, case.hu[rows], names), strict=True):
                for name, activation in zip(names, maps, strict=True):
                    score = float(p[index, CLASSES.index(name)])
                    if score >= LEAST_PROBABILITY and judged[index, CLASSES.index(name)]:
                        boxes = rectangles(activation, threshold=THRESHOLD, which=AROUND)
                        gathered.add_found(name, first + index, boxes, score)
        first += len(case.labels)
    return {"method": SfCam.name, "threshold": THRESHOLD, "box": AROUND, **gathered.as_json()}


def _maps(network: IchNetwork, hu: NDArray[np.int16], names: Sequence[str]) -> NDArray[np.float32]:
    """``(B, K, H, W)`` SF-CAM of subtypes on the default layer, not negative, on the slices' grid."""
    pictures = torch.from_numpy(np.array(hu, np.float32))[:, None]
    layer, columns = network.default_cam_layer, [network.classes.index(name) for name in names]
    raw = SfCam().raw_maps(network, pictures, [layer], columns).maps[layer].clamp(min=0.0).float()
    large = torch.nn.functional.interpolate(raw, hu.shape[-2:], mode="bilinear", align_corners=False)
    maps: NDArray[np.float32] = large.detach().cpu().numpy()
    return maps
