"""What surely is of the tissue that a scribble lies in, before the border of that tissue is sought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.blurred_within import blurred_within
from ichcore.masks.edits.region import Region
from ichcore.masks.edits.two_tissues import evidence_of_blood
from ichcore.masks.refined import SOFT_HU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.voxel_grid import VoxelGrid

_BLUR = 1.0
"""Standard deviation, in the grid's unit (mm, or pixels)."""
_NARROWEST = 1.5
"""Half the width of a passage that is still followed: the rim of bone and the falx are thinner."""
_SURELY = 1.5
"""Evidence of what surely is the same tissue."""
_MOST_OF_SLICE = 0.35
"""A larger share of the soft tissue is no bleed: then the scribble lies in the brain itself."""


def same_tissue(start: Region, grid: VoxelGrid, hu: NDArray[np.number]) -> Region:
    """A scribble with what hangs together with it and surely is of its tissue.

    Told apart are the tissue under the scribble and that of the whole slice: around a scribble in the middle
    of a large bleed there is nothing but blood.

    Args:
        start: what the scribble covers.
        grid: of the series.
        hu: ``(slices, rows, columns)`` of the series.

    Returns:
        The start itself where it lies in what most of the slice is, or in something as thin as a rim.
    """
    whole = np.zeros((start.inside.shape[0], *grid.shape[1:]), bool)
    whole[(slice(None), *start.box[1:])] = start.inside
    for place, image in enumerate(hu[start.box[0]]):
        whole[place] |= _core(np.asarray(image, np.float32), whole[place], grid.pixel)
    rows, columns = (np.flatnonzero(whole.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    if not rows.size:
        return start
    corner = (start.corner[0], int(rows[0]), int(columns[0]))
    return Region(corner, whole[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _core(
    image: NDArray[np.float32], scribble: NDArray[np.bool_], pixel: tuple[float, float]
) -> NDArray[np.bool_]:
    """Of one slice: what surely is the scribble's tissue, is not thin, and reaches the scribble."""
    nothing = np.zeros(scribble.shape, bool)
    soft = (image > SOFT_HU[0]) & (image < SOFT_HU[1])
    if not (scribble & soft).any():
        return nothing
    even = blurred_within(image, soft, (_BLUR / pixel[0], _BLUR / pixel[1]))
    sure = soft & (evidence_of_blood(even, scribble & soft, soft, rough=False) > _SURELY)
    sure = ndimage.binary_fill_holes(sure) & soft
    wide = ndimage.distance_transform_edt(sure, sampling=pixel) > _NARROWEST
    pieces, _ = ndimage.label(wide)
    held = np.unique(pieces[scribble])
    kept = np.isin(pieces, held[held > 0])
    if not kept.any():
        return nothing
    core = sure & (ndimage.distance_transform_edt(~kept, sampling=pixel) <= _NARROWEST)
    if core.sum() > _MOST_OF_SLICE * soft.sum():
        return nothing
    found: NDArray[np.bool_] = core
    return found
