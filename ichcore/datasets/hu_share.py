"""How much of the skull's inside lies between 50 and 90 HU: the baseline that a set must not fall to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOOD_HU = (50, 90)
BONE_HU = 250
_INSET_MM = 3.0


def inside_skull(hu: NDArray[np.number], pixel_mm: float) -> NDArray[np.bool_]:
    """``(H, W)`` mask of what the bone encloses, 3 mm inside it so that bone's partial volume is left out."""
    bone = ndimage.binary_closing(
        hu > BONE_HU, np.ones((3, 3), bool), iterations=max(1, round(2.0 / pixel_mm))
    )
    enclosed = ndimage.binary_fill_holes(bone) & ~bone
    inner = ndimage.distance_transform_edt(enclosed) * pixel_mm > _INSET_MM
    return np.asarray(inner, dtype=bool)


def hu_share(hu: NDArray[np.number], pixel_mm: float) -> float:
    """Share of the pixels inside the skull of ``(H, W)`` that lie between 50 and 90 HU; 0 without a skull."""
    inside = inside_skull(hu, pixel_mm)
    area = int(inside.sum())
    if not area:
        return 0.0
    blood = (hu >= BLOOD_HU[0]) & (hu <= BLOOD_HU[1]) & inside
    return float(blood.sum()) / area
