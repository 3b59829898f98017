"""How a slice is laid on a model's grid, and how a map comes back to the slice; numpy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from ichcore.models.head import HeadExtent, find_head
from ichcore.volume.volume import AIR_HU
from ichcore.volume.window import HU_RANGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEAD_LENGTH_MM = 195.0
"""Front to back, a head is about this long with its scalp; scales pictures that state no pixel spacing."""


@dataclass(frozen=True)
class Placement:
    """An upright, scaled and shifted grid over the slices of one series.

    Model pixel ``m`` lies at slice pixel ``scale · (m − (size − 1)/2) + center``, for rows and columns.
    One placement serves all slices of a series, so that scale and centre never jump.

    Attributes:
        size: rows and columns of the model's grid.
        center: (row, column) of the slice, in pixels, at the middle of the grid.
        scale: slice pixels a model pixel, (rows, columns).
    """

    size: int
    center: tuple[float, float]
    scale: tuple[float, float]

    @classmethod
    def for_volume(
        cls,
        hu: NDArray[np.number],
        pixel_spacing_mm: tuple[float, float] | None,
        size: int,
        pixel_mm: float,
    ) -> Placement:
        """Centre the head of a series; fixed millimetres a pixel.

        Args:
            hu: ``(N, H, W)`` HU (or grey values, whose head is then what is not background).
            pixel_spacing_mm: (between rows, between columns); where ``None`` the head's length gives the
                scale, and without a head the whole slice is shown.
            size: rows and columns of the model's grid.
            pixel_mm: millimetres a model pixel.
        """
        rows, columns = hu.shape[-2:]
        head = find_head(hu)
        center = ((rows - 1) / 2.0, (columns - 1) / 2.0) if head is None else head.center
        if pixel_spacing_mm is not None:
            scale = (pixel_mm / pixel_spacing_mm[0], pixel_mm / pixel_spacing_mm[1])
        else:
            one = _scale_without_spacing(head, rows, columns, size, pixel_mm)
            scale = (one, one)
        return cls(size, center, scale)

    @classmethod
    def for_slice(
        cls,
        hu: NDArray[np.number],
        pixel_spacing_mm: tuple[float, float] | None,
        size: int,
        pixel_mm: float,
    ) -> Placement:
        """:meth:`for_volume` of a single slice ``(H, W)``."""
        return cls.for_volume(hu[None], pixel_spacing_mm, size, pixel_mm)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """``(2, 3)`` affine from the model grid's (row, column) index to the slice's."""
        return self.grid_to_slice((self.size, self.size))

    def grid_to_slice(self, shape: tuple[int, int]) -> NDArray[np.float64]:
        """``(2, 3)`` affine from (row, column) cell index of a map of ``shape`` to slice pixel index.

        A map of any resolution covers the whole model grid with equal cells.
        """
        matrix = np.zeros((2, 3))
        for axis in (0, 1):
            cell = self.size / shape[axis]
            matrix[axis, axis] = self.scale[axis] * cell
            matrix[axis, 2] = self.center[axis] + self.scale[axis] * (
                (cell - 1.0) / 2.0 - (self.size - 1) / 2.0
            )
        return matrix

    def place(self, hu: NDArray[np.number]) -> NDArray[np.float32]:
        """Resample HU onto the model's grid, averaging over the pixels that each model pixel covers.

        Args:
            hu: ``(H, W)`` or ``(N, H, W)``.

        Returns:
            float32 ``(size, size)`` or ``(N, size, size)``, clipped to [−1024, 3071]; air beyond the slice.
        """
        stack = hu[None] if hu.ndim == 2 else hu
        down = _sampling(self.size, stack.shape[1], self.scale[0], self.center[0])
        across = _sampling(self.size, stack.shape[2], self.scale[1], self.center[1])
        placed = np.empty((stack.shape[0], self.size, self.size), np.float32)
        for index, one in enumerate(stack):
            # relative to air, so that what lies beyond the slice weighs nothing and comes out as air
            above_air = np.clip(one, *HU_RANGE).astype(np.float32) - np.float32(AIR_HU)
            placed[index] = (across @ (down @ above_air).T).T
        placed += np.float32(AIR_HU)
        return placed[0] if hu.ndim == 2 else placed

    def to_slice(self, activation: NDArray[np.floating], shape: tuple[int, int]) -> NDArray[np.float32]:
        """Bring a map of any resolution back to the slice, bilinearly between its cell centres.

        Args:
            activation: ``(h, w)`` map that covers the model grid.
            shape: (rows, columns) of the slice.

        Returns:
            float32 of ``shape``; zero beyond the model grid.
        """
        matrix = self.grid_to_slice((activation.shape[0], activation.shape[1]))
        down = _interpolation(shape[0], activation.shape[0], matrix[0, 0], matrix[0, 2])
        across = _interpolation(shape[1], activation.shape[1], matrix[1, 1], matrix[1, 2])
        back: NDArray[np.float32] = (across @ (down @ activation.astype(np.float32)).T).T
        return np.ascontiguousarray(back)


def _scale_without_spacing(
    head: HeadExtent | None, rows: int, columns: int, size: int, pixel_mm: float
) -> float:
    """Slice pixels a model pixel, from the head's length or, without a head, the whole slice."""
    if head is None:
        return max(rows, columns) / size
    return head.length / HEAD_LENGTH_MM * pixel_mm


def _sampling(size: int, length: int, scale: float, center: float) -> sparse.csr_array:
    """``(size, length)`` tent weights over ``scale`` pixels; beyond the slice they sum below 1."""
    reach = max(scale, 1.0)
    at = scale * (np.arange(size) - (size - 1) / 2.0) + center
    taps = int(np.ceil(2 * reach)) + 1
    column = np.floor(at - reach)[:, None] + np.arange(taps + 1)[None]
    weight = np.clip(1.0 - np.abs(column - at[:, None]) / reach, 0.0, None)
    weight /= weight.sum(axis=1, keepdims=True)
    return _banded(column, weight, length)


def _interpolation(length: int, cells: int, step: float, offset: float) -> sparse.csr_array:
    """``(length, cells)`` bilinear weights, cell centres to pixels; edge cells are flat to their border."""
    at = (np.arange(length) - offset) / step
    inside = (at > -0.5) & (at < cells - 0.5)
    at = np.clip(at, 0.0, cells - 1.0)
    low = np.minimum(np.floor(at), max(cells - 2, 0))
    part = (at - low)[:, None]
    weight = np.concatenate([1.0 - part, part], axis=1) * inside[:, None]
    return _banded(low[:, None] + np.array([[0, 1]]), weight, cells)


def _banded(column: NDArray[np.float64], weight: NDArray[np.float64], length: int) -> sparse.csr_array:
    """A sparse matrix from each row's columns and weights; those outside ``[0, length)`` are left out."""
    row = np.broadcast_to(np.arange(column.shape[0])[:, None], column.shape)
    keep = (column >= 0) & (column < length) & (weight > 0)
    entries = (weight[keep].astype(np.float32), (row[keep], column[keep].astype(np.int64)))
    return sparse.csr_array(entries, shape=(column.shape[0], length))
