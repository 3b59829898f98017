"""How much an annotation's slices and voxels count when they teach, by where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.slice_labels import finished_slices, is_suggestion
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation

LOSS_WEIGHTS: Mapping[Origin, float] = {
    Origin.NONE: 0.0,
    Origin.MODEL: 0.3,
    Origin.INTERPOLATED: 0.6,
    Origin.THRESHOLD: 0.8,
    Origin.HUMAN: 1.0,
}
"""Human before threshold before interpolated before model [ours]; nobody's word counts nothing.

The one place where this is said. Threshold stands before interpolation, since a range of HU follows the blood
on the slice itself and an interpolated outline only that of its neighbours.
"""
_RANK = tuple(sorted(Origin, key=lambda origin: LOSS_WEIGHTS[origin]))
_RANKED = np.argsort(np.array(_RANK)).astype(np.uint8)
"""Place of an origin in the order of weights, by its value."""


def slice_weights(annotation: Annotation) -> NDArray[np.float32]:
    """``(slices,)`` weights in [0, 1] of what an annotation says of its slices, by their origin."""
    return voxel_weights(slice_origins(annotation))


def slice_origins(annotation: Annotation) -> NDArray[np.uint8]:
    """``(slices,)`` whose word each slice of an annotation is, an :class:`Origin`.

    A slice counts as its best voxel does: who drew one stroke on it has looked at all of it. An answered
    slice counts as human, and so does one without a mask in a study that a reader has finished. Nobody's
    slices count nothing, a model's slices without a mask as its mask.
    """
    finished = finished_slices(annotation)
    best = _RANKED[annotation.mask.origins].max(axis=(1, 2))
    origin: NDArray[np.uint8] = np.array(_RANK, np.uint8)[best]
    empty = ~annotation.mask.labels.any(axis=(1, 2)) & (origin <= Origin.MODEL)
    if is_suggestion(annotation):
        origin[:] = Origin.MODEL
    else:
        origin[empty & finished] = Origin.HUMAN
        for index, _ in annotation.slices:
            origin[index] = Origin.HUMAN
        origin[~finished] = Origin.NONE
    return np.asarray(origin, np.uint8)


def voxel_weights(origins: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Weights of voxels, or of slices, by their origin; of any shape."""
    table = np.array([LOSS_WEIGHTS[origin] for origin in Origin], np.float32)
    weights: NDArray[np.float32] = table[origins]
    return weights
