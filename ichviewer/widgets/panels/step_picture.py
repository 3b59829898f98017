"""A small picture of one step of the weak chain: the slice around the bleed, its map, its mask's border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

from ichviewer.widgets.canvas.colour_maps import colour_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.masks.chain_steps import ChainStep

SIDE = 52
MARGIN = 1.35
_LOW, _HIGH = 0.0, 80.0
_LEAST = 48


def crop_of(steps: Sequence[ChainStep]) -> tuple[slice, slice]:
    """The square part of the slice that holds every step's mask, with some room; all of it where none has."""
    shape = steps[0].mask.shape
    inside = np.logical_or.reduce([step.mask for step in steps])
    if not inside.any():
        return np.s_[: shape[0], : shape[1]]
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    side = int(min(max(_LEAST, MARGIN * max(np.ptp(rows), np.ptp(columns))), *shape))
    first = [
        int(np.clip((along[0] + along[-1] - side) // 2, 0, size - side))
        for along, size in zip((rows, columns), shape, strict=True)
    ]
    return np.s_[first[0] : first[0] + side, first[1] : first[1] + side]


def step_picture(hu: NDArray[np.number], step: ChainStep, crop: tuple[slice, slice], ratio: float) -> QImage:
    """The picture, :data:`SIDE` points wide, brain window, with ``ratio`` pixels a point."""
    pixels = max(1, round(SIDE * ratio))
    part = np.asarray(hu[crop], float)
    at = [((np.arange(pixels) + 0.5) * n / pixels).astype(int) for n in part.shape]
    grid = np.ix_(*at)
    grey = np.clip((part[grid] - _LOW) / (_HIGH - _LOW), 0.0, 1.0)[..., None] * 255.0
    table = np.asarray(colour_map("inferno", "any"), float)
    strength = np.clip(step.activation[crop][grid], 0.0, 1.0)
    rgb = np.where((strength > 0.05)[..., None], grey * 0.5 + table[(strength * 255).astype(int)] * 0.5, grey)
    mask = step.mask[crop][grid]
    inner = mask & np.roll(mask, 1, 0) & np.roll(mask, -1, 0) & np.roll(mask, 1, 1) & np.roll(mask, -1, 1)
    border = QColor("#E8EAED")
    rgb[mask & ~inner] = (border.red(), border.green(), border.blue())
    image = QImage(
        np.ascontiguousarray(rgb.astype(np.uint8)).tobytes(),
        pixels,
        pixels,
        3 * pixels,
        QImage.Format.Format_RGB888,
    ).copy()
    image.setDevicePixelRatio(ratio)
    return image
