"""Average precision of boxes (He 2024, Eq. 4.1): a hit has an IoU above 0.5 with a truth box not yet hit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.subtypes import SUBTYPES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ichcore.masks.boxes import Rectangle


@dataclass(frozen=True)
class ScoredBox:
    """A predicted rectangle.

    Attributes:
        image: which slice, unique over the set.
        box: the rectangle.
        score: the class's probability on that slice.
    """

    image: int
    box: Rectangle
    score: float


def iou(a: Rectangle, b: Rectangle) -> float:
    """Intersection over union of two rectangles; 0 where they do not meet."""
    height = min(a[2], b[2]) - max(a[0], b[0])
    width = min(a[3], b[3]) - max(a[1], b[1])
    if height <= 0 or width <= 0:
        return 0.0
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return height * width / (area - height * width)


def average_precision(
    predicted: Sequence[ScoredBox], truth: Mapping[int, Sequence[Rectangle]], *, above: float = 0.5
) -> float:
    """Area under the precision–recall curve with precision made monotone; NaN without truth.

    Args:
        predicted: boxes of one class over all slices.
        truth: boxes of that class by slice.
        above: IoU that a hit must exceed.
    """
    total = sum(len(boxes) for boxes in truth.values())
    if not total:
        return math.nan
    taken: set[tuple[int, int]] = set()
    hits = []
    for one in sorted(predicted, key=lambda p: -p.score):
        overlaps = [
            (iou(one.box, box), i)
            for i, box in enumerate(truth.get(one.image, ()))
            if (one.image, i) not in taken
        ]
        best, which = max(overlaps, default=(0.0, -1))
        hits.append(best > above)
        if best > above:
            taken.add((one.image, which))
    if not hits:
        return 0.0
    found = np.cumsum(hits)
    precision = found / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    recall = np.concatenate([[0.0], found / total])
    return float((np.diff(recall) * precision).sum())


def mean_average_precision(by_class: Mapping[str, float]) -> tuple[float, float]:
    """Mean over all classes with an absent one as 0 (the paper's 0.20), and over those present (its 0.25)."""
    values = np.array(list(by_class.values()), float)
    present = values[~np.isnan(values)]
    if not present.size:
        return 0.0, math.nan
    return float(np.nan_to_num(values).mean()), float(present.mean())


class SubtypeBoxes:
    """Boxes of the five subtypes on many slices, found and true, as they are gathered."""

    def __init__(self) -> None:
        self._truth: dict[str, dict[int, list[Rectangle]]] = {name: {} for name in SUBTYPES}
        self._found: dict[str, list[ScoredBox]] = {name: [] for name in SUBTYPES}

    def add_truth(self, name: str, image: int, labels: NDArray[np.integer]) -> NDArray[np.bool_] | None:
        """Take one box around a subtype in a label map ``(rows, columns)``; its mask, if it is there."""
        bleed: NDArray[np.bool_] = np.asarray(labels == hemorrhage_class(name).label)
        box = bounding_box(bleed)
        if box is None:
            return None
        self._truth[name][image] = [box]
        return bleed

    def add_found(self, name: str, image: int, boxes: Iterable[Rectangle], score: float) -> None:
        """Take a subtype's boxes of a slice, all with the subtype's probability there."""
        self._found[name] += [ScoredBox(image, box, score) for box in boxes]

    def as_json(self) -> dict[str, Any]:
        """``{"ap": {subtype: … or None without truth}, "map_five": …, "map_present": …}``."""
        ap = {name: average_precision(self._found[name], self._truth[name]) for name in SUBTYPES}
        five, present = mean_average_precision(ap)
        return {
            "ap": {name: None if math.isnan(value) else value for name, value in ap.items()},
            "map_five": five,
            "map_present": None if math.isnan(present) else present,
        }


def bounding_box(mask: NDArray[np.bool_]) -> Rectangle | None:
    """The rectangle around what is set; ``None`` if nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
