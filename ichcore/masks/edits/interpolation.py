"""Slices between drawn slices, by the distance from the drawn borders."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.redrawn import box_of, redrawn
from ichcore.masks.edits.shifted import shifted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.region import Box
    from ichcore.masks.edits.voxel_grid import VoxelGrid

    _Plane = NDArray[np.bool_]
    _Distance = NDArray[np.float32]

INTERPOLATE = "Interpolate"
_DRAWN = (Origin.HUMAN, Origin.THRESHOLD)


def interpolated(
    label_map: LabelMap,
    grid: VoxelGrid,
    *,
    labels: Collection[int] | None = None,
    drawn: Sequence[int] | None = None,
) -> MaskEdit:
    """Draw the slices between neighbouring drawn ones, label by label.

    The signed distances from the borders of two drawn slices are mixed by where the slice lies between them
    in mm, and the inside is where the mixture is positive. Two shapes of one label that do not overlap are
    first moved onto a common centre on the line between theirs, so that a bleed that wanders is not lost.
    Where two labels claim a voxel the deeper one has it.

    On a slice between, voxels of the label that a reader did not draw give way to what is interpolated; other
    labels that somebody drew, or that are not interpolated, stay. So it can be repeated after a correction.

    Args:
        label_map: not changed.
        grid: of the series; uneven gaps count, and in a sheared stack slices are moved by whole pixels.
        labels: that are interpolated; by default all that are drawn.
        drawn: slices that hold; by default, for each label, those on which a reader drew it.

    Source: Raya & Udupa, Shape-based interpolation of multidimensional objects, IEEE TMI 1990.
    """
    whole = box_of(label_map, labels, None)
    if whole is None:
        return nothing(INTERPOLATE, label_map)
    wanted = [int(one) for one in np.unique(label_map.labels[whole]) if one and (not labels or one in labels)]
    moved = np.ptp(grid.shifts[whole[0]], axis=0).max(initial=0)
    margin = int(np.ceil(moved)) + 1
    box = box_of(label_map, labels, None, (margin, margin)) or whole
    depth: dict[int, _Distance] = {}
    claim: dict[int, NDArray[np.uint8]] = {}
    replaced: dict[int, _Plane] = {}
    for label in wanted:
        anchors = _anchors(label_map, box, label) if drawn is None else _holding(label_map, box, label, drawn)
        for below, above in pairwise(anchors):
            for k in range(below + 1, above):
                found = _between(label_map, grid, box, label, (below, k, above))
                better = found > np.maximum(depth.get(k, np.float32(0)), 0)
                depth[k] = np.where(better, found, depth.get(k, np.zeros_like(found)))
                claim[k] = np.where(better, np.uint8(label), claim.get(k, np.zeros(found.shape, np.uint8)))
                old = label_map.labels[k][box[1:]] == label
                replaced[k] = replaced.get(k, np.zeros(old.shape, bool)) | old
    new = label_map.labels[box].copy()
    for k, plane in claim.items():
        there = new[k - box[0].start]
        by_hand = np.isin(label_map.origins[k][box[1:]], _DRAWN)
        there[replaced[k] & ~by_hand] = 0
        free = (there == 0) & ~(by_hand & (label_map.labels[k][box[1:]] > 0))
        there[free & (plane > 0)] = plane[free & (plane > 0)]
    return redrawn(INTERPOLATE, label_map, box, new, Origin.INTERPOLATED)


def _anchors(label_map: LabelMap, box: Box, label: int) -> list[int]:
    """Slices on which a reader drew a label."""
    return [
        k
        for k in range(box[0].start, box[0].stop)
        if np.isin(label_map.origins[k][box[1:]][label_map.labels[k][box[1:]] == label], _DRAWN).any()
    ]


def _holding(label_map: LabelMap, box: Box, label: int, drawn: Sequence[int]) -> list[int]:
    """Those of the named slices that hold a label."""
    inside = [k for k in sorted(set(drawn)) if box[0].start <= k < box[0].stop]
    return [k for k in inside if (label_map.labels[k][box[1:]] == label).any()]


def _between(
    label_map: LabelMap, grid: VoxelGrid, box: Box, label: int, indices: tuple[int, int, int]
) -> _Distance:
    """Mixed signed distance on the middle one of three slices."""
    below, k, above = indices
    gap = grid.positions[above] - grid.positions[below]
    # slices at one position differ by their number alone
    share = (grid.positions[k] - grid.positions[below]) / gap if gap > 0 else (k - below) / (above - below)
    planes = [
        shifted(label_map.labels[one][box[1:]] == label, grid.whole_shift(one, k), 0)
        for one in (below, above)
    ]
    if not (planes[0] & planes[1]).any() and planes[0].any() and planes[1].any():
        first, second = (np.argwhere(plane).mean(axis=0) for plane in planes)
        step = second - first
        planes[0] = shifted(planes[0], _whole(share * step), 0)
        planes[1] = shifted(planes[1], _whole((share - 1) * step), 0)
    low, high = (_signed_distance(plane, grid.pixel) for plane in planes)
    return ((1 - share) * low + share * high).astype(np.float32)


def _whole(step: NDArray[np.floating]) -> tuple[int, int]:
    return (round(float(step[0])), round(float(step[1])))


def _signed_distance(inside: _Plane, pixel: tuple[float, float]) -> _Distance:
    """To the nearest pixel of the other kind; positive inside, never 0."""
    if not inside.any() or inside.all():
        return np.where(inside, np.float32(np.inf), np.float32(-np.inf))
    within = ndimage.distance_transform_edt(inside, sampling=pixel)
    beyond = ndimage.distance_transform_edt(~inside, sampling=pixel)
    return np.asarray(within - beyond, np.float32)
