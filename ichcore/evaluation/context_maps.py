"""SF-CAM with the spatial context of Ma 2025: maps put together along runs of flagged slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.explain.laying import among_all, enlarged
from ichcore.explain.method import WITH_CONTEXT
from ichcore.explain.sf_cam import SfCam
from ichcore.explain.spatial_context import uneven, with_neighbours
from ichcore.predict.compute import choose_device
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.scored import Scored
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import IchNetwork

(METHOD,) = WITH_CONTEXT
BATCH = 8


def context_maps(
    model: LoadedModel, cases: Sequence[CaseFiles], scored: Scored, class_name: str, rows: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """Map ``(H, W)`` of each of some rows of the scored set, on the model's default layer.

    Neighbours are those of the paper (two up, two down, ω = 0.5) in the same run of slices that the model
    flags for the class; each map is divided by its maximum first. A slice that is not flagged keeps its own.
    The viewer draws the same (``explain.slab_context``).

    Args:
        model: loaded checkpoint.
        cases: on its grid.
        scored: what it said of them.
        class_name: whose map.
        rows: of the scored set.
    """
    network = model.network.to(choose_device("auto"))
    layer, column = network.default_cam_layer, network.classes.index(class_name)
    said = CLASSES.index(class_name)
    with np.errstate(invalid="ignore"):
        flagged: NDArray[np.bool_] = np.asarray(scored.probabilities[:, said] >= scored.thresholds[said])
    found, first = {}, 0
    for case in cases:
        own = [row - first for row in rows if first <= row < first + len(case.labels)]
        if own:
            run = flagged[first : first + len(case.labels)]
            asked = np.union1d(np.flatnonzero(run), own)
            whole = _of_case(network, case.hu, asked, layer, column)
            together = with_neighbours(whole, run, positions_mm=uneven(case.about.get("height")))
            together[~run] = whole[~run]
            for index in own:
                found[first + index] = enlarged(together[index], case.hu.shape[1:])
        first += len(case.labels)
    network.to(model.device)
    return found


def _of_case(
    network: IchNetwork, hu: NDArray[np.int16], asked: NDArray[np.intp], layer: str, column: int
) -> NDArray[np.float32]:
    """``(N, h, w)`` SF-CAM of the slices asked for, each over its maximum; zero elsewhere."""
    device = next(network.parameters()).device
    parts = []
    for start in range(0, len(asked), BATCH):
        part = np.stack([hu[index] for index in asked[start : start + BATCH]])
        batch = torch.from_numpy(part).float()[:, None].to(device)
        raw = SfCam().raw_maps(network, batch, [layer], [column]).maps[layer][:, 0].clamp(min=0)
        top = raw.flatten(1).amax(dim=1)[:, None, None]
        parts.append((raw / top.where(top > 0, top.new_ones(()))).float().cpu().numpy())
    return among_all(asked, np.concatenate(parts), len(hu))
