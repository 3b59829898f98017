"""How one map of one slice lies on what was drawn there, and on the head."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ichcore.evaluation.boxes import bounding_box, iou
from ichcore.masks.boxes import largest_component, rectangles
from ichcore.masks.cranial_cavity import cranial_cavity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.evaluation.drawn_places import Place
    from ichcore.masks.boxes import Rectangle

HITS = ("peak", "peak_on_bleed", "box", "box_with_edema")
"""A map of nothing misses all of these.

- ``peak``: whether the map's maximum lies on the bleed or its edema;
- ``peak_on_bleed``: on the bleed itself;
- ``box``: whether the 20 % box meets the box of the bleed's largest part at IoU above 0.5;
- ``box_with_edema``: the same with bleed and edema as one.
"""
ENERGIES = ("energy", "energy_on_bleed", "outside_skull")
"""Shares of the positive map; a map of nothing has none.

- ``energy``: on bleed or edema;
- ``energy_on_bleed``: on the bleed itself;
- ``outside_skull``: beyond the inner border of the skull, see :func:`~ichcore.masks.cranial_cavity`.
"""
FIGURES = (*HITS, *ENERGIES)
THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))
"""Shares of the map's maximum above which it is a mask, whose IoU with the bleed is taken."""
LEAST_IOU = 0.5


class Target(NamedTuple):
    """What every map of a slice is held against.

    Attributes:
        place: the slice.
        bleed_box: of the bleed's largest part; ``None`` where no bleed was drawn.
        region_box: the same of bleed and edema.
        cavity: ``(H, W)`` inside of the skull; ``None`` where none is seen.
    """

    place: Place
    bleed_box: Rectangle | None
    region_box: Rectangle | None
    cavity: NDArray[np.bool_] | None


def target_of(place: Place, pixel_mm: float) -> Target:
    """A slice with its boxes and the inside of its skull."""
    return Target(
        place,
        bounding_box(largest_component(place.bleed)),
        bounding_box(largest_component(place.region)),
        cranial_cavity(place.hu, pixel_mm),
    )


def map_figures(activation: NDArray[np.float32], target: Target) -> NDArray[np.float64]:
    """:data:`FIGURES`, then the IoU at each of :data:`THRESHOLDS`; NaN where there is nothing to say.

    Args:
        activation: ``(H, W)``, not negative.
        target: the slice.
    """
    place = target.place
    hits, energies, ious = np.zeros(len(HITS)), np.full(len(ENERGIES), np.nan), np.zeros(len(THRESHOLDS))
    total = float(activation.sum())
    if total > 0:
        peak = np.unravel_index(int(activation.argmax()), activation.shape)
        hits[:2] = place.region[peak], place.bleed[peak]
        box = rectangles(activation)[0]
        boxes = (target.bleed_box, target.region_box)
        hits[2:] = [one is not None and iou(box, one) > LEAST_IOU for one in boxes]
        energies[0] = float(activation[place.region].sum()) / total
        energies[1] = float(activation[place.bleed].sum()) / total
        if target.cavity is not None:
            energies[2] = float(activation[~target.cavity].sum()) / total
        ious = threshold_ious(activation, place.bleed)
    if target.bleed_box is None:
        hits[[1, 2]] = energies[1] = np.nan
        ious = np.full(len(THRESHOLDS), np.nan)
    return np.concatenate([hits, energies, ious])


def threshold_ious(activation: NDArray[np.float32], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """``(T,)`` IoU of truth and what exceeds each of :data:`THRESHOLDS` of the maximum."""
    passed = np.digitize(activation.ravel() / activation.max(), THRESHOLDS, right=True)
    levels = len(THRESHOLDS) + 1
    above = np.bincount(passed, minlength=levels)[::-1].cumsum()[::-1][1:]
    both = np.bincount(passed[truth.ravel()], minlength=levels)[::-1].cumsum()[::-1][1:]
    return np.asarray(both / np.maximum(above + truth.sum() - both, 1), np.float64)
