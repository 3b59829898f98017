"""A picture blurred with the voxels of a region alone, so that bone and air do not reach into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_WEIGHT = 1e-3
_TRUNCATE = 3.0


def blurred_within(
    image: NDArray[np.floating], inside: NDArray[np.bool_], sigma: float | tuple[float, float]
) -> NDArray[np.float32]:
    """Mean of what is inside, weighed by a Gaussian (normalised convolution).

    Args:
        image: ``(rows, columns)``.
        inside: bool of its shape.
        sigma: standard deviation, pixels; or one for rows and one for columns.

    Returns:
        float32 ``(rows, columns)``; 0 far from the region.

    Source: Knutsson & Westin, Normalized and differential convolution, CVPR 1993.
    """
    weight = ndimage.gaussian_filter(inside.astype(np.float32), sigma, truncate=_TRUNCATE)
    total = ndimage.gaussian_filter(np.where(inside, image, 0).astype(np.float32), sigma, truncate=_TRUNCATE)
    blurred: NDArray[np.float32] = np.divide(total, np.maximum(weight, _LEAST_WEIGHT), dtype=np.float32)
    return blurred
