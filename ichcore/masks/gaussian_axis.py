"""Gaussian sums along one axis of an array, by small matrix products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

REACH = 4.0
"""Standard deviations after which a banded kernel ends; the next pixel would weigh 3e-4 of the centre."""
BLOCK = 32
"""Outputs of one matrix product: of 24 to 128 the fastest at usual widths."""


def gaussian_matrix(places: ArrayLike, sigma: float) -> NDArray[np.float32]:
    """``exp(−d² / 2σ²)`` of all pairs of ``(n,)`` places, ``(n, n)``; 1 on the diagonal."""
    at = np.asarray(places, np.float64)
    return _gaussian((at[:, None] - at[None, :]) / sigma)


def _gaussian(distance: NDArray[np.float64]) -> NDArray[np.float32]:
    """``exp(−d² / 2)``, 0 beyond 5, where it is 4e-6.

    Four such factors would reach the smallest of float32's numbers, which make a product ten times slower.
    """
    return np.where(np.abs(distance) < 5, np.exp(-0.5 * distance**2), 0).astype(np.float32)


class PlaneBlur:
    """Gaussian sums over the rows and columns of a plane, nothing beyond its edges; not normalised.

    The kernel's matrix is banded and the same everywhere. Planes are cut into blocks of :data:`BLOCK` rows
    (or columns) with their surroundings, and each is one product with one small matrix: on a processor this
    is several times faster than a filter that goes pixel by pixel.

    Args:
        shape: ``(rows, columns)``.
        sigma: ``(rows, columns)`` in pixels.
    """

    def __init__(self, shape: tuple[int, int], sigma: tuple[float, float]) -> None:
        self._rows = _Band(shape[0], sigma[0])
        self._columns = _Band(shape[1], sigma[1])
        width = shape[1]
        # what stands around the plane stays zero; only the plane itself is written
        self._tall = np.zeros((self._rows.padded, width), np.float32)
        self._wide = np.zeros((self._rows.blocks * self._rows.block, self._columns.padded), np.float32)
        self._out = np.empty((self._wide.shape[0], self._columns.blocks * self._columns.block), np.float32)
        self._shape = shape
        rows, columns = self._rows, self._columns
        tall, wide, out = self._tall, self._wide, self._out
        strided = np.lib.stride_tricks.as_strided
        self._tall_blocks = strided(
            tall,
            (rows.blocks, rows.window, width),
            (rows.block * tall.strides[0], *tall.strides),
            writeable=False,
        )
        inner = wide[:, columns.before : columns.before + width]
        self._between = strided(
            inner, (rows.blocks, rows.block, width), (rows.block * inner.strides[0], *inner.strides)
        )
        self._wide_blocks = strided(
            wide,
            (columns.blocks, wide.shape[0], columns.window),
            (columns.block * wide.strides[1], *wide.strides),
            writeable=False,
        )
        self._out_blocks = strided(
            out, (columns.blocks, out.shape[0], columns.block), (columns.block * out.strides[1], *out.strides)
        )

    def __call__(self, plane: NDArray[np.float32], norm: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sums of ``plane · norm``, all ``(rows, columns)``; a view that the next call overwrites."""
        height, width = self._shape
        before = self._rows.before
        np.multiply(plane, norm, out=self._tall[before : before + height])
        np.matmul(self._rows.matrix, self._tall_blocks, out=self._between)
        np.matmul(self._wide_blocks, self._columns.matrix.T, out=self._out_blocks)
        return self._out[:height, :width]


class _Band:
    """One axis cut into blocks: ``matrix`` (block, window) takes a window of inputs to a block of outputs."""

    def __init__(self, count: int, sigma: float) -> None:
        reach = int(np.ceil(REACH * sigma))
        if 2 * reach + BLOCK >= count:  # then the whole axis is one block
            self.before, self.block, self.blocks, self.window = 0, count, 1, count
        else:
            self.before, self.block, self.blocks = reach, BLOCK, -(-count // BLOCK)
            self.window = BLOCK + 2 * reach
        self.padded = self.blocks * self.block + self.window - self.block
        distance = np.arange(self.window)[None, :] - np.arange(self.block)[:, None] - self.before
        self.matrix = np.where(np.abs(distance) <= reach, _gaussian(distance / sigma), np.float32(0))
