"""Holes: background that a label encloses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.redrawn import box_of, redrawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.voxel_grid import VoxelGrid

FILL_HOLES = "Fill holes"


def holes_filled(
    label_map: LabelMap,
    grid: VoxelGrid,
    *,
    label: int | None = None,
    index: int | None = None,
    most: float | None = None,
) -> MaskEdit:
    """Give enclosed background the label that most of the voxels around it have.

    Args:
        label_map: not changed.
        grid: of the series.
        label: that has to enclose it alone; ``None`` for all together.
        index: holes in the plane of one slice; ``None`` for cavities in all slices, which must be closed
            above and below as well.
        most: larger holes stay; in the grid's unit squared, or cubed for cavities. ``None`` fills all.
    """
    box = box_of(label_map, None if label is None else (label,), index)
    if box is None:
        return nothing(FILL_HOLES, label_map)
    old = label_map.labels[box]
    wall = old > 0 if label is None else old == label
    closed = ndimage.binary_fill_holes(wall[0])[None] if index is not None else _cavities(wall)
    holes, count = ndimage.label(closed & (old == 0))
    size = np.full(len(old), grid.pixel_area) if index is not None else grid.pixel_area * grid.depths[box[0]]
    around = ndimage.generate_binary_structure(3, 1)
    new = old.copy()
    for number, span in enumerate(ndimage.find_objects(holes, count), start=1):
        wide = tuple(
            slice(max(one.start - 1, 0), min(one.stop + 1, limit))
            for one, limit in zip(span, old.shape, strict=True)
        )
        hole = holes[wide] == number
        if most is not None and float((hole.sum(axis=(1, 2)) * size[wide[0]]).sum()) > most:
            continue
        rim = ndimage.binary_dilation(hole, around) & wall[wide]
        if rim.any():
            new[wide][hole] = np.bincount(old[wide][rim]).argmax()
    return redrawn(FILL_HOLES, label_map, box, new, Origin.HUMAN)


def _cavities(wall: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is enclosed on all sides, the series' ends not counting as walls."""
    filled: NDArray[np.bool_] = np.asarray(ndimage.binary_fill_holes(wall), bool)
    return filled
