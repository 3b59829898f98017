"""A piece of a mask drawn to where the picture's density changes [ours].

A map of coarse cells says where blood is and reaches beyond it. Between how dense a piece is and how dense
that is which surrounds it lies its border: where the smoothed picture has gone some share of the way from the
one to the other. One half would be the border of a blurred edge between two even tissues; pieces are neither
even nor alone, so less is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.smoothed_tissue import smoothed_tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTHED_MM = 0.85
"""Standard deviation of the kernel."""
BESIDE_MM, NEAR_MM = 1.7, 5.1
"""What surrounds a piece lies this far from the mask, and no further than that from the piece."""
SOFT_HU = (5.0, 105.0)
"""Soft tissue in the smoothed picture; fluid, air and bone beside a piece do not say how dense brain is."""
OWN_PERCENTILE = 75.0
"""A piece is as dense as this percentile of it, since part of it is none of it."""
LEAST_MM2 = 20.0
"""Smaller parts that a piece falls into are left out, but for its largest."""
_TOUCHING = np.ones((3, 3), bool)


def drawn_to_border(
    mask: NDArray[np.bool_], hu: NDArray[np.number], pixel_mm: tuple[float, float], share: float
) -> NDArray[np.bool_]:
    """A slice's mask ``(rows, columns)``, every 8-connected piece of it no further than its border.

    Nothing is added, and no piece vanishes; one with no soft tissue around it stays as it is.

    Args:
        mask: of the slice.
        hu: the slice, of the same shape.
        pixel_mm: between rows, between columns.
        share: of the way from the surroundings' median density to the piece's own, in [0, 1).
    """
    if not mask.any():
        return mask.copy()
    smooth = smoothed_tissue(hu, pixel_mm, SMOOTHED_MM)
    pieces, _ = ndimage.label(mask, _TOUCHING)
    margin = [int(np.ceil(NEAR_MM / side)) + 1 for side in pixel_mm]
    drawn = np.zeros_like(mask)
    for number, place in enumerate(ndimage.find_objects(pieces), start=1):
        near = tuple(
            slice(max(0, one.start - by), one.stop + by) for one, by in zip(place, margin, strict=True)
        )
        piece = pieces[near] == number
        drawn[near] |= _within_border(piece, mask[near], smooth[near], pixel_mm, share)
    return drawn


def _within_border(
    piece: NDArray[np.bool_],
    mask: NDArray[np.bool_],
    smooth: NDArray[np.float32],
    pixel_mm: tuple[float, float],
    share: float,
) -> NDArray[np.bool_]:
    """What of one piece is denser than its border."""
    around = (smooth > SOFT_HU[0]) & (smooth < SOFT_HU[1])
    around &= ndimage.distance_transform_edt(~piece, pixel_mm) <= NEAR_MM
    around &= ndimage.distance_transform_edt(~mask, pixel_mm) > BESIDE_MM
    if not around.any():
        return piece
    low, own = np.median(smooth[around]), np.percentile(smooth[piece], OWN_PERCENTILE)
    parts, _ = ndimage.label(piece & (smooth > low + share * (own - low)), _TOUCHING)
    sizes = np.bincount(parts.ravel()) * pixel_mm[0] * pixel_mm[1]
    if len(sizes) == 1:
        return piece
    sizes[0] = 0.0
    kept = sizes >= LEAST_MM2
    kept[sizes.argmax()] = True
    return np.asarray(kept[parts])
