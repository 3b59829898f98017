"""The tip of brush and eraser: a disk or a ball, and what it covers on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.masks.edits.mean_hu import mean_of_nine
from ichcore.masks.edits.region import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.region import Box
    from ichcore.masks.edits.voxel_grid import VoxelGrid

LEAST_TOLERANCE_HU = 7.0
"""A soft rim takes what differs from the core by no more: a third of blood's contrast to brain."""
SPREADS = 2.0
"""Where the core itself varies more, the rim may differ by this many of its standard deviations."""


@dataclass(frozen=True)
class Sample:
    """Where the tip is.

    Attributes:
        index: slice.
        row, column: in pixels; the centre of the first pixel is (0, 0).
        pressure: of a pen, 0 to 1; scales the radius.
    """

    index: int
    row: float
    column: float
    pressure: float = 1.0


@dataclass(frozen=True)
class Brush:
    """Size, shape and hardness.

    A label is there or not, so softness is no transparency: the core, of radius times hardness, is painted
    surely; in the rim around it a pixel is painted where its HU are like the core's. A soft brush therefore
    follows the picture at its edge.

    Attributes:
        radius: in mm, or in pixels where the series states no spacing. Less than half a pixel counts as half
            a pixel, and the pixel under the tip is always covered.
        hardness: 0 to 1, the share of the radius that is painted surely.
        ball: covers neighbouring slices, too, round in mm.

    Raises:
        InputError: if the radius is not positive or the hardness lies outside 0 to 1.
    """

    radius: float
    hardness: float = 1.0
    ball: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.radius < np.inf:
            raise InputError(f"The brush has a radius of {self.radius}; give one above 0.")
        if not 0 <= self.hardness <= 1:
            raise InputError(f"The brush has a hardness of {self.hardness}; give one from 0 to 1.")

    def covered(
        self, grid: VoxelGrid, start: Sample, end: Sample, hu: NDArray[np.number] | None = None
    ) -> Region:
        """What the tip covers on its straight way from one sample to the next, without holes.

        Args:
            grid: of the series.
            start: where it was; the same as ``end`` for a dot. On another slice it counts as a dot.
            end: where it is.
            hu: ``(slices, rows, columns)`` of the series; needed by a soft brush.

        Raises:
            InputError: if the brush is soft and there are no HU.
        """
        if start.index != end.index:
            start = end
        radii = tuple(self._radius(grid, one) for one in (start, end))
        box = self._box(grid, start, end, max(radii))
        if any(span.start >= span.stop for span in box):
            return Region.nothing()
        corner = (box[0].start, box[1].start, box[2].start)
        away, along, height = _distances(grid, box, start, end)
        reach = np.float32(radii[0]) + along * np.float32(radii[1] - radii[0])
        inside = away <= reach**2 - height
        _touch(inside, box, start, end)
        if self.hardness == 1.0:
            return Region(corner, inside)
        if hu is None:
            raise InputError("A soft brush follows the picture; give it the HU of the series.")
        core = away <= (reach * np.float32(self.hardness)) ** 2 - height
        _touch(core, box, start, end)
        return Region(corner, core | (inside & _alike(mean_of_nine(hu, box), core)))

    def _radius(self, grid: VoxelGrid, sample: Sample) -> float:
        return max(self.radius * sample.pressure, 0.5 * max(grid.pixel))

    def _box(self, grid: VoxelGrid, start: Sample, end: Sample, radius: float) -> Box:
        """The voxels that can be reached, inside the series."""
        index = end.index
        slices = grid.near(index, radius) if self.ball else range(index, index + 1)
        moved = grid.shifts[index] - grid.shifts[slices.start : slices.stop]
        spans = []
        for axis, ends in enumerate(((start.row, end.row), (start.column, end.column))):
            margin = radius / grid.pixel[axis]
            low = int(np.floor(min(ends) + moved[:, axis].min() - margin))
            high = int(np.ceil(max(ends) + moved[:, axis].max() + margin)) + 1
            size = grid.shape[axis + 1]
            spans.append(slice(min(max(low, 0), size), max(min(high, size), 0)))
        return (slice(slices.start, slices.stop), spans[0], spans[1])


def _distances(
    grid: VoxelGrid, box: Box, start: Sample, end: Sample
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Of the box's voxels: squared distance in the plane from the way, how far along it, squared height.

    Arrays are as small as they may be to broadcast against each other: without shear a plane serves all
    slices.
    """
    index = end.index
    moved = (grid.shifts[index] - grid.shifts[box[0]]).astype(np.float32)
    if np.ptp(moved, axis=0).max(initial=0) < 1e-3:
        moved = moved[:1]
    rows = (np.arange(box[1].start, box[1].stop, dtype=np.float32) - np.float32(start.row))[None, :, None]
    columns = (np.arange(box[2].start, box[2].stop, dtype=np.float32) - np.float32(start.column))[None, None]
    down = (rows - moved[:, 0, None, None]) * np.float32(grid.pixel[0])
    across = (columns - moved[:, 1, None, None]) * np.float32(grid.pixel[1])
    way = np.array(
        [(end.row - start.row) * grid.pixel[0], (end.column - start.column) * grid.pixel[1]], np.float32
    )
    length = float(way @ way)
    if length > 0:
        along = np.clip((down * way[0] + across * way[1]) / np.float32(length), 0, 1)
        away = (down - along * way[0]) ** 2 + (across - along * way[1]) ** 2
    else:
        along = np.zeros((1, 1, 1), np.float32)
        away = down**2 + across**2
    height = ((grid.positions[box[0]] - grid.positions[index]) ** 2).astype(np.float32)
    return away, along, height[:, None, None]


def _touch(inside: NDArray[np.bool_], box: Box, start: Sample, end: Sample) -> None:
    """Cover the pixels under the tip, however small it is."""
    for sample in (start, end):
        at = (sample.index, round(sample.row), round(sample.column))
        if all(span.start <= place < span.stop for place, span in zip(at, box, strict=True)):
            inside[tuple(place - span.start for place, span in zip(at, box, strict=True))] = True


def _alike(hu: NDArray[np.float32], core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where HU are those of the core."""
    of_core = hu[core]
    if not of_core.size:  # the tip is outside the picture
        return np.zeros(hu.shape, bool)
    middle = np.median(of_core)
    spread = 1.4826 * np.median(np.abs(of_core - middle))
    alike: NDArray[np.bool_] = np.abs(hu - middle) <= max(LEAST_TOLERANCE_HU, SPREADS * float(spread))
    return alike
