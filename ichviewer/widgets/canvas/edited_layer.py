"""The reader's mask over the image: filling and outline, of which only what changed is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QImage

from ichviewer.widgets.canvas.label_drawing import LABEL_COLOURS, label_pen, premultiplied, runs
from ichviewer.widgets.canvas.raster import writable_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from ichviewer.documents.changed_boxes import ChangedBoxes, EditedSlice
    from ichviewer.widgets.canvas.raster import Pixels
    from ichviewer.widgets.canvas.viewport import Viewport

TILE = 48
"""Outlines are kept for squares of this many pixels; a brush touches few of them."""

Tile = tuple[int, int]


class EditedLayer:
    """Paints one slice of a mask that changes under the hand."""

    def __init__(self) -> None:
        self._changes: ChangedBoxes | None = None
        self._index = -1
        self._revision = 0
        self._opacity = -1.0
        self._image = QImage()
        self._pixels: Pixels | None = None
        self._lines: dict[Tile, list[tuple[int, list[QLineF]]]] = {}

    def paint(self, painter: QPainter, viewport: Viewport, edited: EditedSlice, opacity: float) -> None:
        """Paint a slice into its view; only what the painter's clip lets through costs time."""
        self._follow(edited, opacity)
        if not self._lines:
            return
        painter.save()
        clip = painter.clipBoundingRect() if painter.hasClipping() else None
        seen = viewport.rect if clip is None else viewport.rect.intersected(clip)
        painter.setClipRect(viewport.rect)
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.across, viewport.down)
        tiles = [tile for tile in self._lines if _reaches(tile, seen, viewport)]
        if tiles:
            top, left = (TILE * min(tile[axis] for tile in tiles) for axis in (0, 1))
            bottom, right = (TILE * (max(tile[axis] for tile in tiles) + 1) for axis in (0, 1))
            box = QRectF(left, top, right - left, bottom - top).intersected(self._image.rect().toRectF())
            painter.drawImage(box, self._image, box)
        for label, colour in LABEL_COLOURS.items():
            lines = [
                line for tile in tiles for own, part in self._lines[tile] if own == label for line in part
            ]
            if lines:
                painter.setPen(label_pen(colour, 1.5))
                painter.drawLines(lines)
        painter.restore()

    def _follow(self, edited: EditedSlice, opacity: float) -> None:
        """Make anew what changed since the last time."""
        labels, revision = edited.labels, edited.changes.revision(edited.index)
        boxes = None
        if (edited.changes, edited.index, opacity) == (self._changes, self._index, self._opacity):
            boxes = edited.changes.since(edited.index, self._revision)
        if self._pixels is None or self._pixels.shape != labels.shape:
            self._image = QImage(labels.shape[1], labels.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
            self._pixels = writable_pixels(self._image)
            boxes = None
        table = np.zeros(256, np.uint32)
        for label, colour in LABEL_COLOURS.items():
            table[label] = premultiplied(colour, opacity)
        if boxes is None:
            np.take(table, labels, out=self._pixels, mode="clip")
            self._lines.clear()
            boxes = _filled(labels)
        else:
            for row0, column0, row1, column1 in boxes:
                part = np.s_[row0:row1, column0:column1]
                self._pixels[part] = table[labels[part]]
        for tile in _touched(boxes):
            lines = _outlines(labels, tile)
            if lines:
                self._lines[tile] = lines
            else:
                self._lines.pop(tile, None)
        self._changes, self._index, self._opacity = edited.changes, edited.index, opacity
        self._revision = revision


def _filled(labels: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    """The box of everything that has a label; none where nothing has."""
    rows, columns = (np.flatnonzero(labels.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return []
    return [(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)]


def _touched(boxes: Iterable[tuple[int, int, int, int]]) -> set[Tile]:
    """Tiles whose borders may be others: a pixel has its right and lower border with its neighbour."""
    return {
        (down, across)
        for row0, column0, row1, column1 in boxes
        for down in range(row0 // TILE, row1 // TILE + 1)
        for across in range(column0 // TILE, column1 // TILE + 1)
    }


def _outlines(labels: NDArray[np.uint8], tile: Tile) -> list[tuple[int, list[QLineF]]]:
    """Upper and left borders of a tile's pixels by label, in pixel edges; an empty list of a full tile."""
    top, left = tile[0] * TILE, tile[1] * TILE
    bottom, right = top + TILE, left + TILE
    # one pixel more above and on the left; beyond the slice there is background
    block = np.zeros((TILE + 1, TILE + 1), np.uint8)
    first = (max(top - 1, 0), max(left - 1, 0))
    part = labels[first[0] : bottom, first[1] : right]
    at = (first[0] - top + 1, first[1] - left + 1)
    block[at[0] : at[0] + part.shape[0], at[1] : at[1] + part.shape[1]] = part
    found = []
    for label in np.flatnonzero(np.bincount(block.ravel(), minlength=7)).tolist():
        if label == 0:
            continue
        inside = block == label
        lines = [
            QLineF(left + start, top + row, left + end, top + row)
            for row, start, end in runs(inside[1:, 1:] != inside[:-1, 1:])
        ]
        lines += [
            QLineF(left + column, top + start, left + column, top + end)
            for column, start, end in runs((inside[1:, 1:] != inside[1:, :-1]).T)
        ]
        found.append((label, lines))
    return found


def _reaches(tile: Tile, seen: QRectF, viewport: Viewport) -> bool:
    """Whether any of a tile is in a part of the view, its outline's width included."""
    left, top = (
        viewport.left + tile[1] * TILE * viewport.across,
        viewport.top + tile[0] * TILE * viewport.down,
    )
    right, bottom = left + TILE * viewport.across, top + TILE * viewport.down
    inside = left - 2 <= seen.right() and right + 2 >= seen.left()
    return inside and top - 2 <= seen.bottom() and bottom + 2 >= seen.top()
