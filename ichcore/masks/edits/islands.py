"""Islands: connected pieces, kept or dropped by their size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.edits.connected import component
from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.redrawn import box_of, redrawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.region import Box, Voxel
    from ichcore.masks.edits.voxel_grid import VoxelGrid

DROP_SMALL, DROP_LARGE, KEEP_LARGEST, KEEP_CLICKED = (
    "Drop small islands",
    "Drop large islands",
    "Keep largest island",
    "Keep clicked island",
)
MM3_PER_ML = 1000.0


def dropped(
    label_map: LabelMap,
    grid: VoxelGrid,
    *,
    below: float | None = None,
    above: float | None = None,
    label: int | None = None,
    index: int | None = None,
) -> MaskEdit:
    """Take away pieces that are too small or too large.

    Pieces touch by sides, edges and corners. In an uneven series a slice counts for half of the way to each
    of its neighbours; that is good enough to sort islands, while mL are still withheld there.

    Args:
        label_map: not changed.
        grid: of the series.
        below: pieces smaller than this go; in mm², in 3-D in mm³ (:data:`MM3_PER_ML` a mL), where the grid is
            in mm, else in pixels or voxels.
        above: pieces larger than this go.
        label: pieces of one label; ``None`` for pieces of hemorrhage, whatever its labels.
        index: pieces of one slice in its plane; ``None`` for pieces in all slices, through them.
    """
    name = DROP_SMALL if above is None else DROP_LARGE
    found = _pieces(label_map, grid, label, index)
    if found is None:
        return nothing(name, label_map)
    box, pieces, sizes = found
    drop = np.zeros(sizes.size, bool)
    # a size is a sum of rounded numbers
    if below is not None:
        drop |= sizes < below * (1 - 1e-9)
    if above is not None:
        drop |= sizes > above * (1 + 1e-9)
    drop[0] = False
    return _without(name, label_map, box, drop[pieces])


def only_largest(
    label_map: LabelMap, grid: VoxelGrid, *, label: int | None = None, index: int | None = None
) -> MaskEdit:
    """Take away all pieces but the largest; arguments as those of :func:`dropped`."""
    found = _pieces(label_map, grid, label, index)
    if found is None:
        return nothing(KEEP_LARGEST, label_map)
    box, pieces, sizes = found
    largest = 1 + int(sizes[1:].argmax())
    return _without(KEEP_LARGEST, label_map, box, (pieces > 0) & (pieces != largest))


def only_clicked(label_map: LabelMap, at: Voxel, *, in_3d: bool = False, any_label: bool = False) -> MaskEdit:
    """Take away all pieces but the one under a voxel; a click on background changes nothing.

    Args:
        label_map: not changed.
        at: the clicked voxel.
        in_3d: pieces through the slices, of all slices; else those of the slice.
        any_label: pieces of hemorrhage, whatever its labels; else of the voxel's label.
    """
    keep = component(label_map, at, in_3d=in_3d, any_label=any_label)
    if keep.empty:
        return nothing(KEEP_CLICKED, label_map)
    labels = None if any_label else (int(label_map.labels[at]),)
    box = box_of(label_map, labels, None if in_3d else at[0])
    if box is None:
        return nothing(KEEP_CLICKED, label_map)
    here = label_map.labels[box]
    drop = here > 0 if labels is None else here == labels[0]
    offset = tuple(
        slice(one.start - whole.start, one.stop - whole.start)
        for one, whole in zip(keep.box, box, strict=True)
    )
    drop[offset] &= ~keep.inside
    return _without(KEEP_CLICKED, label_map, box, drop)


def _pieces(
    label_map: LabelMap, grid: VoxelGrid, label: int | None, index: int | None
) -> tuple[Box, NDArray[np.integer], NDArray[np.float64]] | None:
    """The box of all pieces, their numbers in it, and their sizes; number 0 is none."""
    box = box_of(label_map, None if label is None else (label,), index)
    if box is None:
        return None
    here = label_map.labels[box]
    mask = here > 0 if label is None else here == label
    pieces, count = ndimage.label(mask, np.ones((3, 3, 3), bool))
    flat = index is not None or grid.unit == "px"
    depth = np.ones(len(here)) if flat else grid.depths[box[0]]
    sizes = np.zeros(count + 1)
    for plane, one in zip(pieces, depth, strict=True):
        sizes += np.bincount(plane.ravel(), minlength=count + 1) * one
    return box, pieces, sizes * grid.pixel_area


def _without(name: str, label_map: LabelMap, box: Box, drop: NDArray[np.bool_]) -> MaskEdit:
    new = np.where(drop, np.uint8(0), label_map.labels[box])
    return redrawn(name, label_map, box, new, Origin.HUMAN)
