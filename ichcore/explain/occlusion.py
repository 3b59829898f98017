"""A patch of a slice painted away: what the model says before and after (Zeiler and Fergus 2014)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import IchError
from ichcore.explain.deletion import soft_tissue
from ichcore.explain.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ichcore.explain.altered_slice import AlteredSlice
    from ichcore.progress import CancelToken


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What a model says of a slice with and without a patch of it.

    Attributes:
        before: float32 ``(6,)`` calibrated probabilities of the slice as it is.
        after: ``(6,)`` with the patch painted away; NaN in both for a class that is not predicted.
        picture: float32 ``(rows, columns)``, HU or grey values on the slice's grid: what is looked at after.
    """

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    picture: NDArray[np.float32]


def occlusion(
    altered: AlteredSlice,
    patch: NDArray[np.bool_],
    *,
    on_picture: Callable[[NDArray[np.float32]], None] | None = None,
    cancel: CancelToken | None = None,
) -> Occlusion:
    """Paint a patch away and ask again.

    The patch is filled with a blur of the soft tissue around it (see :mod:`.surroundings`). Only this slice
    is changed: where the model hears its neighbours they speak as they are. Of thin slices the slab is
    painted.

    Args:
        altered: the slice.
        patch: bool ``(rows, columns)`` on the slice's grid.
        on_picture: gets the painted picture before the model is asked.
        cancel: looked at between batches.

    Raises:
        IchError: if the patch lies on another grid.
        CancelledError: if cancelled.
    """
    prepared = altered.prepared
    if patch.shape != prepared.volume.shape[1:]:
        raise IchError(
            f"The patch is {patch.shape[0]} by {patch.shape[1]} pixels and the slice "
            f"{prepared.volume.shape[1]} by {prepared.volume.shape[2]}; draw it on the slice's own grid."
        )
    picture = prepared.picture(altered.slab)
    rows_mm, columns_mm = (altered.pixel_mm / scale for scale in prepared.placement.scale)
    around = Surroundings(picture, soft_tissue(prepared.in_hu(picture)), (rows_mm, columns_mm))
    painted = around.without(patch)
    if on_picture is not None:
        on_picture(painted)
    placed = prepared.placement.place(prepared.in_hu(painted))
    before, after = altered.says(np.stack([altered.picture, placed]), cancel=cancel)
    return Occlusion(before, after, painted)
