"""Colour maps that colour-blind readers can tell apart, as small tables of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import hemorrhage_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANCHORS = {
    "inferno": (
        "000004 040312 0b0724 150b37 210c4a 2f0a5b 3d0965 4a0c6b 56106e 63156e 70196e "
        "7d1e6d 89226a 962766 a32c61 af315b bb3654 c63d4d d14545 da4f3c e35932 eb6529 "
        "f1721e f67f14 f98c0a fb9b06 fcaa0f fbba1f f9c932 f5d949 f2e865 f3f586 fcffa4"
    ),
    "viridis": (
        "440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d "
        "2f6b8e 2c728e 297a8e 26828e 23898e 21908c 1f978b 1f9f88 21a685 27ad81 31b57b "
        "3ebc74 4dc26c 5cc863 6ece58 82d34d 95d840 aadc32 c0df25 d5e21a eae51a fde725"
    ),
    "cividis": (
        "00204d 00265a 002c69 00306f 05366e 1f3c6d 2d426c 38486b 414d6b 4a536b 52596c "
        "595f6d 61646f 686a71 6f7073 767676 7c7c78 848179 8b8779 938e78 9b9477 a39a76 "
        "aca174 b4a872 bcaf6f c5b56c cebc68 d7c463 e0cb5e e9d358 f2da50 fbe248 ffea46"
    ),
}
"""33 evenly spaced colours of matplotlib's maps (CC0); between them is linear, within 6 of 255."""

CLASS_FLOOR = 0.3
"""A class's own ramp starts at this share of its colour, so that weak activation is dark, not invisible."""


@lru_cache(maxsize=16)
def colour_map(name: str, class_name: str) -> NDArray[np.uint8]:
    """``(256, 3)`` red, green, blue for activation 0 to 1.

    Args:
        name: ``inferno``, ``viridis``, ``cividis``, or ``class`` for a ramp in the class's own colour.
        class_name: the class whose colour ``class`` takes.
    """
    where = np.linspace(0.0, 1.0, 256)
    if name in ANCHORS:
        anchors = np.array([list(bytes.fromhex(colour)) for colour in ANCHORS[name].split()], float)
    else:
        full = np.array(list(bytes.fromhex(hemorrhage_class(class_name).colour[1:])), float)
        anchors = np.stack([full * CLASS_FLOOR, full])
    at = np.linspace(0.0, 1.0, len(anchors))
    channels = [np.interp(where, at, anchors[:, channel]) for channel in range(3)]
    table: NDArray[np.uint8] = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    return table
