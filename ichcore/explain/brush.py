"""Brush strokes as masks on a slice's grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def brushed(
    points: Sequence[tuple[float, float]],
    radius_mm: float,
    pixel_mm: tuple[float, float],
    shape: tuple[int, int],
) -> NDArray[np.bool_]:
    """The pixels whose centre a round brush went over.

    Args:
        points: (row, column) of the brush's middle, joined by straight lines; one point is a dab.
        radius_mm: of the brush.
        pixel_mm: size of a pixel, (rows, columns).
        shape: (rows, columns) of the slice.

    Returns:
        bool of ``shape``.
    """
    mask = np.zeros(shape, bool)
    size = np.asarray(pixel_mm, np.float64)
    path = np.asarray(points, np.float64).reshape(-1, 2) * size
    for start, end in zip(path[: max(1, len(path) - 1)], path[1:] if len(path) > 1 else path, strict=True):
        first = np.maximum(np.floor((np.minimum(start, end) - radius_mm) / size), 0).astype(int)
        last = np.ceil((np.maximum(start, end) + radius_mm) / size).astype(int) + 1
        box = np.s_[first[0] : max(0, last[0]), first[1] : max(0, last[1])]
        rows, columns = np.mgrid[box].astype(np.float64)[:, : shape[0] - first[0], : shape[1] - first[1]]
        along = end - start
        length = float(along @ along)
        down, across = rows * size[0] - start[0], columns * size[1] - start[1]
        part = np.clip((down * along[0] + across * along[1]) / length, 0.0, 1.0) if length else 0.0
        mask[box] |= np.hypot(down - part * along[0], across - part * along[1]) <= radius_mm
    return mask
