"""Inferno: a map whose lightness rises evenly, so that it reads the same for every kind of colour vision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# 17 even anchors of inferno (Smith and van der Walt, matplotlib, CC0)
_ANCHORS = (
    *(0x000004, 0x0B0724, 0x210C4A, 0x3D0965, 0x57106E, 0x71196E, 0x8A226A, 0xA32C61, 0xBC3754),
    *(0xD24644, 0xE45A31, 0xF1731D, 0xF98E09, 0xFCAC11, 0xF9CB35, 0xF2EA69, 0xFCFFA4),
)
SOLID_FROM = 0.35
"""Activation from which the overlay has its full opacity; below it fades to nothing at zero."""


def inferno(value: NDArray[np.floating]) -> NDArray[np.float32]:
    """RGB in [0, 1] for values in [0, 1]; one axis of 3 is added."""
    anchors = np.array([[(c >> s) & 0xFF for s in (16, 8, 0)] for c in _ANCHORS], np.float32) / 255.0
    at = np.linspace(0.0, 1.0, len(_ANCHORS))
    channels = [np.interp(value, at, anchors[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def overlay(
    grey: NDArray[np.floating], activation: NDArray[np.floating], opacity: float
) -> NDArray[np.uint8]:
    """A picture with its heat map.

    Args:
        grey: ``(rows, columns)`` in [0, 1].
        activation: ``(rows, columns)`` in [0, 1]; nothing is drawn where it is 0.
        opacity: of the heat map where activation is high.

    Returns:
        uint8 RGB ``(rows, columns, 3)``.
    """
    fade = np.clip(np.asarray(activation) / SOLID_FROM, 0.0, 1.0)
    alpha = (opacity * fade * fade * (3.0 - 2.0 * fade))[..., None]
    mixed = np.asarray(grey)[..., None] * (1.0 - alpha) + inferno(activation) * alpha
    return np.asarray(np.round(np.clip(mixed, 0.0, 1.0) * 255.0), np.uint8)
