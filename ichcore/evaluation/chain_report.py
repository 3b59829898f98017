"""The weak chain's masks against drawn bleeds, step by step (Ma 2025, Table 4, on positive slices)."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import InputError
from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap
from ichcore.evaluation.chain_ladder import context_weight, default_chain, rungs, scan_maps
from ichcore.evaluation.mask_figures import MaskTally, with_bounds
from ichcore.explain.spatial_context import uneven, with_neighbours
from ichcore.masks.pseudo_mask import masks_from
from ichcore.predict.compute import choose_device
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.masks.chain import WeakChain
    from ichcore.models.checkpoint import LoadedModel

FIGURES = ("iou", "miou_over_pixels", "miou_over_images", "dice", "cl", "ml", "fpl", "volume_ratio")


def chain_report(
    model: LoadedModel,
    cases: Sequence[CaseFiles],
    *,
    chain: WeakChain | None = None,
    by_label: bool = False,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """Figures of the chain's masks, a row a step, over all positive slices whose bleed was drawn.

    A slice that the model misses has an empty mask and counts. No skull mask is laid over any mask.

    Args:
        model: loaded checkpoint that predicts ``any``.
        cases: on its grid.
        chain: settings; by default those of :func:`~ichcore.evaluation.chain_ladder.default_chain`.
        by_label: whether the slices that bleed are those so labelled, not those that the model says bleed.
        resamples: draws of each interval.

    Returns:
        ``{"slices", "patients", "called_positive", "positive_by": "prediction" | "labels", "chain": {…},
        "context_weight", "rows": [{"name", <figure>, <figure>_interval, …, "effect"}]}``. ``effect`` holds
        the differences to the row before, ``against``, with paired intervals; ``None`` for the first.

    Raises:
        InputError: if the model does not predict ``any``, or no positive slice was drawn.
    """
    if "any" not in model.network.classes:
        raise InputError(f"{model.name} does not predict hemorrhage, so it cannot point in the weak chain.")
    network = model.network.to(choose_device("auto")).eval()
    chain = chain or default_chain(model)
    rows = rungs(network, chain)
    tallies = [MaskTally() for _ in rows]
    patients: list[str] = []
    called = 0
    column = CLASSES.index("any")
    for case in cases:
        label = case.labels[:, column] & case.known[:, column]
        judged = label & case.drawn & np.array([np.any(one) for one in case.truth])
        if not judged.any():
            continue
        hu = np.asarray(case.hu)
        maps, said = scan_maps(network, hu)
        bleeds = label if by_label else said
        called += int((judged & bleeds).sum())
        patients += [case.patient] * int(judged.sum())
        places = uneven(case.about.get("height"))
        truth = np.asarray(case.truth)[judged] > 0
        for rung, tally in zip(rows, tallies, strict=True):
            weight = context_weight(chain) if rung.context else 0.0
            fused = [
                with_neighbours(one, bleeds, weight=weight, reach=chain.reach, positions_mm=places)
                for one in maps[rung.maps][-rung.layers :]
            ]
            settings = replace(chain, crf_weight=chain.crf_weight if rung.crf else 0.0)
            if not rung.density:
                settings = replace(settings, least_hu=0.0, least_mm2=0.0)
            if not rung.border:
                settings = replace(settings, border_share=0.0)
            masks = masks_from(fused, judged & bleeds, hu, settings, model.card.pixel_mm)[judged]
            for predicted, true in zip(masks, truth, strict=True):
                tally.add(predicted, true)
    network.to(model.device)
    if not patients:
        raise InputError("No positive slice of the set was drawn; the chain is judged by drawn masks.")
    return {
        "slices": len(patients),
        "patients": len(set(patients)),
        "called_positive": called,
        "positive_by": "labels" if by_label else "prediction",
        "chain": asdict(chain),
        "context_weight": context_weight(chain),
        "rows": _rows([rung.name for rung in rows], tallies, patients, resamples),
    }


def _rows(
    names: Sequence[str], tallies: Sequence[MaskTally], patients: Sequence[str], resamples: int
) -> list[dict[str, Any]]:
    """Figures of each row with intervals, and what it differs by from the one before in the same draws."""

    def figures(images: NDArray[np.intp]) -> NDArray[np.float64]:
        found = [tally.figures(images) for tally in tallies]
        return np.array([one[name] for one in found for name in FIGURES], float)

    shape = (len(names), len(FIGURES))
    value = figures(np.arange(len(patients))).reshape(shape)
    drawn = bootstrap(figures, patients, resamples=resamples).reshape(-1, *shape)
    rows = []
    for at, name in enumerate(names):
        row: dict[str, Any] = {"name": name, **dict(zip(FIGURES, value[at].tolist(), strict=True))}
        row |= with_bounds(FIGURES, value[at], drawn[:, at])
        row["effect"] = None
        if at:
            gain = value[at] - value[at - 1]
            row["effect"] = {"against": names[at - 1], **dict(zip(FIGURES, gain.tolist(), strict=True))}
            row["effect"] |= with_bounds(FIGURES, gain, drawn[:, at] - drawn[:, at - 1])
        rows.append(row)
    return rows
