"""A box of a label map drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.region import flat_indices

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.origin import Origin
    from ichcore.masks.edits.region import Box


def redrawn(name: str, label_map: LabelMap, box: Box, labels: NDArray[np.uint8], origin: Origin) -> MaskEdit:
    """The edit that gives a box these labels; voxels that have theirs already keep their origin.

    Args:
        name: for the history list.
        label_map: not changed.
        box: of it.
        labels: ``(slices, rows, columns)`` of the box.
        origin: of the voxels that change.
    """
    change = labels != label_map.labels[box]
    return MaskEdit.setting(
        name, label_map, flat_indices(box, label_map.shape)[change], labels[change], origin
    )


def box_of(
    label_map: LabelMap, labels: Collection[int] | None, index: int | None, margin: tuple[int, int] = (0, 0)
) -> Box | None:
    """The box that holds all voxels of some labels, inside the series; ``None`` where there are none.

    Args:
        label_map: looked at.
        labels: ``None`` for all but background.
        index: of one slice; ``None`` for all.
        margin: rows and columns to add on each side.
    """
    slices = range(label_map.shape[0]) if index is None else range(index, index + 1)
    held, rows, columns = [], np.zeros(label_map.shape[1], bool), np.zeros(label_map.shape[2], bool)
    for k in slices:
        plane = label_map.labels[k]
        if not plane.any():
            continue
        there = plane > 0 if labels is None else np.isin(plane, list(labels))
        if there.any():
            held.append(k)
            rows |= there.any(axis=1)
            columns |= there.any(axis=0)
    if not held:
        return None
    spans = []
    for hit, more in zip((rows, columns), margin, strict=True):
        at = np.flatnonzero(hit)
        spans.append(slice(max(int(at[0]) - more, 0), min(int(at[-1]) + 1 + more, hit.size)))
    return (slice(held[0], held[-1] + 1), spans[0], spans[1])
