"""What a polygon or a lasso encloses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.edits.region import Region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.origin import Origin
    from ichcore.masks.edits.paint import Paint

POLYGON, LASSO = "Polygon", "Lasso"


def outlined(
    label_map: LabelMap,
    paint: Paint,
    index: int,
    points: Sequence[tuple[float, float]] | NDArray[np.floating],
    *,
    hu: NDArray[np.number] | None = None,
    name: str = POLYGON,
    origin: Origin | None = None,
) -> MaskEdit:
    """Paint the inside of a polygon or lasso on one slice; see :func:`enclosed_by`.

    Args:
        label_map: not changed.
        paint: label, what it may overwrite, range of HU.
        index: slice.
        points: ``(n, 2)`` of (row, column) in pixels.
        hu: of the series; needed by a gate.
        name: for the history list.
        origin: as :meth:`Paint.edit` has it.
    """
    region = enclosed_by(points, index, label_map.shape)
    return paint.edit(name, label_map, region, hu, origin)


def enclosed_by(
    points: Sequence[tuple[float, float]] | NDArray[np.floating], index: int, shape: tuple[int, int, int]
) -> Region:
    """Pixels whose centre lies inside a closed outline, by the even-odd rule.

    Where an outline crosses itself, what it goes around twice is outside. A centre on the outline belongs to
    the side that lies below and to the right, so outlines that share an edge share no pixel.

    Args:
        points: ``(n, 2)`` of (row, column) in pixels, the centre of the first pixel at (0, 0); the last is
            joined to the first. Fewer than three enclose nothing.
        index: slice.
        shape: of the series.
    """
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    low = np.clip(np.ceil(corners.min(0, initial=np.inf)), 0, shape[1:])
    high = np.clip(np.floor(corners.max(0, initial=-np.inf)) + 1, 0, shape[1:])
    if len(corners) < 3 or (low >= high).any():
        return Region.nothing()
    (row0, column0), (row1, column1) = low.astype(int), high.astype(int)
    ends = np.roll(corners, -1, axis=0)
    down = corners[:, :1] <= ends[:, :1]
    upper, lower = np.where(down, corners, ends), np.where(down, ends, corners)
    # every side crosses the rows of centres from its upper end to just before its lower one
    first = np.clip(np.ceil(upper[:, 0]), row0, row1).astype(int)
    counts = np.clip(np.ceil(lower[:, 0]), row0, row1).astype(int) - first
    side = np.repeat(np.arange(len(corners)), counts)
    row = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(side.size)
    slope = (lower - upper)[side]
    crossing = upper[side, 1] + (row - upper[side, 0]) / slope[:, 0] * slope[:, 1]
    crossings = np.zeros((row1 - row0, column1 - column0 + 1), np.int32)
    at = np.clip(np.ceil(crossing), column0, column1).astype(int)
    np.add.at(crossings, (row - row0, at - column0), 1)
    inside = np.cumsum(crossings, axis=1)[:, :-1] % 2 == 1
    return Region((index, row0, column0), inside[None])
