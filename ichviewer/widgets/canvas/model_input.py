"""The exact picture the model was given, brought onto the slice it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage, QTransform

from ichviewer.widgets.canvas.grey_table import OPAQUE
from ichviewer.widgets.canvas.raster import writable_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichviewer.widgets.canvas.viewport import Viewport


@dataclass(frozen=True, eq=False)
class ModelPicture:
    """The model's input of one slice.

    Attributes:
        index: slice it was made from.
        image: its three channels as red, green and blue, on the model's own grid.
        grid_to_slice: ``(2, 3)`` affine from the model's (row, column) to the slice's.
        stretched: whether a channel left [0, 1] (it was normalised) and was stretched for display.
    """

    index: int
    image: QImage
    grid_to_slice: NDArray[np.float64]
    stretched: bool


def model_picture(
    index: int, channels: NDArray[np.float32], grid_to_slice: NDArray[np.float64]
) -> ModelPicture:
    """Make the picture.

    Args:
        index: slice it was made from.
        channels: float32 ``(3, H, W)`` or ``(1, H, W)``.
        grid_to_slice: ``(2, 3)`` affine from the model's (row, column) to the slice's.
    """
    planes = channels if channels.shape[0] >= 3 else np.repeat(channels[:1], 3, axis=0)
    low, high = float(planes.min()), float(planes.max())
    stretched = low < -1e-3 or high > 1.0 + 1e-3
    if stretched:
        axes = (1, 2)
        floor, top = planes.min(axis=axes, keepdims=True), planes.max(axis=axes, keepdims=True)
        planes = (planes - floor) / np.maximum(top - floor, 1e-6)
    level = (np.clip(planes[:3], 0.0, 1.0) * 255.0 + 0.5).astype(np.uint32)
    image = QImage(level.shape[2], level.shape[1], QImage.Format.Format_RGB32)
    writable_pixels(image)[:] = OPAQUE | (level[0] << 16) | (level[1] << 8) | level[2]
    return ModelPicture(index, image, np.asarray(grid_to_slice, float), stretched)


def grid_transform(grid_to_slice: NDArray[np.float64], viewport: Viewport) -> QTransform:
    """Transform that draws an image with one pixel a grid cell in its true place on the screen.

    ``grid_to_slice`` speaks of centres; an image's pixel (0, 0) reaches half a cell beyond its centre.
    """
    (rr, rc, r0), (cr, cc, c0) = np.asarray(grid_to_slice, float).tolist()
    # image point (x, y) -> cell (y − ½, x − ½) -> slice (row, column) -> screen
    row0, column0 = r0 - 0.5 * rr - 0.5 * rc, c0 - 0.5 * cr - 0.5 * cc
    across, down = viewport.across, viewport.down
    return QTransform(
        cc * across,
        rc * down,
        cr * across,
        rr * down,
        viewport.left + (column0 + 0.5) * across,
        viewport.top + (row0 + 0.5) * down,
    )
