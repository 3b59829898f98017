"""What the dense CRF is told: two Gaussian pair kernels in mm and HU. No numpy, so that recipes need none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ichcore.errors import InputError


@dataclass(frozen=True)
class CrfParameters:
    """Widths and weights of the two kernels; widths are standard deviations.

    The appearance kernel joins pixels that are near and of like HU, the smoothness kernel pixels that are
    very near. A weight is what a label's log-probability gains where the whole neighbourhood has that label.

    Attributes:
        appearance_mm: within the slice.
        appearance_slice_mm: across slices; used in 3-D only.
        appearance_hu: in HU; a little above the noise, well below the contrast of blood and brain.
        appearance_weight: weight, 0 for none.
        smoothness_mm: within the slice.
        smoothness_slice_mm: across slices; used in 3-D only.
        smoothness_weight: weight, 0 for none.
        iterations: of the mean field.
        hu_range: HU beyond are taken as its ends [ours: bone is bone and air is air]; ``None`` leaves them.
        least_probability: lower ones count as this, so that no label is ruled out by one pixel alone.

    Raises:
        InputError: if a width is not positive, a weight or the iterations are negative, the range is empty,
            or the least probability lies outside 0 to 0.5.
    """

    appearance_mm: float = 8.0
    appearance_slice_mm: float = 5.0
    appearance_hu: float = 6.0
    appearance_weight: float = 4.0
    smoothness_mm: float = 1.5
    smoothness_slice_mm: float = 1.5
    smoothness_weight: float = 1.0
    iterations: int = 10
    hu_range: tuple[float, float] | None = (-20.0, 140.0)
    least_probability: float = 1e-5

    def __post_init__(self) -> None:
        for name in (
            "appearance_mm",
            "appearance_slice_mm",
            "appearance_hu",
            "smoothness_mm",
            "smoothness_slice_mm",
        ):
            width = getattr(self, name)
            if not (math.isfinite(width) and width > 0):
                raise InputError(f"The dense CRF's {name} is {width}; give a width above 0.")
        for name in ("appearance_weight", "smoothness_weight", "iterations"):
            amount = getattr(self, name)
            if not (math.isfinite(amount) and amount >= 0):
                raise InputError(f"The dense CRF's {name} is {amount}; give 0 or more.")
        if self.hu_range is not None and not self.hu_range[0] < self.hu_range[1]:
            raise InputError(
                f"The dense CRF's hu_range is {self.hu_range}; give (low, high), low below high."
            )
        if not 0.0 < self.least_probability < 0.5:
            raise InputError(
                f"The dense CRF's least_probability is {self.least_probability}; give one between 0 and 0.5."
            )
