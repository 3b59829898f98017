"""The blend sign by rule: two parts of one clot, at least 18 HU apart, with a sharp border between them.

Source: Li 2015: a darker part beside a brighter one inside a hematoma, a margin that an eye sees at once, at
least 18 HU between the two, and the darker part not encapsulated by the brighter. [ours] The numbers that
turn "sharp", "beside" and "encapsulated" into something measured are the constants below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ichcore.phantom.bleed_intraparenchymal import BLEND_SIGN_HU

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLOT_HU = (39.0, 95.0)
"""After smoothing, blood lies between; below is brain, above calcium or bone."""
SMOOTH_MM = 1.2
RIM_MM = 1.5
"""Taken off the clot's outline, where blood and brain mix in one voxel."""
NEAR_MM = (1.0, 3.5)
"""How far from the border both sides of it are measured."""
SHARP = 0.7
"""Least share of the whole difference that lies within :data:`NEAR_MM` of the border."""
ENCAPSULATED = 0.85
"""The darker part is encapsulated where this share of what surrounds it is the brighter part."""
LEAST_PART_MM2 = 15.0


@dataclass(frozen=True)
class TwoParts:
    """The brighter and the darker part of a clot in one picture.

    Attributes:
        brighter_hu: median of the brighter part.
        darker_hu: median of the darker part.
        sharpness: share of their difference that is found close to their border; about 1 at an edge, 0.3 on
            a slope.
        surrounded: share of what surrounds the darker part that is the brighter one.
    """

    brighter_hu: float
    darker_hu: float
    sharpness: float
    surrounded: float

    @property
    def difference_hu(self) -> float:
        """Brighter less darker."""
        return self.brighter_hu - self.darker_hu

    @property
    def blend_sign(self) -> bool:
        """Whether all of the rule holds."""
        apart = self.difference_hu >= BLEND_SIGN_HU
        return apart and self.sharpness >= SHARP and self.surrounded < ENCAPSULATED

    def as_json(self) -> dict[str, Any]:
        """Its entry in ``extra``."""
        return {
            "blend_sign": self.blend_sign,
            "brighter_hu": round(self.brighter_hu, 1),
            "darker_hu": round(self.darker_hu, 1),
            "difference_hu": round(self.difference_hu, 1),
            "sharpness": round(self.sharpness, 3),
            "surrounded": round(self.surrounded, 3),
        }


def two_parts(
    hu: NDArray[np.number], pixel_spacing_mm: tuple[float, float], box: tuple[int, int, int, int]
) -> TwoParts | None:
    """The two parts of the largest clot in a box.

    Args:
        hu: ``(rows, columns)`` of one slice, or the mean of several thin ones.
        pixel_spacing_mm: between rows, between columns.
        box: row0, column0, row1, column1, half-open.

    Returns:
        ``None`` where there is no clot in the box, or none of two parts of :data:`LEAST_PART_MM2` each that
        touch.
    """
    inside = np.asarray(hu[box[0] : box[2], box[1] : box[3]], np.float32)
    pixel_mm2 = pixel_spacing_mm[0] * pixel_spacing_mm[1]
    smooth = ndimage.gaussian_filter(inside, [SMOOTH_MM / mm for mm in pixel_spacing_mm], mode="nearest")
    clot = _eroded(_largest((smooth > CLOT_HU[0]) & (smooth < CLOT_HU[1])), RIM_MM, pixel_spacing_mm)
    if clot.sum() * pixel_mm2 < 2 * LEAST_PART_MM2:
        return None
    cut = _otsu(smooth[clot])
    brighter, darker = _largest(clot & (smooth > cut)), _largest(clot & (smooth <= cut))
    if min(brighter.sum(), darker.sum()) * pixel_mm2 < LEAST_PART_MM2:
        return None
    to_brighter, to_darker = (
        ndimage.distance_transform_edt(~part, sampling=pixel_spacing_mm) for part in (brighter, darker)
    )
    bright_side = brighter & (to_darker >= NEAR_MM[0]) & (to_darker <= NEAR_MM[1])
    dark_side = darker & (to_brighter >= NEAR_MM[0]) & (to_brighter <= NEAR_MM[1])
    if not bright_side.any() or not dark_side.any():
        return None
    high, low = float(np.median(inside[brighter])), float(np.median(inside[darker]))
    step = float(np.median(inside[bright_side]) - np.median(inside[dark_side]))
    around = (to_darker > 0) & (to_darker <= NEAR_MM[1])
    return TwoParts(high, low, step / max(high - low, 1e-3), float(brighter[around].mean()))


def _otsu(values: NDArray[np.floating]) -> float:
    """The cut that leaves least variance within the two sides (Otsu 1979)."""
    ordered = np.sort(values).astype(np.float64)
    below = np.arange(1, ordered.size)
    total = ordered.cumsum()
    means = total[:-1] / below, (total[-1] - total[:-1]) / (ordered.size - below)
    between = below * (ordered.size - below) * (means[1] - means[0]) ** 2
    at = int(np.argmax(between))
    return float((ordered[at] + ordered[at + 1]) / 2)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected component."""
    labels, count = ndimage.label(mask)
    if not count:
        return mask
    largest: NDArray[np.bool_] = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    return largest


def _eroded(mask: NDArray[np.bool_], by_mm: float, spacing: tuple[float, float]) -> NDArray[np.bool_]:
    """What lies at least so far inside; what the crop cuts off does not count as outside."""
    if mask.all():
        return mask
    inner: NDArray[np.bool_] = ndimage.distance_transform_edt(mask, sampling=spacing) > by_mm
    return inner
