"""Whether a model looks where the blood is: every method on every layer, on slices with drawn bleeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as nnf

from ichcore.errors import InputError
from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap, intervals
from ichcore.evaluation.boxes import bounding_box, iou
from ichcore.explain.every_map import every_map
from ichcore.masks.boxes import largest_component, rectangles
from ichcore.predict.compute import choose_device
from ichcore.subtypes import CLASSES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.boxes import Rectangle
    from ichcore.evaluation.scored import Scored
    from ichcore.models.checkpoint import LoadedModel

FIGURES = ("peak", "peak_on_bleed", "box", "box_with_edema", "energy")
"""
- ``peak``: share of slices where the map's maximum lies on the bleed or its edema;
- ``peak_on_bleed``: on the bleed itself;
- ``box``: where the 20 % box meets the box of the bleed's largest part at IoU above 0.5;
- ``box_with_edema``: the same with bleed and edema as one;
- ``energy``: mean share of the positive map that lies on bleed or edema.
"""
EDEMA = "edema"
"""Name of the mask that widens what counts as the bleed's place."""
LEAST_IOU = 0.5
BATCH = 8


class Place(NamedTuple):
    """A slice with something drawn.

    Attributes:
        row: of the scored set.
        patient: whose.
        hu: ``(H, W)``.
        bleed: ``(H, W)``; may be empty where only an edema was drawn.
        region: bleed or edema.
    """

    row: int
    patient: str
    hu: NDArray[np.int16]
    bleed: NDArray[np.bool_]
    region: NDArray[np.bool_]


def explanations_of(
    model: LoadedModel,
    cases: Sequence[CaseFiles],
    scored: Scored,
    *,
    class_name: str = "any",
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """Score all maps of one class on the slices that show it and were drawn, flagged or not.

    Args:
        model: loaded checkpoint.
        cases: on its grid.
        scored: what it said of them.
        class_name: whose map, and of which the drawn label.
        resamples: draws of each interval.

    Returns:
        ``{"class", "slices", "patients", "flagged", "maps": [{"method", "layer", "peak", "peak_interval", …,
        "flagged": {"peak", …}}]}``, the best first: by peak, then by box. ``flagged`` counts the slices that
        the model flags; a map's ``flagged`` holds its figures on those alone.

    Raises:
        InputError: if the model does not predict the class, or no slice with it was drawn.
    """
    if class_name not in model.card.classes:
        raise InputError(f"{model.name} does not predict {class_name}, so it has no map of it.")
    places = drawn_places(cases, class_name)
    if not places:
        raise InputError(f"No slice of the set with {class_name} was drawn; explanations need masks.")
    keys, values = _measured(model, places, model.network.classes.index(class_name))
    patients = [place.patient for place in places]
    column = CLASSES.index(class_name)
    with np.errstate(invalid="ignore"):
        said = scored.probabilities[[place.row for place in places], column]
        flagged: NDArray[np.bool_] = said >= scored.thresholds[column]

    def means(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return _means(values[rows])

    drawn = intervals(means(np.arange(len(places))), bootstrap(means, patients, resamples=resamples))
    on_flagged = _means(values[flagged])
    maps = []
    for at, (method, layer) in enumerate(keys):
        own = slice(at * len(FIGURES), (at + 1) * len(FIGURES))
        entry: dict[str, Any] = {"method": method, "layer": layer}
        for name, figure in zip(FIGURES, drawn[own], strict=True):
            entry |= {name: figure.value, f"{name}_interval": [figure.low, figure.high]}
        entry["flagged"] = dict(zip(FIGURES, on_flagged[own].tolist(), strict=True))
        maps.append(entry)
    maps.sort(key=lambda one: (-one["peak"], -np.nan_to_num(one["box"])))
    return {
        "class": class_name,
        "slices": len(places),
        "patients": len(set(patients)),
        "flagged": int(flagged.sum()),
        "maps": maps,
    }


def drawn_places(cases: Sequence[CaseFiles], class_name: str) -> list[Place]:
    """The slices that are known to show a class and where a bleed of it, or an edema, was drawn."""
    places, first = [], 0
    column, label = CLASSES.index(class_name), hemorrhage_class(class_name).label
    for case in cases:
        edema = case.masks.get(EDEMA)
        for index in np.flatnonzero(case.labels[:, column] & case.known[:, column] & case.drawn):
            truth = np.asarray(case.truth[index])
            bleed = truth > 0 if label is None else truth == label
            region = bleed if edema is None else bleed | np.asarray(edema[index])
            if region.any():
                places.append(Place(first + int(index), case.patient, case.hu[index], bleed, region))
        first += len(case.labels)
    return places


def _measured(
    model: LoadedModel, places: Sequence[Place], column: int
) -> tuple[list[tuple[str, str]], NDArray[np.float64]]:
    """Methods with their layers, and ``(slices, maps · figures)`` what each map of each slice reaches."""
    rows, keys = [], []
    for batch, maps in _maps(model, places, column):
        keys = list(maps)
        for at, place in enumerate(batch):
            targets = (
                bounding_box(largest_component(place.bleed)),
                bounding_box(largest_component(place.region)),
            )
            rows.append(np.concatenate([_figures(maps[key][at], place, targets) for key in keys]))
    return keys, np.stack(rows)


def _maps(
    model: LoadedModel, places: Sequence[Place], column: int
) -> Iterator[tuple[Sequence[Place], dict[tuple[str, str], NDArray[np.float32]]]]:
    """Slices with their maps ``(B, H, W)``, negative parts cut, a batch at a time."""
    device = choose_device("auto")
    network = model.network.to(device)
    for start in range(0, len(places), BATCH):
        batch = places[start : start + BATCH]
        hu = torch.from_numpy(np.stack([place.hu for place in batch])).float()[:, None].to(device)
        found = {}
        for key, raw in every_map(network, hu, column).items():
            large = nnf.interpolate(raw.float()[:, None], hu.shape[-2:], mode="bilinear", align_corners=False)
            found[key] = large[:, 0].clamp(min=0).cpu().numpy()
        yield batch, found
    network.to(model.device)


def _figures(
    activation: NDArray[np.float32], place: Place, targets: tuple[Rectangle | None, Rectangle | None]
) -> NDArray[np.float64]:
    """:data:`FIGURES` of one slice; NaN where no bleed was drawn; a map of nothing finds nothing."""
    figures = np.zeros(len(FIGURES))
    total = float(activation.sum())
    if total > 0:
        peak = np.unravel_index(int(activation.argmax()), activation.shape)
        figures[:2] = place.region[peak], place.bleed[peak]
        box = rectangles(activation)[0]
        figures[2:4] = [target is not None and iou(box, target) > LEAST_IOU for target in targets]
        figures[4] = float(activation[place.region].sum()) / total
    if targets[0] is None:
        figures[[1, 2]] = np.nan
    return figures


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each column without its NaN; NaN of nothing."""
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    means = np.full(values.shape[1], np.nan)
    np.divide(np.where(there, values, 0.0).sum(axis=0), count, out=means, where=count > 0)
    return means
