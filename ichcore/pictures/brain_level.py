"""Where a series in HU has its brain, beside where heads have it [ours] (decision 0048).

Scanners are calibrated differently: brain lies 10 HU higher in one hospital's series than in another's, as
much as a thin bleed stands out. Pictures without HU are read through a window that puts brain where heads
have it (:mod:`.display_window`); the same fit says by how much a series in HU must be moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.pictures.display_window import (
    ENOUGH_PIXELS,
    LEVELS,
    SURE_LEVEL_HU,
    USUAL_LEVEL,
    as_picture,
    fit_window,
    inside_histogram,
)
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOKED_AT = 24
"""Slices that the fit is made from, evenly over the series; more tell no more."""
FARTHEST_HU = 15.0
"""No calibration is further off; what is, is no brain."""
_THROUGH = Window(USUAL_LEVEL, 100.0, "brain wide")
_WIDTH = np.array([_THROUGH.width])


def offset_to_usual(hu: NDArray[np.number]) -> float:
    """What to add to a series so that its brain lies where heads have it, HU; 0 where it does not tell.

    Args:
        hu: ``(N, H, W)`` of one head, in order.
    """
    chosen = np.unique(np.linspace(0, len(hu) - 1, min(len(hu), LOOKED_AT)).astype(int))
    histogram = inside_histogram(as_picture(hu[chosen], _THROUGH))
    if histogram.sum() < ENOUGH_PIXELS:
        return 0.0
    rough = fit_window(histogram, _WIDTH, LEVELS)
    offset = fit_window(histogram, _WIDTH, rough.level + np.arange(-2.0, 2.1, 0.5)).level - USUAL_LEVEL
    return offset if rough.level_spread_hu <= SURE_LEVEL_HU and abs(offset) <= FARTHEST_HU else 0.0
