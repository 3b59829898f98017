"""Thin slices averaged to about 5 mm for models that learned from thick ones, and mapped back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.volume.window import HU_RANGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.geometry import Geometry

THIN_BELOW_MM = 3.0
"""A series thinner than this is averaged."""
SLAB_MM = 5.0
"""What it is averaged to, about."""


@dataclass(frozen=True, eq=False)
class Slabs:
    """A partition of the slices into runs, each looked at as one picture: the mean of its slices.

    Attributes:
        starts: int ``(slabs + 1,)``; slab ``i`` is the slices ``starts[i]`` to ``starts[i + 1] − 1``.
        of_slice: int ``(slices,)``; the slab of every slice.
        thickness_mm: about what a full slab spans; ``None`` where nothing is averaged.
    """

    starts: NDArray[np.intp]
    of_slice: NDArray[np.intp]
    thickness_mm: float | None

    @classmethod
    def for_geometry(cls, geometry: Geometry) -> Slabs:
        """Runs of about 5 mm where slices are thin and close, runs of one slice elsewhere.

        A slice counts as thin by its stated thickness or, where none is stated, by the step. A run never
        bridges a gap, and a rest shorter than half a run joins the run before it.
        """
        slices = geometry.shape[0]
        step = geometry.spacing_between_slices_mm
        thickness = geometry.slice_thickness_mm or step
        if step is None or thickness is None or thickness >= THIN_BELOW_MM or not 0 < step < THIN_BELOW_MM:
            return cls._from_starts(np.arange(slices + 1), None)
        count = max(1, round(SLAB_MM / step))
        if count == 1:
            return cls._from_starts(np.arange(slices + 1), None)
        positions = geometry.positions_mm
        gaps = np.flatnonzero(np.diff(positions) > max(THIN_BELOW_MM, 2 * step)) + 1
        edges = [0, *gaps.tolist(), slices]
        starts: list[int] = []
        for first, end in itertools.pairwise(edges):
            starts += _cut(positions[first:end], count * step, first)
        return cls._from_starts(np.array([*starts, slices]), count * step)

    @classmethod
    def _from_starts(cls, starts: NDArray[np.intp], thickness_mm: float | None) -> Slabs:
        return cls(starts, np.repeat(np.arange(len(starts) - 1), np.diff(starts)), thickness_mm)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def averaged(self) -> bool:
        """Whether any picture is the mean of several slices."""
        return self.thickness_mm is not None

    def positions_mm(self, geometry: Geometry) -> NDArray[np.float64]:
        """``(slabs,)`` mean position of each slab's slices."""
        total = np.add.reduceat(geometry.positions_mm, self.starts[:-1])
        return np.asarray(total / np.diff(self.starts), np.float64)

    def slices(self, slab: int) -> slice:
        """The slices of a slab."""
        return slice(int(self.starts[slab]), int(self.starts[slab + 1]))


def mean_hu(stack: NDArray[np.number]) -> NDArray[np.float32]:
    """``(rows, columns)`` mean of ``(N, rows, columns)``, clipped first so that metal does not spread."""
    if stack.shape[0] == 1:
        single: NDArray[np.float32] = np.clip(stack[0], *HU_RANGE).astype(np.float32)
        return single
    total = np.zeros(stack.shape[1:], np.float32)
    for one in stack:
        total += np.clip(one, *HU_RANGE)
    return total / np.float32(stack.shape[0])


def _cut(positions: NDArray[np.float64], span_mm: float, offset: int) -> list[int]:
    """Starts (plus ``offset``) of runs of ``span_mm`` in ascending positions without gaps."""
    bins = np.floor((positions - positions[0]) / span_mm + 1e-6).astype(int)
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    rest = len(positions) - starts[-1]
    if len(starts) > 1 and rest < 0.5 * (starts[-1] - starts[-2]):
        starts = starts[:-1]
    return [int(start) + offset for start in starts]
