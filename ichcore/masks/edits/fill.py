"""Fill: the region under the cursor, as far as other labels or the range of HU let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.masks.edits.connected import connected
from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.paint import BACKGROUND, require_hu

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.paint import Paint
    from ichcore.masks.edits.region import Voxel

FILL = "Fill"


def filled(
    label_map: LabelMap, paint: Paint, at: Voxel, *, hu: NDArray[np.number] | None = None, in_3d: bool = False
) -> MaskEdit:
    """Paint what has the label of the clicked voxel and is connected with it by sides.

    Background without a gate is filled only where labels close it in: a region that reaches the edge of a
    slice stays as it is, since nobody means the whole picture.

    Args:
        label_map: not changed.
        paint: label, what it may overwrite; its gate bounds the region.
        at: the clicked voxel.
        hu: of the series; needed by a gate.
        in_3d: through the slices.

    Raises:
        InputError: if there is a gate and no HU.
    """
    labels = label_map.labels
    if not all(0 <= place < size for place, size in zip(at, label_map.shape, strict=True)):
        return nothing(FILL, label_map)
    label, gate = labels[at], paint.gate

    def candidates(index: int) -> NDArray[np.bool_]:
        alike: NDArray[np.bool_] = labels[index] == label
        if gate is not None:
            alike &= gate.passes(require_hu(hu, label_map)[index])
        return alike

    slices = range(len(labels)) if in_3d else range(at[0], at[0] + 1)
    closed = gate is None and label == BACKGROUND
    region = connected(candidates, at, slices, corners=False, closed=closed)
    return paint.edit(FILL, label_map, region, hu)
