"""A slice smoothed for asking how dense tissue is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLIPPED_HU = (-50.0, 120.0)
"""Bone and air count as this, so that they do not reach far into the smoothed brain beside them."""


def smoothed_tissue(
    hu: NDArray[np.number], pixel_mm: tuple[float, float], width_mm: float
) -> NDArray[np.float32]:
    """float32 of the shape of ``hu``.

    Args:
        hu: ``(rows, columns)``.
        pixel_mm: between rows, between columns.
        width_mm: standard deviation of the kernel.
    """
    clipped = np.clip(np.asarray(hu, np.float32), *_CLIPPED_HU)
    smooth: NDArray[np.float32] = ndimage.gaussian_filter(
        clipped, tuple(width_mm / side for side in pixel_mm)
    )
    return smooth
