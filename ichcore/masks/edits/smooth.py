"""Smooth borders: every voxel asks those around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.redrawn import box_of, redrawn
from ichcore.masks.edits.shifted import shifted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.region import Box
    from ichcore.masks.edits.voxel_grid import VoxelGrid

SMOOTH = "Smooth"
_REACH = 3.0
"""Standard deviations after which a neighbour has no vote."""
_SHARES = (0.3, 0.7)
"""Between these lies the share of votes that makes a voxel foreground, chosen so that volume is kept."""


def smoothed(
    label_map: LabelMap, grid: VoxelGrid, sigma: float, *, label: int | None = None, index: int | None = None
) -> MaskEdit:
    """A Gaussian vote of labels, background among them.

    A plain majority takes from what is convex, so the share of votes that a voxel needs to be foreground is
    moved until as many voxels are as before; specks far smaller than the Gaussian vanish all the same. Among
    the labels the one with most votes has the voxel.

    Args:
        label_map: not changed.
        grid: of the series.
        sigma: standard deviation of the Gaussian, in the grid's unit.
        label: that is smoothed against background, while others stay; ``None`` for all.
        index: in the plane of one slice; ``None`` for all slices and through them, by their positions.

    Raises:
        InputError: if sigma is not positive.
    """
    if not 0 < sigma < np.inf:
        raise InputError(f"Smoothing by {sigma} makes no sense; give more than 0.")
    labels = None if label is None else (label,)
    slices = box_of(label_map, labels, index)
    if slices is None:
        return nothing(SMOOTH, label_map)
    shear = np.ptp(grid.shifts[slices[0]], axis=0)
    margin = [int(np.ceil(_REACH * sigma / grid.pixel[axis] + shear[axis])) for axis in (0, 1)]
    wide = box_of(label_map, labels, index, (margin[0], margin[1])) or slices
    box = (wide[0] if index is not None else _taller(grid, wide[0], sigma), wide[1], wide[2])
    old = label_map.labels[box]
    present = [int(one) for one in np.unique(old) if one] if label is None else [label]
    votes = np.stack([_votes(old == one, grid, box, sigma) for one in present])
    foreground = votes.sum(axis=0)
    open_ = np.isin(old, [0, *present])
    share = _share(foreground[open_], int((np.isin(old, present)).sum()))
    winner = np.asarray(present, np.uint8)[votes.argmax(axis=0)]
    new = np.where(open_, np.where(foreground > share, winner, np.uint8(0)), old)
    return redrawn(SMOOTH, label_map, box, new, Origin.HUMAN)


def _taller(grid: VoxelGrid, slices: slice, sigma: float) -> slice:
    below, above = grid.near(slices.start, 2 * sigma), grid.near(slices.stop - 1, 2 * sigma)
    return slice(below.start, above.stop)


def _votes(inside: NDArray[np.bool_], grid: VoxelGrid, box: Box, sigma: float) -> NDArray[np.float32]:
    """Share of the votes around each voxel; beyond the edge of a slice it goes on alike."""
    width = (sigma / grid.pixel[0], sigma / grid.pixel[1])
    planes = [
        ndimage.gaussian_filter(one.astype(np.float32), width, mode="nearest", truncate=_REACH)
        if one.any()
        else np.zeros(one.shape, np.float32)
        for one in inside
    ]
    if len(planes) == 1:
        return np.stack(planes)
    first, places, depths = box[0].start, grid.positions[box[0]], grid.depths[box[0]]
    votes = np.zeros(inside.shape, np.float32)
    for k in range(len(planes)):
        # a slice that stands for more of the patient has more to say
        weights = np.exp(-0.5 * ((places - places[k]) / sigma) ** 2) * np.maximum(depths, 1e-3)
        weights[np.abs(places - places[k]) > _REACH * sigma] = 0
        weights /= weights.sum()
        for j in np.flatnonzero(weights):
            shift = grid.whole_shift(first + int(j), first + k)
            votes[k] += np.float32(weights[j]) * shifted(planes[j], shift, 0)
    return votes


def _share(foreground: NDArray[np.float32], count: int) -> float:
    """That which as many voxels exceed as were foreground."""
    if not 0 < count < foreground.size:
        return 0.5
    at = foreground.size - count
    low, high = np.partition(foreground, [at - 1, at])[[at - 1, at]]
    return float(np.clip(0.5 * (low + high), *_SHARES))
