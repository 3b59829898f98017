"""How labels look on a slice: their colours, their filling, and the line along their voxels' own borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPen

from ichcore.subtypes import HEMORRHAGE_CLASSES, UNSTATED_LABEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABEL_COLOURS = {c.label: QColor(c.colour) for c in HEMORRHAGE_CLASSES if c.label} | {
    UNSTATED_LABEL: QColor(HEMORRHAGE_CLASSES[0].colour)
}


def label_pen(colour: QColor, width: float, *, dashed: bool = False) -> QPen:
    """A pen as wide on the screen at every zoom."""
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([12.0 / width, 6.0 / width])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    else:
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    return pen


def premultiplied(colour: QColor, opacity: float) -> np.uint32:
    """A colour as the pixel of an image with alpha."""
    alpha = round(255 * opacity)
    red, green, blue = (value * alpha // 255 for value in (colour.red(), colour.green(), colour.blue()))
    return np.uint32(alpha << 24 | red << 16 | green << 8 | blue)


def outline(inside: NDArray[np.bool_], at: tuple[int, int]) -> list[QLineF]:
    """The voxels' own borders, runs of them as one line each, in the slice's pixel edges."""
    padded = np.pad(inside, 1)
    top, left = at[0] - 1, at[1] - 1
    lines = []
    for row, first, end in runs(padded[1:] != padded[:-1]):  # between a row and the next
        lines.append(QLineF(left + first, top + 1 + row, left + end, top + 1 + row))
    for column, first, end in runs((padded[:, 1:] != padded[:, :-1]).T):
        lines.append(QLineF(left + 1 + column, top + first, left + 1 + column, top + end))
    return lines


def runs(edges: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Runs of ``True`` along each row: (row, first, end)."""
    steps = np.diff(np.pad(edges, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(steps > 0), np.argwhere(steps < 0)
    return [
        (int(row), int(first), int(end))
        for (row, first), (_, end) in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
