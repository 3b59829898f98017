"""Level trace: the line of equal HU through the clicked pixel, filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage
from skimage.measure import find_contours

from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.outline import enclosed_by
from ichcore.masks.edits.paint import require_hu
from ichcore.masks.edits.region import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.paint import Paint
    from ichcore.masks.edits.region import Voxel

LEVEL_TRACE = "Level trace"
SMOOTH_PX = 1.6
"""Standard deviation of the blur before the line is drawn; without it the line follows the noise."""
REACH_PX = 160
"""How far around the click the line may run."""
SOFT_HU = (-100, 200)
"""Bone and air are cut to these, so that their blur does not move lines in soft tissue."""


def level_traced(label_map: LabelMap, paint: Paint, at: Voxel, hu: NDArray[np.number]) -> MaskEdit:
    """Paint what the line encloses; nothing where it does not close near the click.

    Args:
        label_map: not changed.
        paint: label, what it may overwrite, range of HU.
        at: the clicked voxel.
        hu: ``(slices, rows, columns)`` of the series.

    Raises:
        InputError: if the HU are not of the label map's shape.
    """
    region = level_region(require_hu(hu, label_map), at)
    return paint.edit(LEVEL_TRACE, label_map, region, hu, Origin.THRESHOLD)


def level_region(hu: NDArray[np.number], at: Voxel) -> Region:
    """What the closed line of equal HU nearest to a pixel encloses; of several as near, the shortest.

    Args:
        hu: ``(slices, rows, columns)``; blurred by :data:`SMOOTH_PX` before the line is drawn.
        at: whose HU count.
    """
    index, row, column = at
    if not all(0 <= place < size for place, size in zip(at, hu.shape, strict=True)):
        return Region.nothing()
    top, left = max(row - REACH_PX, 0), max(column - REACH_PX, 0)
    around = hu[index, top : row + REACH_PX + 1, left : column + REACH_PX + 1]
    smooth = ndimage.gaussian_filter(np.clip(around, *SOFT_HU).astype(np.float32), SMOOTH_PX)
    level = float(smooth[row - top, column - left])
    click = np.array([row - top, column - left])
    nearest, best = None, (1.0, 0)
    for line in _lines(smooth, level):
        if (line[0] != line[-1]).any():
            continue  # runs out of the picture
        found = (round(float(np.abs(line - click).max(axis=1).min()), 3), len(line))
        if found < best or (nearest is None and found[0] <= 1.0):
            nearest, best = line, found
    if nearest is None:
        return Region.nothing()
    shape = (hu.shape[0], hu.shape[1], hu.shape[2])
    return enclosed_by(nearest + np.array([top, left]), index, shape)


def _lines(picture: NDArray[np.float32], level: float) -> list[NDArray[np.float64]]:
    """``(n, 2)`` lines of one level; closed ones end where they begin."""
    find: Any = find_contours  # its types are not stated
    return list(find(picture, level))
