"""The line that a head in a slice is symmetric about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Picture = NDArray[np.float32]

Point = tuple[float, float]
"""(row, column), pixels; whole numbers are pixel centres."""
Ends = tuple[Point, Point]
"""Both ends of a line, the upper one first."""

HEAD_ABOVE_HU = -200.0
_BONE_ABOVE_HU = 110.0
_MOST_TILT, _TILT_STEP = np.deg2rad(24.0), np.deg2rad(1.5)
_MIDLINE_GRID = 96


@dataclass(frozen=True)
class Midline:
    """The line that a head is symmetric about.

    Attributes:
        point: a (row, column) on it, pixels.
        angle: radians that it is turned against the columns of the picture.
    """

    point: tuple[float, float]
    angle: float

    def mirrored(self, shape: tuple[int, int]) -> NDArray[np.float64]:
        """``(2, H, W)`` row and column that each pixel has its counterpart at."""
        row, column = np.indices(shape, dtype=np.float64)
        across = (np.cos(self.angle), np.sin(self.angle))
        away = (column - self.point[1]) * across[0] - (row - self.point[0]) * across[1]
        return np.stack([row + 2 * away * across[1], column - 2 * away * across[0]])

    def ends(self, shape: tuple[int, int]) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where the line crosses the first and the last row of a slice; (row, column) of both."""
        slope = np.tan(self.angle)
        row, column = self.point
        last = shape[0] - 1
        return (0.0, float(column - row * slope)), (float(last), float(column + (last - row) * slope))


def find_midline(hu: NDArray[np.number], pixel_mm: float) -> Midline:
    """The line about which a head's outline and skull are most like their mirror image.

    Args:
        hu: ``(H, W)``.
        pixel_mm: size of a pixel.
    """
    head = ndimage.binary_fill_holes(np.asarray(hu) > HEAD_ABOVE_HU)
    if not head.any():
        return Midline(((hu.shape[0] - 1) / 2, (hu.shape[1] - 1) / 2), 0.0)
    shape = head + 2.0 * bone_of(np.asarray(hu, np.float32), pixel_mm)
    rows, columns = np.nonzero(head)
    middle = (float(rows.mean()), float(columns.mean()))
    cell = max(hu.shape) / _MIDLINE_GRID
    shape = ndimage.gaussian_filter(shape.astype(np.float32), 0.5 * cell)
    turns = np.arange(-_MOST_TILT, _MOST_TILT + 1e-6, _TILT_STEP)
    best = max((_symmetry(shape, middle, cell, turn) for turn in turns), key=lambda one: one[0])
    finer = best[1] + _TILT_STEP * np.linspace(-0.75, 0.75, 7)
    _, angle, shift = max((_symmetry(shape, middle, cell, turn) for turn in finer), key=lambda one: one[0])
    return Midline((middle[0] - shift * np.sin(angle), middle[1] + shift * np.cos(angle)), float(angle))


def _symmetry(
    shape: _Picture, middle: tuple[float, float], cell: float, angle: float
) -> tuple[float, float, float]:
    """How symmetric a picture is about a line of this angle at its best: likeness, angle, shift in pixels."""
    step = (np.arange(_MIDLINE_GRID) - (_MIDLINE_GRID - 1) / 2) * cell
    along, across = step[:, None], step[None, :]
    rows = middle[0] + along * np.cos(angle) - across * np.sin(angle)
    columns = middle[1] + along * np.sin(angle) + across * np.cos(angle)
    turned = ndimage.map_coordinates(shape, np.stack([rows, columns]), order=1)
    # the product with the mirror image, for every place of the mirror at once
    spectrum = np.fft.rfft(turned, 2 * _MIDLINE_GRID, axis=1)
    likeness = np.fft.irfft(spectrum**2, axis=1).sum(axis=0)
    at = int(np.argmax(likeness[1:-1])) + 1
    before, peak, after = (float(v) for v in likeness[at - 1 : at + 2])
    bend = before - 2 * peak + after
    exact = at + (0.5 * (before - after) / bend if bend < 0 else 0.0)
    return peak, float(angle), (exact - (_MIDLINE_GRID - 1)) / 2 * cell


def bone_of(image: NDArray[np.floating], pixel_mm: float) -> NDArray[np.bool_]:
    """Bone, or what a picture's window shows as white."""
    above = min(_BONE_ABOVE_HU, 0.95 * float(image.max()))
    bone: NDArray[np.bool_] = ndimage.gaussian_filter(image, 0.4 / pixel_mm) > above
    return bone
