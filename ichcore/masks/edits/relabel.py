"""Another label for voxels that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.edits.connected import component
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import require_label
from ichcore.masks.edits.redrawn import box_of
from ichcore.masks.edits.region import flat_indices

if TYPE_CHECKING:
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.region import Voxel

RELABEL = "Relabel"


def relabelled_component(
    label_map: LabelMap, at: Voxel, label: int, *, in_3d: bool = False, any_label: bool = False
) -> MaskEdit:
    """Give the connected piece under a voxel another label; of background nothing changes.

    Args:
        label_map: not changed.
        at: a voxel of the piece.
        label: the new one; 0 takes the piece away.
        in_3d: the piece goes through the slices (26 neighbours), else it is that of the slice (8).
        any_label: pieces of different labels that touch are one.

    Raises:
        InputError: if the label does not exist.
    """
    require_label(label)
    region = component(label_map, at, in_3d=in_3d, any_label=any_label)
    where = region.where(label_map.shape)
    where = where[label_map.labels.reshape(-1)[where] != label]
    return MaskEdit.setting(RELABEL, label_map, where, label, Origin.HUMAN)


def relabelled(label_map: LabelMap, old: int, new: int, *, index: int | None = None) -> MaskEdit:
    """Give every voxel of one label another; with 6 as the old one, a hemorrhage is named.

    Args:
        label_map: not changed.
        old: 1 to 6.
        new: 0 takes them away.
        index: of one slice; ``None`` for all.

    Raises:
        InputError: if a label does not exist, or the old one is background.
    """
    require_label(new)
    require_label(old or -1)
    box = box_of(label_map, (old,), index)
    where = np.empty(0, np.uint32)
    if box is not None and old != new:
        where = flat_indices(box, label_map.shape)[label_map.labels[box] == old]
    return MaskEdit.setting(RELABEL, label_map, where, new, Origin.HUMAN)
