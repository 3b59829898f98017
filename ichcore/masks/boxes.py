"""Boxes around activation: threshold at 20 % of the maximum, largest connected component, its rectangle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.explain.heatmap import Box
from ichcore.masks.threshold import BOX_THRESHOLD, binary_mask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Heatmap

Rectangle = tuple[int, int, int, int]
"""``(row0, column0, row1, column1)``, 0-based, half-open pixels."""

LARGEST, EVERY, AROUND = "largest", "every", "around"
WHICH = (LARGEST, EVERY, AROUND)
"""Boxes of a map: the largest component's (He 2024), every component's, or one around all of them [ours]."""
_TOUCHING = np.ones((3, 3), bool)
"""[ours] pixels touch by corners too; the paper does not say."""


def largest_component(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The connected component of ``(rows, columns)`` with most pixels; of equals, the topmost."""
    labels, count = ndimage.label(mask, _TOUCHING)
    if count == 0:
        return np.zeros(mask.shape, bool)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    largest: NDArray[np.bool_] = labels == int(np.argmax(sizes))
    return largest


def rectangles(
    activation: NDArray[np.floating], *, threshold: float = BOX_THRESHOLD, which: str = LARGEST
) -> list[Rectangle]:
    """Bounding rectangles of what is activated.

    Args:
        activation: ``(rows, columns)``, not negative.
        threshold: share of the maximum that must be exceeded.
        which: one of :data:`WHICH`; of every component the largest comes first.

    Returns:
        Empty where nothing is activated.

    Source: He 2024, section 4.3 (after Zhou 2016): 20 % of the maximum, largest connected component.
    """
    mask = binary_mask(activation, threshold)
    if which == AROUND:
        return [_rectangle(span) for span in ndimage.find_objects(mask.astype(np.uint8))]
    labels, count = ndimage.label(mask, _TOUCHING)
    if count == 0:
        return []
    sizes = np.bincount(labels.ravel())[1:]
    order = np.argsort(-sizes, kind="stable")
    spans = ndimage.find_objects(labels)
    found = [_rectangle(spans[int(i)]) for i in order]
    return found if which == EVERY else found[:1]


def boxes(
    heatmaps: Iterable[Heatmap], *, threshold: float = BOX_THRESHOLD, which: str = LARGEST
) -> list[Box]:
    """The boxes of heat maps, in their order; an empty heat map has none."""
    found = []
    for heatmap in heatmaps:
        for r0, c0, r1, c1 in rectangles(heatmap.activation, threshold=threshold, which=which):
            inside = float(heatmap.activation[r0:r1, c0:c1].max())
            found.append(Box(heatmap.slice_index, heatmap.class_name, (r0, c0, r1, c1), inside))
    return found


def _rectangle(span: tuple[slice, ...]) -> Rectangle:
    rows, columns = span
    return (int(rows.start), int(columns.start), int(rows.stop), int(columns.stop))
