"""Gaussian sums over slice, row, column and HU through a coarse grid: the dense CRF's appearance kernel.

A sum over all pairs of pixels is a blur in the space of place and HU, and a blur may be computed on a coarse
grid of that space (Paris & Durand 2009; Adams 2010 names the steps splat, blur and slice). CT has one
channel, so the grid is small: four dimensions at most, of which the slices are kept as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from ichcore.errors import InputError
from ichcore.masks.gaussian_axis import gaussian_matrix

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CELL = 0.6
"""Step of the grid's rows and columns, in standard deviations of the kernel, but no less than a pixel."""
HU_CELL = 1 / 4
"""Step of its levels of HU, the same way; finer, since HU are rounded to a level and not interpolated."""
COMMON = 0.25
"""Share of a slice's pixels from which its commonest level is summed apart, as a plane; mostly it is air."""
LARGEST = 2**27
"""Cells that a grid may have: half a gigabyte."""


class BilateralGrid:
    """The kernel ``exp(−Σ d²/2σ²)`` over the pixels of a stack, symmetrically normalised.

    With K its matrix over all pairs of pixels (a pixel and itself included) and ``n = 1/√(K 1)``, it gives
    ``weight · n · K (n · values)``, as Krähenbühl & Koltun's own program normalises.

    Rows and columns are interpolated linearly between cells, HU are rounded to levels, slices are exact.
    Spreading a pixel over cells widens the kernel, so the blur on the grid is narrower by that much.

    Args:
        hu: float32 ``(slices, rows, columns)``, finite.
        inside: bool of the same shape: pixels that take part; others have no part and get 0.
        sigma_px: ``(rows, columns)``, in pixels.
        sigma_hu: in HU.
        places: ``(slices,)`` of the slices, in standard deviations of the kernel.
        weight: of the kernel.

    Raises:
        InputError: if the kernel is so narrow that its grid would be larger than memory should be.
    """

    def __init__(
        self,
        hu: NDArray[np.float32],
        inside: NDArray[np.bool_],
        sigma_px: tuple[float, float],
        sigma_hu: float,
        places: ArrayLike,
        weight: float = 1.0,
    ) -> None:
        rows = _LinearAxis(hu.shape[1], sigma_px[0])
        columns = _LinearAxis(hu.shape[2], sigma_px[1])
        level, level_hu, level_sigma = _levels(hu, inside, sigma_hu)
        self.shape = (len(hu), rows.nodes, columns.nodes, len(level_hu))
        if np.prod(self.shape, dtype=float) > LARGEST:
            raise InputError(
                f"The dense CRF's appearance kernel of {sigma_px[0]:.1f} × {sigma_px[1]:.1f} pixels and "
                f"{sigma_hu:g} HU is too narrow for {len(hu)} slices of {hu.shape[1]} × {hu.shape[2]}; "
                "give it a greater width, a region of interest or fewer slices."
            )
        self._blur_slices = gaussian_matrix(places, 1.0)
        self._blur_rows = rows.blur
        self._blur_columns = columns.blur
        self._blur_levels = gaussian_matrix(level_hu, level_sigma)
        self._planes = [
            _Plane(rows, columns, *one, levels=len(level_hu)) for one in zip(level, inside, strict=True)
        ]
        # room to work in, since fresh memory costs as much as computing
        self._cells, self._blurred = np.empty(self.shape, np.float32), np.empty(self.shape, np.float32)
        self._room = np.empty(hu.shape[1:], np.float32)
        taking_part = inside.astype(np.float32)
        sums = np.zeros_like(taking_part)
        self.add_to(sums, taking_part)
        # pixels that are inside see at least themselves, so only those outside divide by nothing
        with np.errstate(divide="ignore"):
            norm = np.sqrt(np.float32(weight)) / np.sqrt(sums)
        for plane, one in zip(self._planes, norm, strict=True):
            plane.scale(one)

    def add_to(self, total: NDArray[np.float32], values: NDArray[np.float32]) -> None:
        """Add the normalised sums of ``(slices, rows, columns)`` values to a total of the same shape."""
        # slice by slice, so that a slice's steps find it in the cache
        for plane, one, cells in zip(self._planes, values, self._cells, strict=True):
            plane.splat(one, cells, self._room)
        for plane, one, cells in zip(self._planes, total, self._blur(), strict=True):
            plane.slice_onto(one, cells, self._room)

    def _blur(self) -> NDArray[np.float32]:
        """The cells, blurred along every axis."""
        slices, rows, columns, levels = self.shape
        here, there = self._cells, self._blurred
        if slices > 1:
            np.matmul(self._blur_slices, here.reshape(slices, -1), out=there.reshape(slices, -1))
            here, there = there, here
        flat = (slices, rows, columns * levels)
        np.matmul(self._blur_rows, here.reshape(flat), out=there.reshape(flat))
        np.matmul(self._blur_columns, there, out=here)
        np.matmul(here.reshape(-1, levels), self._blur_levels, out=there.reshape(-1, levels))
        return there


class _LinearAxis:
    """Nodes along rows or columns, and which two a pixel lies between.

    The first and the last node lie on the first and the last pixel, so that a mirrored picture has a mirrored
    grid. Of each pixel ``lower`` is the lower node and ``upper`` the weight of the next one; ``matrix``
    (nodes, pixels) says the same for a whole plane.
    """

    def __init__(self, count: int, sigma_px: float) -> None:
        step = max(1.0, CELL * sigma_px)
        self.nodes = 1 + int(np.ceil((count - 1) / step))
        step = (count - 1) / max(self.nodes - 1, 1)
        at = np.arange(count) * ((self.nodes - 1) / max(count - 1, 1))
        self.lower = np.minimum(at.astype(np.int32), np.int32(max(self.nodes - 2, 0)))
        self.upper = (at - self.lower).astype(np.float32)
        self.matrix = np.zeros((self.nodes, count), np.float32)
        pixels = np.arange(count)
        self.matrix[self.lower, pixels] = 1 - self.upper
        self.matrix[np.minimum(self.lower + 1, self.nodes - 1), pixels] += self.upper
        # a pixel between two nodes is spread over them, once when it is written and once when it is read
        spread = float(np.mean(self.upper * (1 - self.upper))) * step**2
        self.blur = gaussian_matrix(np.arange(self.nodes) * step, np.sqrt(sigma_px**2 - 2 * spread))


def _levels(
    hu: NDArray[np.float32], inside: NDArray[np.bool_], sigma_hu: float
) -> tuple[NDArray[np.int32], NDArray[np.floating], float]:
    """The level of each pixel, the HU of each level that occurs, and the blur between levels.

    Steps are whole HU, or whole parts of one, since HU mostly are whole: so all levels are equally wide.
    """
    step = HU_CELL * sigma_hu
    step = float(round(step)) if step >= 1 else 1 / float(np.ceil(1 / step))
    within = hu if inside.all() else hu[inside]
    lowest, highest = float(within.min()), float(within.max())
    count = int((highest - lowest) / step) + 1
    level = np.empty(hu.shape, np.int32)
    counts = np.zeros(count, np.intp)
    for one, seen, taking_part in zip(level, hu, inside, strict=True):
        above = seen - np.float32(lowest)
        above *= np.float32(1 / step)
        one[:] = np.clip(above, 0, count - 1, out=above)
        counts += np.bincount(one[taking_part], minlength=count)
    occurs = counts > 0
    if not occurs.all():
        rank = np.maximum(np.cumsum(occurs, dtype=np.int32) - np.int32(1), 0)
        for one in level:
            one[:] = rank[one]
    return level, np.flatnonzero(occurs) * step, float(np.sqrt(sigma_hu**2 - step**2 / 6))


class _Plane:
    """One slice of the stack and its part of the grid, ``(rows, columns, levels)`` cells.

    The way between them is a sparse matrix of four cells a pixel. Where one level is common it has a plane of
    its own, which two small dense matrices bring to the grid and back: faster than one pixel after another.
    """

    def __init__(
        self,
        rows: _LinearAxis,
        columns: _LinearAxis,
        level: NDArray[np.int32],
        inside: NDArray[np.bool_],
        levels: int,
    ) -> None:
        self._to_rows, self._to_columns = rows.matrix, columns.matrix
        self._common, self._share = -1, None
        counts = np.bincount(level[inside], minlength=levels)
        if counts.max() > COMMON * level.size:
            self._common = int(counts.argmax())
            mask = inside & (level == self._common)
            self._share = mask.astype(np.float32)
            inside = inside & ~mask
        self._inside = inside
        # a pixel's four cells differ from its lowest one by the same steps everywhere
        down, right = min(1, rows.nodes - 1) * columns.nodes * levels, min(1, columns.nodes - 1) * levels
        lowest = rows.lower[:, None] * np.int32(columns.nodes * levels) + columns.lower * np.int32(levels)
        lowest = (lowest + level)[inside]
        cells = np.empty((lowest.size, 4), np.int32)
        for corner, step in enumerate((0, right, down, down + right)):
            np.add(lowest, np.int32(step), out=cells[:, corner])
        lower, upper = np.broadcast_arrays(rows.upper[:, None], columns.upper)
        lower, upper = lower[inside], upper[inside]
        weights = np.empty((lowest.size, 4), np.float32)
        both = np.multiply(lower, upper, out=weights[:, 3])
        np.subtract(lower, both, out=weights[:, 2])
        np.subtract(upper, both, out=weights[:, 1])
        np.subtract(1 - lower, weights[:, 1], out=weights[:, 0])
        pointers = np.zeros(level.size + 1, np.int32)
        np.cumsum(inside.ravel() * np.int32(4), out=pointers[1:])
        size = (level.size, rows.nodes * columns.nodes * levels)
        self._reading = csr_array((weights.ravel(), cells.ravel(), pointers), size)
        self._writing = self._reading.T

    def scale(self, norm: NDArray[np.float32]) -> None:
        """Multiply values by ``(rows, columns)`` from now on, when they are spread and when they are read."""
        if self._share is not None:
            self._share = np.where(self._share > 0, norm, np.float32(0))
        self._reading.data *= np.repeat(norm[self._inside], 4)
        self._writing = self._reading.T

    def splat(
        self, values: NDArray[np.float32], cells: NDArray[np.float32], room: NDArray[np.float32]
    ) -> None:
        """Spread ``(rows, columns)`` of values over the cells; ``room`` of the same shape is used up."""
        cells[:] = np.asarray(self._writing @ values.ravel()).reshape(cells.shape)
        if self._share is not None:
            # rows first: then the second product is small
            apart = self._to_rows @ np.multiply(values, self._share, out=room)
            cells[..., self._common] += apart @ self._to_columns.T

    def slice_onto(
        self, total: NDArray[np.float32], cells: NDArray[np.float32], room: NDArray[np.float32]
    ) -> None:
        """Add to ``(rows, columns)`` what the cells are where the pixels are; ``room`` is used up."""
        total += np.asarray(self._reading @ cells.ravel()).reshape(total.shape)
        if self._share is not None:
            common = np.ascontiguousarray(cells[..., self._common])
            np.matmul(self._to_rows.T @ common, self._to_columns, out=room)
            room *= self._share
            total += room
