"""What a system says beyond the six classes, as arrays: read once from a prediction's ``extra``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ichcore.predict.prediction import Prediction


@dataclass(frozen=True, eq=False)
class Alone:
    """What a sequence network says of slices by themselves, beside its word on them among their neighbours.

    Attributes:
        probabilities: float32 ``(slices, 6)``; NaN where not known.
        series: float32 ``(6,)``, the highest slice by itself.
        complete: whether the scan was read, so that the prediction is its word and no longer these.
    """

    probabilities: NDArray[np.float32]
    series: NDArray[np.float32]
    complete: bool


@dataclass(frozen=True)
class TwoTones:
    """What HU say of two parts in a box.

    Attributes:
        brighter_hu: median of the brighter part.
        darker_hu: median of the darker part.
        difference_hu: brighter less darker.
        sharpness: share of the difference that lies close to the border between them.
        surrounded: share of what surrounds the darker part that is the brighter one.
        blend_sign: whether the rule calls them a blend sign.
    """

    brighter_hu: float
    darker_hu: float
    difference_hu: float
    sharpness: float
    surrounded: float
    blend_sign: bool


@dataclass(frozen=True)
class FoundBox:
    """A box that the network detected in a slice.

    Attributes:
        box: row0, column0, row1, column1, half-open pixels of the slice.
        score: probability of its centre, not calibrated.
        size_mm: height and width; ``None`` where the series states no pixel spacing.
        tones: what HU say in it; ``None`` where they tell no two parts.
    """

    box: tuple[int, int, int, int]
    score: float
    size_mm: tuple[float, float] | None
    tones: TwoTones | None


@dataclass(frozen=True, eq=False)
class OwnClasses:
    """Classes of a network's own, with the boxes that it found.

    Attributes:
        names: absence of all first.
        probabilities: float32 ``(slices, len(names))``, exclusive; NaN where not known.
        boxes: of slices that have any, highest score first; ``None`` where the network detects none at all.
        least_difference_hu: what the HU rule asks for.
    """

    names: tuple[str, ...]
    probabilities: NDArray[np.float32]
    boxes: Mapping[int, tuple[FoundBox, ...]] | None
    least_difference_hu: float

    @cached_property
    def said(self) -> NDArray[np.intp]:
        """``(slices,)`` index of the most probable class; −1 where not known."""
        known: NDArray[np.bool_] = ~np.any(np.isnan(self.probabilities), axis=1)
        filled = np.where(known[:, None], self.probabilities, 0.0)
        return np.where(known, filled.argmax(axis=1), -1)


@dataclass(frozen=True, eq=False)
class BeyondSix:
    """All that a prediction says beyond the six classes; mostly nothing."""

    alone: Alone | None = None
    own: OwnClasses | None = None

    def boxes(self, index: int) -> tuple[FoundBox, ...]:
        """Boxes that the network detected in a slice."""
        return () if self.own is None or self.own.boxes is None else self.own.boxes.get(index, ())


NOTHING = BeyondSix()


def beyond_six(prediction: Prediction | None) -> BeyondSix:
    """What a prediction's ``extra`` holds, for the screen."""
    if prediction is None or not prediction.extra:
        return NOTHING
    extra = prediction.extra
    alone = _alone(extra["sequence"]) if "sequence" in extra else None
    return BeyondSix(alone, _own(extra) if "own_classes" in extra else None)


def _alone(said: Mapping[str, Any]) -> Alone:
    return Alone(
        _floats(said["slice_probabilities"]), _floats(said["series_probabilities"]), bool(said["complete"])
    )


def _own(extra: Mapping[str, Any]) -> OwnClasses:
    own, rule = extra["own_classes"], extra.get("rule") or {}
    boxes: dict[int, list[FoundBox]] | None = None
    if extra.get("boxes") is not None:
        boxes = defaultdict(list)
        for entry in extra["boxes"]:
            boxes[int(entry["index"])].append(_box(entry))
    ordered = (
        None
        if boxes is None
        else {index: tuple(sorted(found, key=lambda b: -b.score)) for index, found in boxes.items()}
    )
    return OwnClasses(
        tuple(own["names"]),
        _floats(own["probabilities"]),
        ordered,
        float(rule.get("least_difference_hu", np.nan)),
    )


def _box(entry: Mapping[str, Any]) -> FoundBox:
    row0, column0, row1, column1 = (int(v) for v in entry["box"])
    height, width = entry["height_mm"], entry["width_mm"]
    size = None if height is None or width is None else (float(height), float(width))
    rule = entry["rule"]
    tones = (
        None
        if rule is None
        else TwoTones(
            float(rule["brighter_hu"]),
            float(rule["darker_hu"]),
            float(rule["difference_hu"]),
            float(rule["sharpness"]),
            float(rule["surrounded"]),
            bool(rule["blend_sign"]),
        )
    )
    return FoundBox((row0, column0, row1, column1), float(entry["score"]), size, tones)


def _floats(values: list[Any]) -> NDArray[np.float32]:
    """Nested lists of numbers; ``None``, what was not said, becomes NaN."""
    return np.array(values, np.float32)
