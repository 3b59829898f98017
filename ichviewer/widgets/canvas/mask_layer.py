"""The weak mask over the image: a thin filling, the voxels' own outline, and what a step lost and leaked."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage

from ichcore.subtypes import UNSTATED_LABEL
from ichviewer.widgets.canvas.activation_image import as_image
from ichviewer.widgets.canvas.label_drawing import LABEL_COLOURS, label_pen, outline, premultiplied

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ichcore.masks.segmenter import SliceMask
    from ichviewer.documents.mask_settings import MaskSettings
    from ichviewer.widgets.canvas.viewport import Viewport

KEPT = 24
LOST, LEAKED = QColor("#F0E442"), QColor("#7FB2FF")
"""Beside the classes' colours; hatched one way and the other, so that they differ without colour."""
_HALO, _BOX = QColor(0, 0, 0, 150), QColor("#E8EAED")
_HATCH = 4
"""One line of the hatching in so many pixels."""


@dataclass(frozen=True)
class _Drawn:
    """What is painted of one slice's mask, cut to what is drawn."""

    row: int
    column: int
    image: QImage
    outlines: tuple[tuple[QColor, list[QLineF]], ...]
    box: QRectF | None


class MaskLayer:
    """Paints masks and keeps the pictures of the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], tuple[SliceMask, _Drawn | None]] = OrderedDict()

    def paint(
        self,
        painter: QPainter,
        viewport: Viewport,
        mask: SliceMask,
        settings: MaskSettings,
        *,
        boxed: bool,
    ) -> None:
        """Paint a slice's mask into its view, with a box around its largest piece where that is asked for."""
        drawn = self.prepare(mask, settings)
        if drawn is None:
            return
        painter.save()
        painter.setClipRect(viewport.rect)
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.across, viewport.down)
        painter.drawImage(drawn.column, drawn.row, drawn.image)
        for colour, lines in drawn.outlines:
            painter.setPen(label_pen(colour, 1.5))
            painter.drawLines(lines)
        if boxed and drawn.box is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for stroke, width in ((_HALO, 3.0), (_BOX, 1.2)):
                painter.setPen(label_pen(stroke, width, dashed=True))
                painter.drawRect(drawn.box)
        painter.restore()

    def prepare(self, mask: SliceMask, settings: MaskSettings) -> _Drawn | None:
        """What is painted of a mask, made once; ``None`` where that is nothing."""
        key = (id(mask), settings.step, settings.changes, settings.opacity)
        if key not in self._kept:
            # the mask is kept with its picture, so that its id cannot be given to another meanwhile
            self._kept[key] = (mask, _drawn(mask, settings))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key][1]


def _drawn(mask: SliceMask, settings: MaskSettings) -> _Drawn | None:
    labels = mask.labels
    step = next((step for step in mask.steps if step.name == settings.step), None)
    last = step is None or step is mask.steps[-1]
    step = step or (mask.steps[-1] if mask.steps else None)
    if step is not None and not last:
        labels = np.where(step.mask, UNSTATED_LABEL, 0).astype(np.uint8)  # pieces are named in the last step
    shown = labels > 0
    changed = step is not None and settings.changes
    if changed and step is not None:
        shown = shown | step.lost
    if not shown.any():
        return None
    rows, columns = (np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0))
    box = np.s_[int(rows[0]) : int(rows[-1]) + 1, int(columns[0]) : int(columns[-1]) + 1]
    part = labels[box]
    pixels = np.zeros(part.shape, np.uint32)
    for label, colour in LABEL_COLOURS.items():
        pixels[part == label] = premultiplied(colour, settings.opacity)
    outlines = [(LABEL_COLOURS[label], part == label) for label in LABEL_COLOURS if (part == label).any()]
    if changed and step is not None:
        down, across = np.indices(part.shape)
        for where, colour, hatch in (
            (step.lost[box], LOST, (down + across) % _HATCH == 0),
            (step.leaked[box], LEAKED, (down - across) % _HATCH == 0),
        ):
            pixels[where] = premultiplied(colour, settings.opacity / 2)
            pixels[where & hatch] = premultiplied(colour, 0.9)
        if step.lost[box].any():
            outlines.insert(0, (LOST, step.lost[box]))
    from ichcore.masks.boxes import rectangles  # it brings scipy, which the window does not wait for

    at = (int(rows[0]), int(columns[0]))
    found = rectangles((part > 0).astype(np.float32))
    surround = QRectF(at[1] + found[0][1], at[0] + found[0][0], *_size(found[0])) if found else None
    lines = tuple((colour, outline(inside, at)) for colour, inside in outlines)
    return _Drawn(*at, as_image(pixels), lines, surround)


def _size(box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Width and height."""
    return box[3] - box[1], box[2] - box[0]
