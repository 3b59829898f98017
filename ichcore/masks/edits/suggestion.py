"""The model's mask in place of what is there, and a slice as it was before anybody drew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import GeometryError
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap

FROM_MODEL, RESET = "Take the model's mask", "Reset"
_READERS = (Origin.HUMAN, Origin.THRESHOLD, Origin.INTERPOLATED)


def suggested(
    label_map: LabelMap,
    suggestion: NDArray[np.uint8],
    *,
    index: int | None = None,
    keep_drawn: bool = False,
    name: str = FROM_MODEL,
) -> MaskEdit:
    """Replace the mask by a suggestion: its labels with origin model, background of nobody elsewhere.

    Args:
        label_map: not changed.
        suggestion: uint8 ``(slices, rows, columns)`` label map; of one slice ``(rows, columns)`` will do.
        index: of one slice; ``None`` for all.
        keep_drawn: voxels that a reader drew, erased or had interpolated stay.
        name: for the history list.

    Raises:
        GeometryError: if the suggestion is of another shape.
    """
    flat = suggestion.ndim == 2 and index is not None
    if suggestion.shape != (label_map.shape[1:] if flat else label_map.shape):
        raise GeometryError(
            f"The suggestion {suggestion.shape} is of another shape than the mask {label_map.shape}."
        )
    size = label_map.shape[1] * label_map.shape[2]
    found = [np.empty(0, np.intp)]
    new = [np.empty(0, np.uint8)]
    # slice by slice, so that nothing as large as the series is made
    for k in range(label_map.shape[0]) if index is None else (index,):
        labels = (suggestion if flat else suggestion[k]).reshape(-1)
        origins = label_map.origins[k].reshape(-1)
        change = labels != label_map.labels[k].reshape(-1)
        change |= origins != np.where(labels > 0, np.uint8(Origin.MODEL), np.uint8(Origin.NONE))
        if keep_drawn:
            change &= ~np.isin(origins, _READERS)
        at = np.flatnonzero(change)
        found.append(at + k * size)
        new.append(labels[at])
    labels = np.concatenate(new)
    origins = np.where(labels > 0, np.uint8(Origin.MODEL), np.uint8(Origin.NONE))
    return MaskEdit.setting(name, label_map, np.concatenate(found), labels, origins)


def reset(
    label_map: LabelMap, *, index: int | None = None, suggestion: NDArray[np.uint8] | None = None
) -> MaskEdit:
    """A slice, or all, as before any edit: the suggestion that the mask began with, or nothing.

    Args:
        label_map: not changed.
        index: of one slice; ``None`` for all.
        suggestion: as for :func:`suggested`; ``None`` where the mask began empty.

    Raises:
        GeometryError: if the suggestion is of another shape.
    """
    if suggestion is None:
        suggestion = np.broadcast_to(np.uint8(0), label_map.shape)
    return suggested(label_map, suggestion, index=index, name=RESET)
