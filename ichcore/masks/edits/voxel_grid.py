"""Where voxels lie for a tool that measures: in mm along the slices' own axes, or in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.geometry import Geometry


@dataclass(frozen=True, eq=False)
class VoxelGrid:
    """Pixel size, and the place of every slice: uneven steps and shear are exact, so a ball is round.

    A voxel (slice, row, column) lies at ``positions[slice]`` along the normal, and in the plane at
    ``(row + shifts[slice, 0]) · pixel[0]`` and ``(column + shifts[slice, 1]) · pixel[1]``.

    Attributes:
        shape: ``(slices, rows, columns)``.
        pixel: distance ``(between rows, between columns)``.
        positions: float64 ``(slices,)``, not descending.
        shifts: float64 ``(slices, 2)`` rows and columns by which a slice lies beside the first one.
        unit: ``mm``, or ``px`` where the source states no pixel spacing; of all lengths that a tool is given.
    """

    shape: tuple[int, int, int]
    pixel: tuple[float, float]
    positions: NDArray[np.float64]
    shifts: NDArray[np.float64]
    unit: str

    @classmethod
    def of(cls, geometry: Geometry) -> VoxelGrid:
        """The grid of a series.

        Without a pixel spacing pixels count, and a slice is as far from the next as a pixel. With one, but
        without known positions, slices are as far apart as they are thick, or as a pixel where that is
        unknown.
        """
        count = geometry.shape[0]
        counted = np.arange(count, dtype=np.float64)
        level = np.zeros((count, 2))
        if geometry.pixel_spacing_mm is None:
            return cls(geometry.shape, (1.0, 1.0), counted, level, "px")
        pixel = geometry.pixel_spacing_mm
        if not geometry.positions_known:
            step = geometry.slice_thickness_mm or float(np.mean(pixel))
            return cls(geometry.shape, pixel, counted * step, level, "mm")
        run = geometry.origins_mm - geometry.origins_mm[0]
        shifts = np.stack([run @ geometry.row_axis / pixel[0], run @ geometry.column_axis / pixel[1]], axis=1)
        positions = geometry.positions_mm
        return cls(geometry.shape, pixel, positions - positions[0], shifts, "mm")

    def near(self, index: int, reach: float) -> range:
        """Slices within ``reach`` of one, along the normal."""
        low = int(np.searchsorted(self.positions, self.positions[index] - reach, "left"))
        high = int(np.searchsorted(self.positions, self.positions[index] + reach, "right"))
        return range(min(low, index), max(high, index + 1))

    def shift(self, source: int, target: int) -> tuple[float, float]:
        """Rows and columns to add to a place in ``source`` to be at the same place of the patient there."""
        rows, columns = self.shifts[source] - self.shifts[target]
        return float(rows), float(columns)

    def whole_shift(self, source: int, target: int) -> tuple[int, int]:
        """:meth:`shift` in whole pixels."""
        rows, columns = self.shift(source, target)
        return round(rows), round(columns)

    @property
    def depths(self) -> NDArray[np.float64]:
        """``(slices,)`` what each slice stands for along the normal: half of the way to each neighbour.

        The first and the last slice reach as far outwards as inwards; a single slice is as deep as a pixel.
        """
        if self.shape[0] < 2:
            return np.full(self.shape[0], float(np.mean(self.pixel)))
        steps = np.diff(self.positions)
        padded = np.concatenate([steps[:1], steps, steps[-1:]])
        depths: NDArray[np.float64] = 0.5 * (padded[:-1] + padded[1:])
        return depths

    @property
    def pixel_area(self) -> float:
        """Of one pixel, in the unit squared."""
        return self.pixel[0] * self.pixel[1]
