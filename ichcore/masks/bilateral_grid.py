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
        # pixels that are inside see at least themselves, so only those outside divide by nothing
        with np.errstate(divide="ignore"):
            norm = np.sqrt(np.float32(weight)) / np.sqrt(self._summed(inside.astype(np.float32)))
        self._norm = np.where(inside, norm, np.float32(0))

    def add_to(self, total: NDArray[np.float32], values: NDArray[np.float32]) -> None:
        """Add the normalised sums of ``(slices, rows, columns)`` values to a total of the same shape."""
        sums = self._summed(values * self._norm)
        sums *= self._norm
        total += sums

    def _summed(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """K of all pairs, applied: splat, blur, slice."""
        slices, rows, columns, levels = self.shape
        grid = np.empty(self.shape, np.float32)
        for plane, one, cells in zip(self._planes, values, grid, strict=True):
            plane.splat(one, cells)
        if slices > 1:
            grid = self._blur_slices @ grid.reshape(slices, -1)
        grid = self._blur_rows @ grid.reshape(slices, rows, columns * levels)
        grid = self._blur_columns @ grid.reshape(slices, rows, columns, levels)
        grid = (grid.reshape(-1, levels) @ self._blur_levels).reshape(self.shape)
        return np.stack([plane.slice(cells) for plane, cells in zip(self._planes, grid, strict=True)])


class _LinearAxis:
    """Nodes along rows or columns, and which two a pixel lies between.

    The first and the last node lie on the first and the last pixel, so that a mirrored picture has a mirrored
    grid. ``matrix`` (nodes, pixels) says the same as ``lower``, ``upper`` and ``weights``, for a whole plane.
    """

    def __init__(self, count: int, sigma_px: float) -> None:
        step = max(1.0, CELL * sigma_px)
        self.nodes = 1 + int(np.ceil((count - 1) / step))
        step = (count - 1) / max(self.nodes - 1, 1)
        at = np.arange(count) * ((self.nodes - 1) / max(count - 1, 1))
        self.lower = np.minimum(at.astype(np.int32), max(self.nodes - 2, 0)).astype(np.int32)
        upper = at - self.lower
        self.upper = np.minimum(self.lower + 1, self.nodes - 1).astype(np.int32)
        self.weights = np.stack([1 - upper, upper]).astype(np.float32)
        self.matrix = np.zeros((self.nodes, count), np.float32)
        np.add.at(self.matrix, (self.lower, np.arange(count)), self.weights[0])
        np.add.at(self.matrix, (self.upper, np.arange(count)), self.weights[1])
        # a pixel between two nodes is spread over them, once when it is written and once when it is read
        spread = float(np.mean(upper * (1 - upper))) * step**2
        self.blur = gaussian_matrix(np.arange(self.nodes) * step, np.sqrt(sigma_px**2 - 2 * spread))


def _levels(
    hu: NDArray[np.float32], inside: NDArray[np.bool_], sigma_hu: float
) -> tuple[NDArray[np.int32], NDArray[np.floating], float]:
    """The level of each pixel, the HU of each level that occurs, and the blur between levels.

    Steps are whole HU, or whole parts of one, since HU mostly are whole: so all levels are equally wide.
    """
    step = HU_CELL * sigma_hu
    step = float(round(step)) if step >= 1 else 1 / float(np.ceil(1 / step))
    lowest = float(hu.min(where=inside, initial=np.inf))
    highest = float(hu.max(where=inside, initial=-np.inf))
    count = int((highest - lowest) / step) + 1
    level = np.clip((hu - np.float32(lowest)) * np.float32(1 / step), 0, count - 1).astype(np.int32)
    occurs = np.bincount(level[inside], minlength=count) > 0
    rank = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    if not occurs.all():
        level = np.maximum(rank, 0)[level]
    return (
        np.asarray(level, np.int32),
        np.flatnonzero(occurs) * step,
        float(np.sqrt(sigma_hu**2 - step**2 / 6)),
    )


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
        self._common, self._mask = -1, None
        counts = np.bincount(level[inside], minlength=levels)
        if counts.max() > COMMON * level.size:
            self._common = int(counts.argmax())
            mask = inside & (level == self._common)
            self._mask = mask.astype(np.float32)
            inside = inside & ~mask
        takes_part = np.flatnonzero(inside)
        row, column = np.divmod(takes_part.astype(np.int32), np.int32(level.shape[1]))
        at_rows = np.stack([rows.lower, rows.upper]) * np.int32(columns.nodes * levels)
        at_columns = np.stack([columns.lower, columns.upper]) * np.int32(levels)
        own = level.ravel()[takes_part]
        cells = np.empty((takes_part.size, 4), np.int32)
        weights = np.empty((takes_part.size, 4), np.float32)
        for corner, (r, c) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            cells[:, corner] = at_rows[r][row] + at_columns[c][column] + own
            weights[:, corner] = rows.weights[r][row] * columns.weights[c][column]
        pointers = np.zeros(level.size + 1, np.int32)
        np.cumsum(inside.ravel() * np.int32(4), out=pointers[1:])
        size = (level.size, rows.nodes * columns.nodes * levels)
        self._reading = csr_array((weights.ravel(), cells.ravel(), pointers), size)
        self._writing = self._reading.T

    def splat(self, values: NDArray[np.float32], cells: NDArray[np.float32]) -> None:
        """Spread ``(rows, columns)`` of values over the cells."""
        cells[:] = np.asarray(self._writing @ values.ravel()).reshape(cells.shape)
        if self._mask is not None:
            cells[..., self._common] += self._to_rows @ (values * self._mask) @ self._to_columns.T

    def slice(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cells' values where the pixels are."""
        values = np.asarray(self._reading @ cells.ravel(), np.float32)
        values = values.reshape(self._to_rows.shape[1], self._to_columns.shape[1])
        if self._mask is not None:
            apart = self._to_rows.T @ cells[..., self._common] @ self._to_columns
            apart *= self._mask
            values += apart
        return values
