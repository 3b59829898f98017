"""What hangs together with one voxel, slice by slice: only slices that it reaches are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.edits.region import Region

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.region import Voxel

CORNERS = np.ones((3, 3), bool)
"""Pixels touch by corners too; through the slices voxels then touch 26 others, else 6."""
SIDES = np.asarray(ndimage.generate_binary_structure(2, 1), bool)


def connected(
    candidates: Callable[[int], NDArray[np.bool_]],
    seed: Voxel,
    slices: range,
    *,
    corners: bool,
    closed: bool = False,
) -> Region:
    """The candidates that are connected with one of them.

    Args:
        candidates: gives ``(rows, columns)`` of a slice, by its index.
        seed: where it begins; nothing is connected with a voxel that is no candidate.
        slices: in which it may go on; that of the seed alone for a region of one slice.
        corners: whether voxels that touch by edges and corners are neighbours.
        closed: give nothing if the edge of a slice is reached.
    """
    touching = CORNERS if corners else SIDES
    if seed[0] not in slices:
        return Region.nothing()
    pieces: dict[int, NDArray[np.int32]] = {}

    def pieces_of(index: int) -> NDArray[np.int32]:
        if index not in pieces:
            pieces[index] = np.asarray(ndimage.label(candidates(index), touching)[0], np.int32)
        return pieces[index]

    if not all(0 <= at < size for at, size in zip(seed[1:], pieces_of(seed[0]).shape, strict=True)):
        return Region.nothing()
    found: dict[int, NDArray[np.bool_]] = {}
    waiting = [(seed[0], np.array([pieces_of(seed[0])[seed[1:]]]))]
    while waiting:
        index, numbers = waiting.pop()
        mask = _of(pieces_of(index), numbers)
        if not mask.any():
            continue
        if closed and (mask[[0, -1]].any() or mask[:, [0, -1]].any()):
            return Region.nothing()
        found[index] = found[index] | mask if index in found else mask
        reached = ndimage.binary_dilation(mask, CORNERS) if corners else mask
        for beside in (index - 1, index + 1):
            if beside in slices:
                there = reached & ~found[beside] if beside in found else reached
                waiting.append((beside, np.unique(pieces_of(beside)[there])))
    return Region.of_slices(found)


def component(label_map: LabelMap, at: Voxel, *, in_3d: bool = False, any_label: bool = False) -> Region:
    """The connected piece that a voxel belongs to: 8 neighbours in the slice, 26 through the slices.

    Args:
        label_map: not changed.
        at: a voxel of it; a piece of background is empty.
        in_3d: through the slices.
        any_label: pieces of different labels that touch are one.
    """
    labels = label_map.labels
    if not _holds(label_map.shape, at) or labels[at] == 0:
        return Region.nothing()
    label = labels[at]

    def candidates(index: int) -> NDArray[np.bool_]:
        alike: NDArray[np.bool_] = labels[index] > 0 if any_label else labels[index] == label
        return alike

    slices = range(len(labels)) if in_3d else range(at[0], at[0] + 1)
    return connected(candidates, at, slices, corners=True)


def _of(pieces: NDArray[np.int32], numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where the pieces with these numbers are; 0 is no piece."""
    wanted = np.zeros(int(pieces.max(initial=0)) + 1, bool)
    wanted[numbers] = True
    wanted[0] = False
    return wanted[pieces]


def _holds(shape: tuple[int, int, int], at: Voxel) -> bool:
    return all(0 <= place < size for place, size in zip(at, shape, strict=True))
