"""A slice beside its mirror image, as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.midline import Ends, Midline
    from ichcore.masks.mirror_compare import DenserPiece, MirrorGround, MirrorView

MOST_HU = 30.0
"""The colours end at this difference."""
LINE_BEYOND_MM = 22.0
"""So far the midline is drawn beyond the inside of the skull."""
MIDDLE = 128
"""The step of no difference."""


@dataclass(frozen=True, eq=False)
class MirrorPicture:
    """How a slice differs from its mirror image.

    Attributes:
        line: ends of the midline, (row, column) of both.
        about: the line that it was asked to be flipped about; ``None`` for the computed one.
        corner: first row and column of ``steps``.
        steps: uint8, of the part of the slice that is compared; :data:`MIDDLE` is no difference, 127 steps
            more are :data:`MOST_HU` and above.
        denser: the largest piece that is denser than the other side, if there is one.
        right_of_line: whether that piece lies right of the midline on the slice's grid.
        flipped: int16 ``(rows, columns)`` the slice flipped about the midline.
    """

    line: Ends
    about: Midline | None
    corner: tuple[int, int]
    steps: NDArray[np.uint8]
    denser: DenserPiece | None
    right_of_line: bool
    flipped: NDArray[np.int16]


def compared(ground: MirrorGround, pixel_mm: float, angle: float, about: Midline | None) -> MirrorPicture:
    """A slice compared with its mirror image.

    Args:
        ground: of the slice.
        pixel_mm: size of a pixel.
        angle: of the midlines of the series.
        about: the line to flip it about; ``None`` for the one that is found at this angle.
    """
    from ichcore.masks.midline_of_series import midline_at  # they bring scipy
    from ichcore.masks.mirror_compare import denser_piece, flipped_about

    found = flipped_about(ground, midline_at(ground.inner, angle) if about is None else about)
    rows, columns = (_span(np.flatnonzero(found.difference_hu.any(axis=axis))) for axis in (1, 0))
    share = np.clip(found.difference_hu[rows, columns] / MOST_HU, -1.0, 1.0)
    steps = np.rint(share * (MIDDLE - 1) + MIDDLE).astype(np.uint8)
    line, denser = _line(found, pixel_mm), denser_piece(found.difference_hu, pixel_mm)
    right = False
    if denser is not None:
        row, column = denser.middle
        right = bool(column > np.interp(row, [line[0][0], line[1][0]], [line[0][1], line[1][1]]))
    return MirrorPicture(line, about, (rows.start, columns.start), steps, denser, right, found.hu)


def _span(at: NDArray[np.intp]) -> slice:
    """From the first of ascending places to the last; where there is none, the first of all."""
    return slice(int(at[0]), int(at[-1]) + 1) if at.size else slice(0, 1)


def _line(found: MirrorView, pixel_mm: float) -> Ends:
    """The midline from a little before what is compared to a little behind it."""
    (first, start), (last, end) = found.midline.ends((found.hu.shape[0], found.hu.shape[1]))
    rows = np.flatnonzero(found.difference_hu.any(axis=1))
    if not rows.size:
        return (first, start), (last, end)
    margin = LINE_BEYOND_MM / pixel_mm
    top, bottom = max(first, float(rows[0]) - margin), min(last, float(rows[-1]) + margin)
    columns = np.interp([top, bottom], [first, last], [start, end])
    return (top, float(columns[0])), (bottom, float(columns[1]))
