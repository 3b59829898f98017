"""Grow and shrink by a length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import OVER_BACKGROUND
from ichcore.masks.edits.redrawn import box_of, redrawn
from ichcore.masks.edits.shifted import shifted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.region import Box
    from ichcore.masks.edits.voxel_grid import VoxelGrid

GROW, SHRINK = "Grow", "Shrink"


def grown(
    label_map: LabelMap,
    grid: VoxelGrid,
    by: float,
    *,
    label: int | None = None,
    index: int | None = None,
    over: frozenset[int] = OVER_BACKGROUND,
) -> MaskEdit:
    """Give voxels within a distance of a label that label.

    Args:
        label_map: not changed.
        grid: of the series.
        by: distance between voxel centres, in the grid's unit.
        label: that grows; ``None`` for all, where a voxel takes the label that is nearest.
        index: in the plane of one slice; ``None`` for all slices and through them, round in mm.
        over: labels that may be overwritten.

    Raises:
        InputError: if the distance is negative.
    """
    _check(by)
    box = _wide_box(label_map, grid, label, index, by)
    if box is None:
        return nothing(GROW, label_map)
    old = label_map.labels[box]
    source = old > 0 if label is None else old == label
    distance, nearest = _nearest(grid, box, source, by, old)
    free = np.isin(old, list(over)) & ~source
    new = np.where(free & (distance <= by), nearest, old)
    return redrawn(GROW, label_map, box, new, Origin.HUMAN)


def shrunk(
    label_map: LabelMap, grid: VoxelGrid, by: float, *, label: int | None = None, index: int | None = None
) -> MaskEdit:
    """Turn voxels within a distance of what is not the label to background.

    What lies beyond the series or the edge of a slice takes nothing away.

    Args:
        label_map: not changed.
        grid: of the series.
        by: distance between voxel centres, in the grid's unit.
        label: that shrinks; ``None`` for all together, whose borders with each other stay.
        index: in the plane of one slice; ``None`` for all slices and through them, round in mm.

    Raises:
        InputError: if the distance is negative.
    """
    _check(by)
    box = _wide_box(label_map, grid, label, index, 0.0)
    if box is None:
        return nothing(SHRINK, label_map)
    if index is None:  # the slices next to the label end it, too
        count = label_map.shape[0]
        box = (slice(max(box[0].start - 1, 0), min(box[0].stop + 1, count)), box[1], box[2])
    old = label_map.labels[box]
    source = old > 0 if label is None else old == label
    distance, _ = _nearest(grid, box, ~source, by, old)
    new = np.where(source & (distance <= by), np.uint8(0), old)
    return redrawn(SHRINK, label_map, box, new, Origin.HUMAN)


def _check(by: float) -> None:
    if not 0 <= by < np.inf:
        raise InputError(f"A margin of {by} makes no sense; give 0 or more.")


def _wide_box(
    label_map: LabelMap, grid: VoxelGrid, label: int | None, index: int | None, by: float
) -> Box | None:
    """The label's box, wide enough for the distance and for the shear of the slices in it."""
    labels = None if label is None else (label,)
    box = box_of(label_map, labels, index)
    if box is None:
        return None
    slices = box[0]
    if index is None:
        slices = slice(grid.near(slices.start, by).start, grid.near(slices.stop - 1, by).stop)
    shear = np.ptp(grid.shifts[slices], axis=0)
    margin = [int(np.ceil(by / grid.pixel[axis] + shear[axis])) + 1 for axis in (0, 1)]
    wide = box_of(label_map, labels, index, (margin[0], margin[1])) or box
    return (slices, wide[1], wide[2])


def _nearest(
    grid: VoxelGrid, box: Box, source: NDArray[np.bool_], by: float, labels: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Distance to the nearest voxel of ``source`` and its label; infinite where it is farther than ``by``.

    Slice by slice, since neither equal steps nor a right stack may be taken for granted.
    """
    best = np.full(source.shape, np.inf, np.float32)
    label = np.zeros(source.shape, np.uint8)
    start = box[0].start
    for j in np.flatnonzero(source.any(axis=(1, 2))) + start:
        here = source[j - start]
        away, at = ndimage.distance_transform_edt(~here, sampling=grid.pixel, return_indices=True)
        squared, of = (away**2).astype(np.float32), labels[j - start][tuple(at)]
        for k in grid.near(int(j), by):
            if not 0 <= k - start < len(source):
                continue
            shift = grid.whole_shift(int(j), k)
            height = np.float32((grid.positions[k] - grid.positions[j]) ** 2)
            there = shifted(squared, shift, np.inf) + height
            nearer = there < best[k - start]
            np.copyto(best[k - start], there, where=nearer)
            np.copyto(label[k - start], shifted(of, shift, 0), where=nearer)
    best[best > np.float32(by) ** 2 * np.float32(1 + 1e-5)] = np.inf
    return np.where(np.isfinite(best), np.minimum(np.sqrt(best), np.float32(by)), np.inf), label
