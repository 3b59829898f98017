"""Whether a reader would see a bleed in a slice: the Rose criterion, with the anatomy's clutter as noise.

Blood in sulci and cisterns must also be brighter than brain: where it fills them only in part it brings them
just to the brain's HU, and what a reader sees is a sulcus less, not a bleed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import SUBTYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.shapes import Field

LEAST_SNR = 3.0
"""Below a signal-to-noise ratio of 3 to 5 nothing is seen (Rose 1948); the lower end, for careful readers."""
SURE_SNR = 5.0
"""From the upper end on every reader sees it; between the two one could say either."""
CELL_MM2 = 9.0
"""Area over which grey and white matter, sulci and soft noise hang together [ours]."""
CLUTTER_HU = 5.0
"""How much brain varies from one such cell to the next, HU; half of it lies within 30 to 40 HU."""
_CELL_NOISE = 0.25
"""Share of a pixel's noise that is left in the mean of a cell, with kernel-shaped noise."""


def signal_to_noise(change_hu: Field, region: NDArray[np.bool_], pixel_mm: float, noise_hu: float) -> float:
    """How far a bleed stands out in one slice.

    ``SNR = ΔHU · sqrt(cells) / sqrt(clutter² + noise²)``, with the root mean square of the change that
    the blood made to the noise-free picture, and the number of cells that it covers (at least one).

    Args:
        change_hu: ``(H, W)`` picture with blood less the picture without, HU, before noise.
        region: ``(H, W)`` where the blood is.
        pixel_mm: pixel.
        noise_hu: SD of the noise of a pixel.
    """
    if not region.any():
        return 0.0
    change = float(np.sqrt(np.mean(np.square(change_hu[region], dtype=np.float64))))
    return change * _ratio_of_one_hu(region, pixel_mm, noise_hu)


def _ratio_of_one_hu(region: NDArray[np.bool_], pixel_mm: float, noise_hu: float) -> float:
    """Signal-to-noise ratio of a change by 1 HU in a region; it grows in proportion to the change."""
    cells = max(int(region.sum()) * pixel_mm**2 / CELL_MM2, 1.0)
    return float(np.sqrt(cells)) / float(np.hypot(CLUTTER_HU, _CELL_NOISE * noise_hu))


def forget_unseen(
    labels: NDArray[np.uint8],
    change_hu: Field,
    above_brain_hu: Field,
    pixel_mm: float,
    noise_hu: float,
) -> NDArray[np.float32]:
    """Take out of a label map, in place, the subtypes that no reader would see in this slice.

    Args:
        labels: uint8 ``(H, W)``, 0 or 1–5.
        change_hu: as of :func:`signal_to_noise`.
        above_brain_hu: ``(H, W)`` the picture less the mean HU of its brain.
        pixel_mm: pixel.
        noise_hu: SD of the noise of a pixel.

    Returns:
        ``(5,)`` signal-to-noise ratio of each subtype that stays, 0 of the others; of subarachnoid blood the
        lower one of its change and of its mean above brain, so that isodense blood stays, and is unsure.
    """
    seen = np.zeros(len(SUBTYPES), np.float32)
    for label in np.unique(labels[labels > 0]):
        region = labels == label
        ratio = signal_to_noise(change_hu, region, pixel_mm, noise_hu)
        if ratio < LEAST_SNR:
            labels[region] = 0
        else:
            seen[label - 1] = ratio
            if SUBTYPES[label - 1] == "subarachnoid":
                above = max(float(above_brain_hu[region].mean()), 0.0)
                seen[label - 1] = min(ratio, above * _ratio_of_one_hu(region, pixel_mm, noise_hu))
    return seen
