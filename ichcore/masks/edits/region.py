"""Some voxels of a series, kept as the box that they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

Voxel = tuple[int, int, int]
"""``(slice, row, column)``."""
Box = tuple[slice, slice, slice]
"""Of slices, rows and columns; with starts and stops, inside the series."""


@dataclass(frozen=True, eq=False)
class Region:
    """What a tool points at; the box lies wholly in the series.

    Attributes:
        corner: first voxel of the box.
        inside: bool ``(slices, rows, columns)`` of the box.
    """

    corner: Voxel
    inside: NDArray[np.bool_]

    @classmethod
    def nothing(cls) -> Region:
        """No voxel."""
        return cls((0, 0, 0), np.zeros((0, 0, 0), bool))

    @classmethod
    def of_slices(cls, masks: Mapping[int, NDArray[np.bool_]]) -> Region:
        """Masks ``(rows, columns)`` of whole slices, by their index; cut to what they hold."""
        held = {index: mask for index, mask in masks.items() if mask.any()}
        if not held:
            return cls.nothing()
        union = np.logical_or.reduce(list(held.values()))
        rows, columns = np.flatnonzero(union.any(1)), np.flatnonzero(union.any(0))
        plane = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
        first, last = min(held), max(held)
        inside = np.zeros((last - first + 1, *union[plane].shape), bool)
        for index, mask in held.items():
            inside[index - first] = mask[plane]
        return cls((first, plane[0].start, plane[1].start), inside)

    @property
    def box(self) -> Box:
        """As an index into an array of the series."""
        spans = tuple(slice(at, at + size) for at, size in zip(self.corner, self.inside.shape, strict=True))
        return (spans[0], spans[1], spans[2])

    @property
    def empty(self) -> bool:
        """Whether no voxel is in it."""
        return not self.inside.any()

    def where(self, shape: tuple[int, int, int]) -> NDArray[np.uint32]:
        """``(n,)`` ascending flat indices into a series of this shape."""
        return flat_indices(self.box, shape)[self.inside]


def flat_indices(box: Box, shape: tuple[int, int, int]) -> NDArray[np.uint32]:
    """Flat indices of all voxels of a box in a series of this shape, as an array of the box's shape."""
    slices, rows, columns = (np.arange(span.start, span.stop, dtype=np.uint32) for span in box)
    size, width = np.uint32(shape[1] * shape[2]), np.uint32(shape[2])
    flat: NDArray[np.uint32] = (slices * size)[:, None, None] + (rows * width)[:, None] + columns
    return flat


def joined(regions: Iterable[Region]) -> Region:
    """All voxels of several regions, such as those that the samples of a scribble cover."""
    held = [region for region in regions if region.inside.size]
    if not held:
        return Region.nothing()
    corner = [min(region.corner[axis] for region in held) for axis in range(3)]
    end = [max(region.box[axis].stop for region in held) for axis in range(3)]
    inside = np.zeros([last - first for first, last in zip(corner, end, strict=True)], bool)
    for region in held:
        at = tuple(
            slice(span.start - first, span.stop - first)
            for span, first in zip(region.box, corner, strict=True)
        )
        inside[at] |= region.inside
    return Region((corner[0], corner[1], corner[2]), inside)
