"""What a patch of a slice is painted away with: a blur of the soft tissue around it.

A hole of one value would be a finding of its own in a CT. The patch itself lends nothing to its filling, so
that blood which fills it does not come through again; bone, calcification and air stay where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.explain.deletion import BLUR_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_WEIGHT = 1e-4
"""Of the blur's kernel on soft tissue; where less of it is near, the slice's mean is taken."""


class Surroundings:
    """The soft tissue of one slice, ready to fill patches of it.

    Args:
        picture: float ``(H, W)``, HU or the grey values of a picture.
        soft: bool ``(H, W)``, see :func:`~ichcore.explain.deletion.soft_tissue`.
        pixel_mm: size of a pixel, (rows, columns).
    """

    def __init__(
        self, picture: NDArray[np.float32], soft: NDArray[np.bool_], pixel_mm: tuple[float, float]
    ) -> None:
        self._picture, self._soft = picture, soft
        self._sigma = (BLUR_MM / pixel_mm[0], BLUR_MM / pixel_mm[1])
        self._total = self._blurred(np.where(soft, picture, 0.0))
        self._weight = self._blurred(soft)
        self._mean = float(picture[soft].mean()) if soft.any() else 0.0

    def without(self, patch: NDArray[np.bool_]) -> NDArray[np.float32]:
        """``(H, W)`` the slice with the soft tissue of a patch ``(H, W)`` painted away."""
        filled = self._picture.copy()
        hidden = patch & self._soft
        if not hidden.any():
            return filled
        # the filling is asked for inside the patch only, so what the patch lends is blurred in its box alone
        box = ndimage.find_objects(hidden.astype(np.uint8))[0]
        inside = hidden[box]
        total = self._total[box] - self._blurred(np.where(inside, self._picture[box], 0.0))
        weight = self._weight[box] - self._blurred(inside)
        enough = weight > _LEAST_WEIGHT
        around = np.divide(total, weight, out=np.full_like(total, self._mean), where=enough)
        filled[box][inside] = around[inside]
        return filled

    def _blurred(self, values: NDArray[np.number] | NDArray[np.bool_]) -> NDArray[np.float32]:
        smooth: NDArray[np.float32] = ndimage.gaussian_filter(
            values.astype(np.float32), self._sigma, mode="constant"
        )
        return smooth
