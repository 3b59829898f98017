"""A slice beside its mirror image, so that what one side alone has is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.midline import HEAD_ABOVE_HU, Midline, find_midline

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTH_MM = 2.0
"""Sides are compared after a blur of this standard deviation; finer, no two of them are alike."""
SOFT_HU = (-20.0, 110.0)
"""HU are cut to these before: a border of bone that is a pixel off says nothing."""


@dataclass(frozen=True, eq=False)
class MirrorView:
    """What is shown.

    Attributes:
        midline: that the slice is flipped about.
        hu: int16 ``(rows, columns)`` the slice flipped, on its own grid; air where its other side is not in
            the picture.
        difference_hu: float32 ``(rows, columns)`` HU of the slice less those of its mirror image, both
            blurred; 0 where either is outside the head. Blood is positive on its side, and negative on the
            other.
    """

    midline: Midline
    hu: NDArray[np.int16]
    difference_hu: NDArray[np.float32]


def mirror_view(hu: NDArray[np.number], pixel_mm: float, midline: Midline | None = None) -> MirrorView:
    """Flip a slice about its midline, and compare.

    Args:
        hu: ``(rows, columns)``.
        pixel_mm: size of a pixel.
        midline: ``None`` to find it.
    """
    image = np.asarray(hu, np.float32)
    midline = midline or find_midline(image, pixel_mm)
    at = midline.mirrored((image.shape[0], image.shape[1]))
    air = float(min(image.min(), -1000.0))
    flipped = ndimage.map_coordinates(image, at, order=1, cval=air)
    head = ndimage.binary_fill_holes(image > HEAD_ABOVE_HU)
    both = head & (ndimage.map_coordinates(head.astype(np.float32), at, order=1) > 0.5)
    smooth = ndimage.gaussian_filter(np.clip(image, *SOFT_HU), SMOOTH_MM / pixel_mm)
    other = ndimage.map_coordinates(smooth, at, order=1)
    difference = np.where(both, smooth - other, np.float32(0)).astype(np.float32)
    return MirrorView(midline, np.rint(flipped).astype(np.int16), difference)
