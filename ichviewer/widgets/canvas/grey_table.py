"""Every int16 HU value mapped to a screen colour once, so that a slice is one table look-up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.volume.window import Window

OPAQUE = np.uint32(0xFF000000)


def _all_hu() -> NDArray[np.float32]:
    """Every int16 value in the order of its uint16 bit pattern: 0 … 32767, −32768 … −1."""
    return np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.float32)


_HU = _all_hu()


@lru_cache(maxsize=16)
def grey_table(window: Window, inverted: bool = False) -> NDArray[np.uint32]:
    """``(65536,)`` 0xffRRGGBB for the bit pattern of each int16 HU, through a linear or sigmoid window."""
    level = _level(window, inverted)
    return (level * np.uint32(0x010101)) | OPAQUE


@lru_cache(maxsize=8)
def composite_table(windows: tuple[Window | None, ...], inverted: bool = False) -> NDArray[np.uint32]:
    """``(65536,)`` colours with the first three windows as red, green and blue; a missing one stays dark.

    All three channels are functions of the same HU, so that the colour composite is one table as well.
    """
    table = np.full(65536, OPAQUE, np.uint32)
    for window, shift in zip(windows, (16, 8, 0), strict=False):
        if window is not None:
            table |= _level(window, inverted) << np.uint32(shift)
    return table


def _level(window: Window, inverted: bool) -> NDArray[np.uint32]:
    """Grey 0–255 of every bit pattern."""
    grey = window.apply(_HU)
    if inverted:
        grey = np.float32(1.0) - grey
    return (grey * np.float32(255.0) + np.float32(0.5)).astype(np.uint32)


def composite_key(windows: Sequence[Window | None]) -> tuple[Window | None, ...]:
    """The three windows of a composite as a hashable key."""
    return tuple(windows[:3])
