"""In which slices of a case a blend sign is seen: those that show both of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed_intraparenchymal import Intraparenchymal
from ichcore.subtypes import hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.phantom.bleed import Bleed
    from ichcore.phantom.scan import Scan

LEAST_PART_MM2 = 20.0
"""Of each part; a smaller one is not told from the clot's uneven border [ours]."""
UNSURE_PART_MM2 = (8.0, 45.0)
"""Where the smaller part lies between, one reader sees it and another does not [ours]."""
_REACH = 1.8


def blend_sign_slices(
    scan: Scan, bleeds: Sequence[Bleed], truth: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether a slice shows both parts of a hematoma with a blend sign, and whether all would say so.

    Args:
        scan: where the slices lie.
        bleeds: of the case.
        truth: its label map, uint8 ``(slice, row, column)``.

    Returns:
        bool ``(slices,)`` twice: a blend sign; sure, be it one or none.
    """
    smaller = np.zeros(len(truth))
    blends = [b for b in bleeds if isinstance(b, Intraparenchymal) and b.blend_sign]
    label = hemorrhage_class(Intraparenchymal.subtype).label
    geometry = scan.geometry
    pixel = (geometry.pixel_spacing_mm or (1.0, 1.0))[0]
    for index in np.flatnonzero((truth == label).any(axis=(1, 2))) if blends else ():
        rows, columns = np.nonzero(truth[index] == label)
        at = geometry.origins_mm[index] + pixel * (
            rows[:, None] * geometry.row_axis + columns[:, None] * geometry.column_axis
        )
        x, y, z = ((at - scan.head_origin_mm) @ scan.head_from_lps.T).T.astype(np.float32)
        for bleed in blends:
            cx, cy, cz = bleed.centre
            near = (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 < (_REACH * bleed.radius_mm) ** 2
            dark = bleed.darker(x, y, z)[near] > 0
            least = min(int(dark.sum()), int((~dark).sum()))
            smaller[index] = max(smaller[index], least * pixel**2)
    low, high = UNSURE_PART_MM2
    return smaller >= LEAST_PART_MM2, (smaller < low) | (smaller >= high)


__all__ = ["LEAST_PART_MM2", "UNSURE_PART_MM2", "blend_sign_slices"]
