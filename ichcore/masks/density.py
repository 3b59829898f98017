"""What of a mask can be blood by its density, size and border [ours]: the weak chain's last step.

A map of cells reaches beyond the bleed, into fluid, air and bone, which are no blood. The picture is
smoothed before it is asked, else its noise would break the mask into crumbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.piece_border import drawn_to_border
from ichcore.masks.smoothed_tissue import smoothed_tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.chain import WeakChain

SMOOTHED_MM = 1.3
"""Standard deviation of the kernel."""
BONE_HU = 105.0
"""Where the smoothed picture is denser than this, it is bone or metal."""
_TOUCHING = np.ones((3, 3), bool)


def dense_pieces(
    mask: NDArray[np.bool_], hu: NDArray[np.number], pixel_mm: float | tuple[float, float], chain: WeakChain
) -> NDArray[np.bool_]:
    """A slice's mask ``(rows, columns)`` without what is too light, bone, too small, or beyond a border.

    Args:
        mask: of the slice.
        hu: the slice, of the same shape.
        pixel_mm: size of its pixels, or (between rows, between columns).
        chain: whose ``least_hu``, ``least_mm2`` and ``border_share`` count here.
    """
    down, across = pixel_mm if isinstance(pixel_mm, tuple) else (pixel_mm, pixel_mm)
    kept = mask.copy()
    if not kept.any():
        return kept
    if chain.least_hu > 0.0:
        smooth = smoothed_tissue(hu, (down, across), SMOOTHED_MM)
        kept &= (smooth > chain.least_hu) & (smooth < BONE_HU)
    if chain.least_mm2 > 0.0:
        pieces, _ = ndimage.label(kept, _TOUCHING)
        large = np.bincount(pieces.ravel()) * down * across >= chain.least_mm2
        large[0] = False
        kept = large[pieces]
    if chain.border_share > 0.0:
        kept = drawn_to_border(kept, hu, (down, across), chain.border_share)
    return kept
