"""Boxes around activation, each with a short label that never leaves the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont

from ichcore.subtypes import CLASSES, hemorrhage_class
from ichviewer.widgets.canvas.ink import class_colour, metrics_of
from ichviewer.widgets.canvas.placing import place
from ichviewer.widgets.canvas.stamps import strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from ichcore.explain.heatmap import Box
    from ichviewer.documents.beyond_six import FoundBox
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.stamps import Stamps
    from ichviewer.widgets.canvas.viewport import Viewport

LABEL_PX = 12
ROOMY = 700
"""In a view narrower than this a box's line is one point wide; in a wider one, two."""
SHADE = QColor(0, 0, 0, 110)


@dataclass(frozen=True)
class LabelledBox:
    """A box on the screen with its label."""

    rect: QRectF
    label: str
    label_rect: QRectF
    class_name: str


def boxes_on_screen(scene: Scene, viewport: Viewport, occupied: Sequence[QRectF] = ()) -> list[LabelledBox]:
    """Screen rectangles of the scene's boxes and of their labels, which avoid each other and the boxes.

    Args:
        scene: what is shown.
        viewport: where it is shown.
        occupied: what labels should keep off as well.
    """
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    boxes = [box for box in scene.boxes if _wanted(box, scene)]
    rects = [box_rect(box, viewport) for box in boxes]
    placed: list[LabelledBox] = []
    for box, rect in zip(boxes, rects, strict=True):
        label = box_label(box, scene)
        size = label_size(label)
        seen = rect.intersected(bounds)
        candidates = (
            QPointF(seen.left(), seen.top() - size.height() - 2),
            QPointF(seen.left(), seen.bottom() + 2),
            QPointF(seen.right() + 3, seen.top()),
            QPointF(seen.left() - size.width() - 3, seen.top()),
            QPointF(seen.left() + 2, seen.top() + 2),
        )
        others = [
            *occupied,
            *(item.label_rect for item in placed),
            *(other for other in rects if other is not rect),
        ]
        placed.append(LabelledBox(rect, label, place(size, candidates, bounds, others), box.class_name))
    return placed


def _wanted(box: Box, scene: Scene) -> bool:
    """A box goes with its map: of the chosen class, or jointly of subtypes before their union ``any``."""
    if scene.overlay.class_name is not None:
        return box.class_name == scene.overlay.class_name
    return box.class_name != "any" or all(other.class_name == "any" for other in scene.boxes)


def box_rect(box: Box | FoundBox, viewport: Viewport) -> QRectF:
    """A half-open pixel box on the screen: its lines run along pixel edges."""
    return rect_of(box.box, viewport)


def rect_of(rectangle: tuple[int, int, int, int], viewport: Viewport) -> QRectF:
    """As :func:`box_rect`, of (row0, column0, row1, column1)."""
    row0, column0, row1, column1 = rectangle
    start = viewport.point(row0 - 0.5, column0 - 0.5)
    return QRectF(start, viewport.point(row1 - 0.5, column1 - 0.5))


def label_size(label: str) -> QSizeF:
    """Room that a box's label takes."""
    return QSizeF(metrics_of(LABEL_PX, QFont.Weight.Medium).horizontalAdvance(label) + 10, LABEL_PX + 7)


def box_label(box: Box, scene: Scene) -> str:
    """Class and probability, such as ``EDH 0.94``; the class alone where there is no probability."""
    short = hemorrhage_class(box.class_name).short
    if scene.probabilities is None:
        return short
    probability = float(scene.probabilities[CLASSES.index(box.class_name)])
    return short if np.isnan(probability) else f"{short} {probability:.2f}"


def draw_boxes(painter: QPainter, stamps: Stamps, items: list[LabelledBox], width: int) -> None:
    """Draw every box with its label, in a view of this width."""
    line = 2 if width >= ROOMY else 1
    for item in items:
        for side in strips(item.rect.adjusted(-1, -1, 1, 1), line + 2):
            painter.fillRect(side, SHADE)
        for side in strips(item.rect, line):
            painter.fillRect(side, class_colour(item.class_name))
    for item in items:
        stamps.label(painter, item.label_rect, item.label, class_colour(item.class_name), pixels=LABEL_PX)
