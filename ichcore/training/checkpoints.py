"""What a run leaves behind: the checkpoint that predicts, and in it those of other stages that are of use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.models.checkpoint import save
from ichcore.models.network import IchNetwork, SegmentationNetwork, SequenceNetwork
from ichcore.predict.compute import choose_device
from ichcore.predict.mask_drawing import bleeding
from ichcore.training.calibration import calibrated_card, plain_card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.card import Card
    from ichcore.models.network import HuNetwork
    from ichcore.training.parts import Sets
    from ichcore.training.recipe import Recipe


def save_run(
    recipe: Recipe,
    networks: Mapping[str, HuNetwork],
    sets: Sets,
    out: Path,
    *,
    lineage: Mapping[str, Any] | None = None,
) -> Card:
    """Write the checkpoints of a run.

    The last stage that predicts classes is the checkpoint ``out``. Under its own name in ``out`` lies a stage
    that draws masks (``out`` itself where nothing predicts), and the slice network that a sequence stage
    reads, so that the two can be compared.

    Args:
        recipe: that was followed.
        networks: what its stages made, by name.
        sets: what was learned from, and what calibrates.
        out: folder.
        lineage: what the card of ``out`` says of where the weights come from.

    Returns:
        The card of ``out``.
    """
    written: dict[Path, Card] = {}
    predicting = [name for name, network in networks.items() if isinstance(network, IchNetwork)]
    for number, (name, network) in enumerate(networks.items()):
        part = recipe
        if recipe.stages:
            part = replace(recipe.stages[number], stage="", stages=recipe.stages[: number + 1])
        if isinstance(network, SegmentationNetwork):
            folder = out / name if predicting else out
            written[folder] = save(network, mask_card(part, name, network, sets), folder)
        elif isinstance(network, IchNetwork) and (name == predicting[-1] or _is_read(network, networks)):
            card = calibrated_card(part, network, sets.validation, learned_from=sets.train)
            if name == predicting[-1]:
                training = {**card.training, **({"lineage": dict(lineage)} if lineage else {})}
                written[out] = save(network, replace(card, training=training), out)
            else:
                save(network, _of_stage(card, name), out / name)
    return written[out]


def _is_read(network: IchNetwork, networks: Mapping[str, HuNetwork]) -> bool:
    """Whether a network of single slices is what a later one reads sequences of."""
    sequences = any(isinstance(other, SequenceNetwork) for other in networks.values())
    return sequences and not isinstance(network, SequenceNetwork)


def _of_stage(card: Card, stage: str) -> Card:
    if not stage:
        return card  # a run of one stage
    return replace(card, name=f"{card.name}-{stage}", title=f"{card.title}: {stage}")


def mask_card(recipe: Recipe, stage: str, network: SegmentationNetwork, sets: Sets) -> Card:
    """The card of a network that draws masks, with how its masks lie on those drawn in the validation set."""
    card = plain_card(recipe, network, sets.train)
    figures = {"validation_masks": _overlap(network, sets.validation)}
    return replace(_of_stage(card, stage), figures=figures)


def _overlap(network: SegmentationNetwork, cases: Sequence[CaseFiles]) -> dict[str, Any]:
    """Dice and IoU of hemorrhage, and Ma's mean IoU, over the pixels of all slices that were drawn."""
    network.eval().to(choose_device())
    counts = np.zeros(4, np.int64)
    for case in cases:
        if case.drawn.any():
            mask = bleeding(network, case.hu[case.drawn]) > 0.5
            truth = case.truth[case.drawn] > 0
            counts += np.array([(mask & truth).sum(), mask.sum(), truth.sum(), truth.size], np.int64)
    network.cpu()
    both, said, true, pixels = counts.tolist()
    either = said + true - both
    if not either:
        return {"pixels": pixels}
    iou, background = both / either, (pixels - either) / (pixels - both)
    figures = {"dice": 2 * both / (said + true), "iou": iou, "miou": (iou + background) / 2}
    return {"pixels": pixels, **{name: round(value, 4) for name, value in figures.items()}}
