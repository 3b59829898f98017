"""Region grow: from a click to all that is connected and has like HU."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.masks.edits.connected import connected
from ichcore.masks.edits.mean_hu import mean_of_nine
from ichcore.masks.edits.merged import nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import require_hu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.paint import Paint
    from ichcore.masks.edits.region import Region, Voxel
    from ichcore.masks.edits.voxel_grid import VoxelGrid

REGION_GROW = "Region grow"
NOISE_AREA = 8.0
"""Holes in a slice up to this area, in the grid's unit squared, are noise and are closed."""


def region_grown(
    label_map: LabelMap,
    grid: VoxelGrid,
    paint: Paint,
    at: Voxel,
    hu: NDArray[np.number],
    *,
    tolerance_hu: float,
    radius: float,
    in_3d: bool = False,
) -> MaskEdit:
    """Paint what :func:`like_region` finds.

    Labels that may not be overwritten are borders, too. Arguments are those of :func:`like_region`.

    Raises:
        InputError: if the HU are not of the label map's shape, or tolerance or radius make no sense.
    """
    require_hu(hu, label_map)
    if not all(0 <= place < size for place, size in zip(at, label_map.shape, strict=True)):
        return nothing(REGION_GROW, label_map)
    region = like_region(
        grid, at, hu, tolerance_hu=tolerance_hu, radius=radius, in_3d=in_3d, label_map=label_map, paint=paint
    )
    return paint.edit(REGION_GROW, label_map, region, hu, Origin.THRESHOLD)


def like_region(
    grid: VoxelGrid,
    at: Voxel,
    hu: NDArray[np.number],
    *,
    tolerance_hu: float,
    radius: float,
    in_3d: bool = False,
    label_map: LabelMap | None = None,
    paint: Paint | None = None,
) -> Region:
    """What is connected by sides with a voxel, near it, and has like HU; each the mean of 3 × 3 pixels.

    Small holes (:data:`NOISE_AREA`) are closed.

    Args:
        grid: of the series.
        at: the clicked voxel.
        hu: ``(slices, rows, columns)`` of the series.
        tolerance_hu: how far HU may lie from the click's, either way.
        radius: how far it may go, in the grid's unit; of a disk, or through the slices of a ball.
        in_3d: through the slices.
        label_map: with ``paint``: what that may not overwrite is a border.
        paint: see there.
    """
    if not (tolerance_hu >= 0 and 0 < radius < np.inf):
        raise InputError(
            f"Region grow has a tolerance of {tolerance_hu} HU and a radius of {radius}; "
            "give 0 or more, and more than 0."
        )
    index, row, column = at
    point = (slice(index, index + 1), slice(row, row + 1), slice(column, column + 1))
    middle = float(mean_of_nine(hu, point)[0, 0, 0])

    def candidates(k: int) -> NDArray[np.bool_]:
        found = np.zeros(grid.shape[1:], bool)
        down, across = grid.shift(index, k)
        height = float(grid.positions[k] - grid.positions[index])
        spans = []
        for center, pixel, size in zip(
            (row + down, column + across), grid.pixel, grid.shape[1:], strict=True
        ):
            low, high = int(np.floor(center - radius / pixel)), int(np.ceil(center + radius / pixel))
            spans.append(slice(max(low, 0), max(min(high + 1, size), 0)))
        if any(span.start >= span.stop for span in spans):
            return found
        box = (slice(k, k + 1), spans[0], spans[1])
        rows = (np.arange(spans[0].start, spans[0].stop) - (row + down)) * grid.pixel[0]
        columns = (np.arange(spans[1].start, spans[1].stop) - (column + across)) * grid.pixel[1]
        near = rows[:, None] ** 2 + columns**2 + height**2 <= radius**2
        near &= np.abs(mean_of_nine(hu, box)[0] - middle) <= tolerance_hu
        if label_map is not None and paint is not None:
            near &= paint.may_overwrite(label_map.labels[box][0])
        found[spans[0], spans[1]] = near
        return found

    slices = grid.near(index, radius) if in_3d else range(index, index + 1)
    region = connected(candidates, at, slices, corners=False)
    for plane in region.inside:
        _close_noise(plane, NOISE_AREA / grid.pixel_area)
    return region


def _close_noise(plane: NDArray[np.bool_], most: float) -> None:
    """Fill holes of at most this many pixels."""
    holes, count = ndimage.label(ndimage.binary_fill_holes(plane) & ~plane)
    sizes = np.bincount(holes.ravel(), minlength=count + 1)
    small = sizes <= most
    small[0] = False
    plane |= small[holes]
