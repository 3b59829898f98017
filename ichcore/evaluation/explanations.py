"""Whether a model looks where the blood is: every method on every layer, on slices with drawn bleeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as nnf

from ichcore.errors import InputError
from ichcore.evaluation.bootstrap import RESAMPLES
from ichcore.evaluation.context_maps import METHOD, context_maps
from ichcore.evaluation.drawn_places import drawn_places
from ichcore.evaluation.map_deletion import MOST_SLICES, deletion_report
from ichcore.evaluation.map_figures import THRESHOLDS, map_figures, target_of
from ichcore.evaluation.map_scores import MapScores
from ichcore.explain.every_map import every_map
from ichcore.predict.compute import choose_device
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.drawn_places import Place
    from ichcore.evaluation.scored import Scored
    from ichcore.models.checkpoint import LoadedModel

    Maps = dict[tuple[str, str], NDArray[np.float32]]

BATCH = 8
SIZES_MM2 = (0.0, 100.0, 400.0)
"""Where the sizes of bleeds begin, as an area in the slice: discs 11 and 23 mm wide. Fixed, so that sets and
models can be laid side by side, which thirds of each set could not."""


def explanations_of(
    model: LoadedModel,
    cases: Sequence[CaseFiles],
    scored: Scored,
    *,
    class_name: str = "any",
    resamples: int = RESAMPLES,
    deletion_slices: int = MOST_SLICES,
) -> dict[str, Any]:
    """Score all maps of one class on the slices that show it and were drawn, flagged or not.

    Args:
        model: loaded checkpoint.
        cases: on its grid.
        scored: what it said of them.
        class_name: whose map, and of which the drawn label; the other classes have their default layer alone.
        resamples: draws of each interval.
        deletion_slices: at most so many slices, evenly chosen, have deletion and insertion; 0 for none.

    Returns:
        ``{"class", "slices", "patients", "flagged", "maps": […], "thresholds", "without_skull", "classes":
        {name: {…}}, "sizes": [{"from_mm2", "to_mm2", …}], "deletion": {…}}``; each part as
        :meth:`MapScores.as_json` gives it, ``classes`` and ``sizes`` on the default layer, ``deletion`` as
        :func:`deletion_report` does. Classes and sizes that no slice was drawn of are left out.

    Raises:
        InputError: if the model does not predict the class, or no slice with it was drawn.
    """
    if class_name not in model.card.classes:
        raise InputError(f"{model.name} does not predict {class_name}, so it has no map of it.")
    places = drawn_places(cases, class_name)
    if not places:
        raise InputError(f"No slice of the set with {class_name} was drawn; explanations need masks.")
    layer = model.network.default_cam_layer
    scores = _scores(model, cases, places, scored, class_name)
    report: dict[str, Any] = {"class": class_name, **scores.as_json(resamples=resamples)}
    report |= {"thresholds": list(THRESHOLDS), "without_skull": scores.without_skull}
    on_default = scores.on_layer(layer)
    report["classes"] = {class_name: on_default.as_json(resamples=resamples)}
    for name in CLASSES:
        others = drawn_places(cases, name) if name != class_name and name in model.card.classes else []
        if others:
            of_class = _scores(model, cases, others, scored, name, layers=[layer])
            report["classes"][name] = of_class.as_json(resamples=resamples)
    report["sizes"] = _by_size(on_default, resamples)
    if deletion_slices:
        chosen = _evenly(places, deletion_slices)
        context = context_maps(model, cases, scored, class_name, [place.row for place in chosen])
        judged = [
            (
                place,
                {**{method: found[at] for (method, _), found in maps.items()}, METHOD: context[place.row]},
            )
            for batch, maps in _maps(model, chosen, class_name, [layer])
            for at, place in enumerate(batch)
        ]
        report["deletion"] = deletion_report(model, judged, class_name, len(places), resamples=resamples)
    return report


def _scores(
    model: LoadedModel,
    cases: Sequence[CaseFiles],
    places: Sequence[Place],
    scored: Scored,
    class_name: str,
    layers: Sequence[str] | None = None,
) -> MapScores:
    rows, keys = [], []
    context = context_maps(model, cases, scored, class_name, [place.row for place in places])
    for batch, maps in _maps(model, places, class_name, layers):
        maps[METHOD, model.network.default_cam_layer] = np.stack([context[place.row] for place in batch])
        keys = list(maps)
        for at, place in enumerate(batch):
            target = target_of(place, model.card.pixel_mm)
            rows.append(np.stack([map_figures(maps[key][at], target) for key in keys]))
    column = CLASSES.index(class_name)
    with np.errstate(invalid="ignore"):
        said = scored.probabilities[[place.row for place in places], column]
        flagged: NDArray[np.bool_] = said >= scored.thresholds[column]
    area = np.array([place.bleed.sum() for place in places]) * model.card.pixel_mm**2
    return MapScores(keys, np.stack(rows), [place.patient for place in places], flagged, area)


def _maps(
    model: LoadedModel, places: Sequence[Place], class_name: str, layers: Sequence[str] | None
) -> Iterator[tuple[Sequence[Place], Maps]]:
    """Slices with their maps ``(B, H, W)``, negative parts cut, a batch at a time."""
    network = model.network.to(choose_device("auto"))
    device, column = next(network.parameters()).device, network.classes.index(class_name)
    for start in range(0, len(places), BATCH):
        batch = places[start : start + BATCH]
        hu = torch.from_numpy(np.stack([place.hu for place in batch])).float()[:, None].to(device)
        found = {}
        for key, raw in every_map(network, hu, column, layers=layers).items():
            large = nnf.interpolate(raw.float()[:, None], hu.shape[-2:], mode="bilinear", align_corners=False)
            found[key] = large[:, 0].clamp(min=0).cpu().numpy()
        yield batch, found
    network.to(model.device)


def _by_size(scores: MapScores, resamples: int) -> list[dict[str, Any]]:
    sizes = []
    for low, high in zip(SIZES_MM2, (*SIZES_MM2[1:], np.inf), strict=True):
        there = (scores.area_mm2 > low) & (scores.area_mm2 <= high)
        if there.any():
            bounds = {"from_mm2": low, "to_mm2": None if np.isinf(high) else high}
            sizes.append(bounds | scores.where(there).as_json(resamples=resamples))
    return sizes


def _evenly(places: Sequence[Place], most: int) -> list[Place]:
    """At most so many of them, over all of their length."""
    count = min(most, len(places))
    return [places[i] for i in np.linspace(0, len(places) - 1, count).round().astype(int)]
