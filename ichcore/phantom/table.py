"""Table and head rest in the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.shapes import Field


def table_picture(
    rng: np.random.Generator, size: int, pixel_mm: float, rest_row_mm: float
) -> NDArray[np.float32]:
    """HU of the head rest (a U-shaped shell with foam) over air, ``(size, size)``.

    Args:
        rng: its randomness.
        size: pixels a side.
        pixel_mm: pixel.
        rest_row_mm: where the inner bottom of the rest lies, mm from the picture's middle.
    """
    row, column = (np.mgrid[:size, :size] - (size - 1) / 2.0) * pixel_mm
    half = float(rng.uniform(94, 106))
    depth = float(rng.uniform(95, 135))
    bottom = rest_row_mm + 2.0
    shape = np.sqrt((column / half) ** 2 + (np.maximum(row - (bottom - depth), 0) / depth) ** 2)
    wall = np.abs(shape - 1.0) * (half * 0.75)
    picture = np.full((size, size), -1000.0, np.float32)
    below = row > bottom - depth * float(rng.uniform(0.55, 0.9))
    shell = np.clip(1.6 - wall, 0, 1) * below
    foam = np.clip(np.minimum(wall - 1.5, 8.0 - wall), 0, 1) * (shape < 1.0) * below
    picture += (foam * 70.0).astype(np.float32)
    return np.asarray(
        picture + (float(rng.uniform(-200, 350)) + 1000.0) * shell.astype(np.float32), np.float32
    )


def over_air(picture: Field, table: Field) -> None:
    """Lay the table where the picture holds air outside the head, in place."""
    np.maximum(picture, table, out=picture, where=picture < -950.0)
