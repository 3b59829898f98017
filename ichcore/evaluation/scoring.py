"""A checkpoint over labelled cases: probabilities of slices among their neighbours, and of own classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import softmax

from ichcore.datasets.phantom_set import BLEND_MIMIC
from ichcore.evaluation.scored import Exclusive, Scored
from ichcore.subtypes import CLASSES
from ichcore.training.scoring import read_cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import IchNetwork


def score(model: LoadedModel, cases: Sequence[CaseFiles]) -> Scored:
    """What a checkpoint says of labelled cases on its own grid.

    Args:
        model: loaded checkpoint; its network is turned to evaluation.
        cases: of the model's size and pixel size, each an even scan.
    """
    said = read_cases(model.network, cases, neighbour_weight=model.card.neighbour_weight)
    return Scored(
        probabilities=model.card.probabilities(said.logits),
        labels=np.concatenate([case.labels for case in cases]),
        known=np.concatenate([case.known for case in cases]),
        case=np.repeat(np.arange(len(cases)), [len(case.labels) for case in cases]),
        patients=[case.patient for case in cases],
        thresholds=model.card.threshold_array(),
        heights=_stated(cases, "height"),
        brightness=_stated(cases, "share"),
        series_labels=np.stack([case.series_labels for case in cases]),
        series_known=np.stack([case.series_known for case in cases]),
        exclusive=_exclusive(model.network, cases, said.own),
    )


def _stated(cases: Sequence[CaseFiles], what: str) -> NDArray[np.float64] | None:
    if any(what not in case.about for case in cases):
        return None
    return np.concatenate([np.asarray(case.about[what], float) for case in cases])


def _exclusive(network: IchNetwork, cases: Sequence[CaseFiles], own: NDArray[np.float64]) -> Exclusive | None:
    """Wang's three classes, where the cases say of each slice whether it shows a blend sign."""
    if not network.own_classes or any("blend_sign" not in case.about for case in cases):
        return None
    blend = np.concatenate([case.blend_sign for case in cases])
    bleeding = np.concatenate([case.labels[:, CLASSES.index("any")] for case in cases])
    known = np.concatenate([case.known[:, CLASSES.index("any")] for case in cases]) & (blend >= 0)
    truth = np.where(known, np.where(blend == 1, 2, bleeding), -1).astype(np.int64)
    return Exclusive(tuple(network.own_classes), softmax(own, axis=1), truth, _mimics(cases))


def _mimics(cases: Sequence[CaseFiles]) -> NDArray[np.bool_] | None:
    """Slices of the phantoms that were made as mimics of the sign."""
    if any("kind" not in case.about for case in cases):
        return None
    return np.repeat(
        [case.about["kind"] == BLEND_MIMIC for case in cases], [len(case.labels) for case in cases]
    )
