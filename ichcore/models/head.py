"""Where the head lies in a series' slices, without table, head rest and padding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

TISSUE_HU = -250.0
"""Above this is body; foam, cloth and most of the head rest lie below."""
COARSE = 96
"""Slices are looked at in about this many blocks a side; finer tells no more of a centre."""
LOOKED_AT = 15
"""Slices looked at, evenly over the series."""
_LEAST_AREA = 0.01
"""A body smaller than this share of the slice is no head."""


@dataclass(frozen=True)
class HeadExtent:
    """Centre and length of the head over a series.

    Attributes:
        center: (row, column) in slice pixels.
        length: the longer side of the head's rectangle, slice pixels.
    """

    center: tuple[float, float]
    length: float


def find_head(hu: NDArray[np.number]) -> HeadExtent | None:
    """The head in ``(N, H, W)`` HU: median over the slices that show it well.

    In each slice the largest body, after thin things like the table are opened away; slices with
    less than half of the largest area (vertex, empty, not decoded yet) have no say.

    Returns:
        ``None`` where no slice shows a body.
    """
    count, rows, columns = hu.shape
    step = max(1, round(max(rows, columns) / COARSE))
    found = []
    for index in np.unique(np.linspace(0, count - 1, min(count, LOOKED_AT)).astype(int)):
        extent = _body(hu[index], step)
        if extent is not None:
            found.append(extent)
    if not found:
        return None
    table = np.array(found)
    table = table[table[:, 0] >= 0.5 * table[:, 0].max()]
    center_row, center_column, length = np.median(table[:, 1:], axis=0)
    return HeadExtent((float(center_row), float(center_column)), float(length))


def _body(hu: NDArray[np.number], step: int) -> tuple[float, float, float, float] | None:
    """(area, centre row, centre column, longer side) of the largest body of one slice, in slice pixels."""
    rows, columns = hu.shape[0] // step * step, hu.shape[1] // step * step
    if not rows or not columns:
        return None
    blocks = hu[:rows, :columns].reshape(rows // step, step, columns // step, step)
    low = float(blocks.min())
    # grey pictures have no air: there the body is what stands out from the darkest
    threshold = TISSUE_HU if low < TISSUE_HU else low + 0.08 * (float(blocks.max()) - low)
    coarse = np.clip(blocks.astype(np.float32), -1024, 1000).mean(axis=(1, 3)) > threshold
    opened = ndimage.binary_opening(ndimage.binary_fill_holes(coarse), np.ones((3, 3), bool), iterations=2)
    labels, number = ndimage.label(opened)
    if not number:
        return None
    sizes = np.bincount(labels.ravel())[1:]
    largest = int(np.argmax(sizes))
    if sizes[largest] < _LEAST_AREA * opened.size:
        return None
    down, across = ndimage.find_objects(labels)[largest]
    height, width = (down.stop - down.start) * step, (across.stop - across.start) * step
    center_row = (down.start + down.stop) * step / 2.0 - 0.5
    center_column = (across.start + across.stop) * step / 2.0 - 0.5
    return float(sizes[largest] * step * step), center_row, center_column, float(max(height, width))
