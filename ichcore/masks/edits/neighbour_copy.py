"""What is drawn on one slice, copied to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import OVER_ALL
from ichcore.masks.edits.redrawn import redrawn
from ichcore.masks.edits.shifted import shifted

if TYPE_CHECKING:
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.voxel_grid import VoxelGrid

COPY = "Copy to neighbour"


def copied(
    label_map: LabelMap,
    grid: VoxelGrid,
    source: int,
    target: int,
    *,
    label: int | None = None,
    over: frozenset[int] = OVER_ALL,
) -> MaskEdit:
    """Copy a slice's labels to the same place of the patient on another; its other voxels stay.

    Args:
        label_map: not changed.
        grid: of the series. In a sheared stack the copy is moved by whole pixels.
        source: slice that is copied.
        target: slice that changes; beyond the series nothing does.
        label: of one label; ``None`` for all.
        over: labels that may be overwritten.
    """
    target = min(max(target, 0), label_map.shape[0] - 1)
    drawn = label_map.labels[source]
    if label is not None:
        drawn = np.where(drawn == label, drawn, np.uint8(0))
    drawn = shifted(drawn, grid.whole_shift(source, target), 0)
    there = label_map.labels[target]
    allowed = (drawn > 0) & np.isin(there, list(over))
    if source == target:
        allowed[:] = False
    box = (slice(target, target + 1), slice(0, there.shape[0]), slice(0, there.shape[1]))
    return redrawn(COPY, label_map, box, np.where(allowed, drawn, there)[None], Origin.INTERPOLATED)
