"""Several edits in a row as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.edits.mask_edit import MaskEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.masks.edits.label_map import LabelMap


def merged(name: str, label_map: LabelMap, edits: Sequence[MaskEdit]) -> MaskEdit:
    """The edit from before the first to after the last; voxels that end as they began are left out.

    Args:
        name: for the history list.
        label_map: that they are of; alone its shape matters.
        edits: in their order.
    """
    if not edits:
        return nothing(name, label_map)
    where = np.concatenate([edit.where for edit in edits])
    # place and turn in one number: sorting plain numbers is many times faster than a stable argsort
    keys = where.astype(np.uint64) << np.uint64(32) | np.arange(where.size, dtype=np.uint64)
    keys.sort()
    order = (keys & np.uint64(0xFFFFFFFF)).astype(np.intp)
    ordered = where[order]
    differs = ordered[1:] != ordered[:-1]
    end = np.ones(min(where.size, 1), bool)
    first = order[np.concatenate([end, differs])]
    last = order[np.concatenate([differs, end])]
    old_labels = np.concatenate([edit.old_labels for edit in edits])[first]
    new_labels = np.concatenate([edit.new_labels for edit in edits])[last]
    old_origins = np.concatenate([edit.old_origins for edit in edits])[first]
    new_origins = np.concatenate([edit.new_origins for edit in edits])[last]
    change = (old_labels != new_labels) | (old_origins != new_origins)
    return MaskEdit(
        name,
        label_map.shape,
        where[first][change],
        old_labels[change],
        new_labels[change],
        old_origins[change],
        new_origins[change],
    )


def nothing(name: str, label_map: LabelMap) -> MaskEdit:
    """An edit that changes no voxel."""
    return MaskEdit.setting(name, label_map, np.empty(0, np.uint32), 0, 0)
