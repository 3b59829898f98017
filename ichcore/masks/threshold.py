"""Masks by threshold: of one map, of a slice's maps of several layers, of heat maps of several classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Heatmap

BOX_THRESHOLD = 0.2
"""Share of the maximum above which activation counts (He 2024, section 4.3)."""


def binary_mask(activation: NDArray[np.floating], threshold: float = BOX_THRESHOLD) -> NDArray[np.bool_]:
    """Where activation exceeds a share of its own maximum; same shape.

    Nothing is inside where nothing is activated.
    """
    highest = float(activation.max(initial=0.0))
    if highest <= 0.0:
        return np.zeros(activation.shape, bool)
    inside: NDArray[np.bool_] = activation > threshold * highest
    return inside


def joined(
    activations: Sequence[NDArray[np.floating]], threshold: float, *, every: bool = False
) -> NDArray[np.bool_]:
    """Where activation exceeds a threshold in any layer (OR), or in every one (AND).

    Args:
        activations: one array a layer, all of one shape, in [0, 1].
        threshold: of the activation itself, not of its maximum.
        every: AND.
    """
    inside = [activation > threshold for activation in activations]
    mask: NDArray[np.bool_] = np.logical_and.reduce(inside) if every else np.logical_or.reduce(inside)
    return mask


def label_map(
    heatmaps: Iterable[Heatmap], shape: tuple[int, int, int], threshold: float = BOX_THRESHOLD
) -> NDArray[np.uint8]:
    """One label a voxel from the heat maps of several classes and slices.

    Where subtypes overlap, the one with the higher activation there wins; where only ``any`` is
    activated, the hemorrhage is of unstated subtype (label 6).

    Args:
        heatmaps: any number, on the series' slices.
        shape: ``(slices, rows, columns)``.
        threshold: share of each map's maximum that must be exceeded.

    Returns:
        uint8 of ``shape``: 0 background, 1–5 epidural to subdural, 6 unstated.
    """
    labels = np.zeros(shape, np.uint8)
    strongest: dict[int, NDArray[np.float32]] = {}
    for heatmap in heatmaps:
        label = hemorrhage_class(heatmap.class_name).label
        inside = binary_mask(heatmap.activation, threshold)
        plane = labels[heatmap.slice_index]
        if label is None:
            plane[inside & (plane == 0)] = UNSTATED_LABEL
            continue
        best = strongest.setdefault(heatmap.slice_index, np.zeros(shape[1:], np.float32))
        wins = inside & (heatmap.activation > best)
        plane[wins] = label
        best[wins] = heatmap.activation[wins]
    return labels
