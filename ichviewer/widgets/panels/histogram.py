"""What HU a slice holds, for the picture behind the transfer curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.window import Window

BINS = 160
_BELL = np.exp(-0.5 * (np.arange(-6, 7) / 1.5) ** 2)
SMOOTHING = _BELL / _BELL.sum()
"""Gaussian of 1.5 bins; importing scipy.ndimage for it would cost a quarter of a second before the window."""
AIR_BELOW_HU = -300
"""Air and padding lie below this and would dwarf the tissue of a head."""
NARROWEST = (-80.0, 160.0)
"""HU axis for windows that fit into it, so that the axis rests while windows of the brain are tried."""


def axis_range(window: Window, *, is_hu: bool = True) -> tuple[float, float]:
    """Lowest and highest HU of the axis: the tissue of the head, widened where the window reaches beyond."""
    low, high = NARROWEST if is_hu else (0.0, 255.0)
    margin = 0.15 * window.width
    return min(low, window.low - margin), max(high, window.high + margin)


def histogram(
    plane: NDArray[np.int16], low: float, high: float, *, is_hu: bool = True
) -> NDArray[np.float64]:
    """Smoothed heights in [0, 1] of :data:`BINS` bins between ``low`` and ``high``; all 0 for an empty slice.

    Args:
        plane: int16 ``(rows, columns)`` of one slice, HU or grey values.
        low: left end of the axis.
        high: right end of the axis.
        is_hu: whether values are HU, so that air and padding can be told and left out.

    Every second pixel of every second row is counted: a picture of this size shows no difference, and the
    cost of a slice step is a quarter. Heights are square roots, so that blood shows beside brain.
    """
    sample = plane[::2, ::2]
    floor = max(low, AIR_BELOW_HU) if is_hu else max(low, 1.0)
    values = sample[(sample >= floor) & (sample <= high)]
    first = math.ceil(floor)
    # whole numbers are counted one by one, which is quicker than finding the bin of every pixel
    pixels = np.bincount(values.astype(np.intp) - first) if values.size else np.zeros(1, np.intp)
    counts, _ = np.histogram(np.arange(first, first + pixels.size), BINS, (low, high), weights=pixels)
    heights = np.sqrt(np.convolve(np.pad(counts, 6, mode="edge"), SMOOTHING, mode="valid"))
    top = float(heights.max(initial=0.0))
    return np.asarray(heights / top if top > 0 else heights, np.float64)
