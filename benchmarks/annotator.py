"""Whether the weak mask saves an annotator work: a simulated one edits to Dice 0.90 from several masks.

usage: python benchmarks/annotator.py [CASES] [MODEL] [SET [SPLIT]]

Heads are phantoms, or those of a SET as ``ichcore evaluate --data`` has it, such as ``phe-sich:FOLDER`` with
the SPLIT whose test part is meant; they are edited on the model's grid, in millimetres of the head as it was
placed there, where something is drawn. The annotator's rules are those of ``_simulated_annotator.py``.

Beside the weak mask stands the same mask moved by 15 mm to the right and down, and flipped to the wrong
side.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from _report import report
from _simulated_annotator import LEAST_MM2, Annotator, Effort

from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.volume import Geometry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.volume import Volume

FIRST_SEED, CASES, SLICES = 740000, 12, 30
MOVED_MM = 15.0
ASKED = 0.5


def starts(weak: NDArray[np.uint8], pixel_mm: float) -> dict[str, NDArray[np.uint8]]:
    """Masks that editing starts from."""
    by = round(MOVED_MM / pixel_mm)
    return {
        "nothing": np.zeros_like(weak),
        "weak": weak,
        "shifted": np.roll(weak, (by, by), axis=(1, 2)),
        "wrong_side": np.ascontiguousarray(weak[:, :, ::-1]),
    }


@dataclass(frozen=True, eq=False)
class Head:
    """What is edited.

    Attributes:
        name: for the progress.
        volume: the series.
        truth: uint8 ``(slices, rows, columns)`` label map.
        drawn: indices of the slices whose truth is known.
    """

    name: str
    volume: Volume
    truth: NDArray[np.uint8]
    drawn: Sequence[int]


def phantoms(cases: int) -> Iterator[Head]:
    """Heads that no model has seen, of every subtype in turn."""
    from ichcore.datasets.phantom_set import MIXTURE
    from ichcore.phantom.case import make_case
    from ichcore.subtypes import SUBTYPES

    kinds = (*SUBTYPES, MIXTURE)
    for number in range(cases):
        kind = kinds[number % len(kinds)]
        wanted = SUBTYPES[1:4:2] if kind == MIXTURE else (kind,)
        case = make_case(FIRST_SEED + number, subtypes=wanted, slices=SLICES)
        yield Head(kind, case.volume, case.truth, range(len(case.truth)))


def heads_of(model: LoadedModel, data: str, split: Path | None, cases: int) -> Iterator[Head]:
    """The first heads of a labelled set, on the model's grid."""
    from ichcore.cli.labelled_set import LabelledSet
    from ichcore.volume import SeriesIdentity, Volume

    found = LabelledSet(data, None, split).cases(model.card, None)
    for case in found[:cases]:
        hu, uid = np.array(case.hu), f"2.25.{case.patient}"
        geometry = Geometry.regular(hu.shape, (5.0, model.card.pixel_mm, model.card.pixel_mm))
        slices = tuple(f"{uid}.{index}" for index in range(len(hu)))
        volume = Volume(hu, geometry, slices, SeriesIdentity(series_instance_uid=uid))
        yield Head(case.patient, volume, np.array(case.truth), np.flatnonzero(case.drawn).tolist())


def main(cases: int = CASES, model: str = "window-fusion-compact", data: str = "", split: str = "") -> None:
    """Measure, and print the report."""
    from ichcore.masks.segmenter import Segmenter, chain_for
    from ichcore.models.catalogue import drawn_from
    from ichcore.models.checkpoint import load, load_segmenter
    from ichcore.predict.predictor import Predictor

    loaded, card = load(model), drawn_from(model)
    segmenter = Segmenter(loaded, None if card is None else load_segmenter(card.name))
    total = {
        f"{tools} {name}": Effort()
        for tools in ("brush", "refine")
        for name in starts(np.zeros((1, 1, 1), np.uint8), 1)
    }
    overlap: list[float] = []
    begun = perf_counter()
    edited = heads_of(loaded, data, Path(split) if split else None, cases) if data else phantoms(cases)
    number = 0
    for number, head in enumerate(edited, start=1):
        volume, pixel_mm = head.volume, (head.volume.geometry.pixel_spacing_mm or (1.0, 1.0))[0]
        prediction = Predictor(loaded).predict(volume)
        weak = segmenter.labels(segmenter.point(volume, prediction), chain_for(loaded))
        begin = starts(weak, pixel_mm)
        for index in head.drawn:
            truth = head.truth[index : index + 1]
            if (truth > 0).sum() * pixel_mm**2 >= LEAST_MM2:
                both = int((truth > 0).sum() + (weak[index] > 0).sum())
                overlap.append(2.0 * int(((truth[0] > 0) & (weak[index] > 0)).sum()) / both)
            for key, effort in total.items():
                tools, name = key.split(" ")
                first = begin[name][index : index + 1]
                origins = np.where(first > 0, Origin.MODEL, Origin.NONE).astype(np.uint8)
                mask = LabelMap(first.copy(), origins)
                hand = Annotator(truth, volume.hu[index : index + 1], mask, pixel_mm, tools == "refine")
                effort.plus(hand.edit())
        print(f"{number} of {cases}, {head.name}", file=sys.stderr, flush=True)
    saved = {
        f"{tools} {name}": round(
            1.0 - total[f"{tools} {name}"].actions / max(total[f"{tools} nothing"].actions, 1), 3
        )
        for tools in ("brush", "refine")
        for name in ("weak", "shifted", "wrong_side")
    }
    figures: dict[str, Any] = {
        "heads": data.partition(":")[0] or "phantoms",
        "model": model,
        "cases": number,
        "slices_with_blood": len(overlap),
        "weak_dice_median": round(float(np.median(overlap)), 3),
        "effort": {name: effort.as_json() for name, effort in total.items()},
        "actions_saved": saved,
        "minutes": round((perf_counter() - begun) / 60.0, 1),
    }
    report(
        "annotator",
        figures,
        "the weak mask saves half of the actions against starting empty, with either set of tools",
        min(saved["brush weak"], saved["refine weak"]) >= ASKED,
    )


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]), *sys.argv[2:5])
