"""A checkpoint over labelled cases: probabilities of slices among their neighbours, and of own classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.evaluation.scored import Exclusive, Scored
from ichcore.models.network import SequenceNetwork, standard_logits
from ichcore.predict.compute import choose_device
from ichcore.predict.neighbours import heard_together
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import IchNetwork

BATCH = 32
"""Slices a pass."""


def score(model: LoadedModel, cases: Sequence[CaseFiles]) -> Scored:
    """What a checkpoint says of labelled cases on its own grid.

    Args:
        model: loaded checkpoint; its network is turned to evaluation.
        cases: of the model's size and pixel size, each an even scan.
    """
    device = choose_device("auto")
    network = model.network.eval().to(device)
    said = [_case(network, case.hu, device) for case in cases]
    network.cpu()
    logits = [heard_together(six, model.card.neighbour_weight) for six, _ in said]
    return Scored(
        probabilities=model.card.probabilities(np.concatenate(logits)),
        labels=np.concatenate([case.labels for case in cases]),
        known=np.concatenate([case.known for case in cases]),
        case=np.repeat(np.arange(len(cases)), [len(case.labels) for case in cases]),
        patients=[case.patient for case in cases],
        thresholds=model.card.threshold_array(),
        heights=_stated(cases, "height"),
        brightness=_stated(cases, "share"),
        series_labels=np.stack([case.series_labels for case in cases]),
        series_known=np.stack([case.series_known for case in cases]),
        exclusive=_exclusive(network, cases, [own for _, own in said]),
    )


def _case(
    network: IchNetwork, hu: NDArray[np.int16], device: torch.device
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logits of the six classes, NaN for those not predicted, and shares of the network's own classes."""
    logits, described, own = [], [], []
    with torch.inference_mode():
        for start in range(0, len(hu), BATCH):
            part = torch.from_numpy(np.array(hu[start : start + BATCH])).float()[:, None].to(device)
            if network.own_classes:
                own.append(torch.softmax(network.own_logits(network.features(part)), dim=1).cpu())
            if isinstance(network, SequenceNetwork):
                numbers, said = network.read(part)
                described.append(numbers)
                logits.append(said)
            else:
                logits.append(network(part))
        together = torch.cat(logits)
        if isinstance(network, SequenceNetwork):
            there = torch.ones((1, len(hu)), dtype=torch.bool, device=device)
            together = network.over_scan(torch.cat(described)[None], together[None], there)[0]
    six = standard_logits(together.cpu(), network.classes).double().numpy()
    return six, torch.cat(own).double().numpy() if own else np.zeros((len(hu), 0))


def _stated(cases: Sequence[CaseFiles], what: str) -> NDArray[np.float64] | None:
    if any(what not in case.about for case in cases):
        return None
    return np.concatenate([np.asarray(case.about[what], float) for case in cases])


def _exclusive(
    network: IchNetwork, cases: Sequence[CaseFiles], own: Sequence[NDArray[np.float64]]
) -> Exclusive | None:
    """Wang's three classes, where the cases say of each slice whether it shows a blend sign."""
    if not network.own_classes or any("blend_sign" not in case.about for case in cases):
        return None
    blend = np.concatenate([_of_slices(case) for case in cases])
    bleeding = np.concatenate([case.labels[:, CLASSES.index("any")] for case in cases])
    known = np.concatenate([case.known[:, CLASSES.index("any")] for case in cases])
    truth = np.where(known, np.where(blend, 2, bleeding), -1).astype(np.int64)
    return Exclusive(tuple(network.own_classes), np.concatenate(own), truth)


def _of_slices(case: CaseFiles) -> NDArray[np.bool_]:
    return np.broadcast_to(np.asarray(case.about["blend_sign"], bool), (len(case.labels),))
