"""Gaussian sums over slice, row and column: the dense CRF's smoothness kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.gaussian_axis import PlaneBlur, gaussian_matrix

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

AT_ONCE = 4096
"""Pixels of every slice that are summed across slices together; they stay in the cache."""


class SmoothnessKernel:
    """The kernel ``exp(−Σ d²/2σ²)`` over places alone, normalised as the appearance kernel is.

    Args:
        inside: bool ``(slices, rows, columns)``: pixels that take part.
        sigma_px: ``(rows, columns)``, in pixels.
        places: ``(slices,)`` of the slices, in standard deviations of the kernel.
        weight: of the kernel.
    """

    def __init__(
        self,
        inside: NDArray[np.bool_],
        sigma_px: tuple[float, float],
        places: ArrayLike,
        weight: float = 1.0,
    ) -> None:
        self._blur = PlaneBlur(inside.shape[1:], sigma_px)
        self._slices = gaussian_matrix(places, 1.0)
        self._room = np.empty(inside.shape, np.float32)
        self._norm = inside.astype(np.float32)
        sums = np.zeros_like(self._norm)
        self.add_to(sums, self._norm)
        with np.errstate(divide="ignore"):
            norm = np.sqrt(np.float32(weight)) / np.sqrt(sums)
        self._norm = np.where(inside, norm, np.float32(0))

    def add_to(self, total: NDArray[np.float32], values: NDArray[np.float32]) -> None:
        """Add the normalised sums of ``(slices, rows, columns)`` values to a total of the same shape."""
        if len(values) == 1:
            total += np.multiply(self._blur(values[0], self._norm[0]), self._norm, out=self._room)
            return
        for one, norm, room in zip(values, self._norm, self._room, strict=True):
            room[:] = self._blur(one, norm)
        sums, norms, totals = (a.reshape(len(values), -1) for a in (self._room, self._norm, total))
        for start in range(0, sums.shape[1], AT_ONCE):
            some = slice(start, start + AT_ONCE)
            across = self._slices @ sums[:, some]
            across *= norms[:, some]
            totals[:, some] += across
