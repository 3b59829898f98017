"""Boxes around activation, each with a short label that never leaves the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QPainter

from ichcore.subtypes import CLASSES, hemorrhage_class
from ichviewer.widgets.canvas.ink import HALO, class_colour, font_of, metrics_of, pen
from ichviewer.widgets.canvas.placing import place

if TYPE_CHECKING:
    from ichcore.explain.heatmap import Box
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.viewport import Viewport

LABEL_PX = 12
LABEL_GROUND = QColor(0, 0, 0, 170)


@dataclass(frozen=True)
class LabelledBox:
    """A box on the screen with its label."""

    rect: QRectF
    label: str
    label_rect: QRectF
    class_name: str


def boxes_on_screen(scene: Scene, viewport: Viewport) -> list[LabelledBox]:
    """Screen rectangles of the scene's boxes and of their labels, which avoid each other and the boxes."""
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    boxes = [box for box in scene.boxes if _wanted(box, scene)]
    rects = [box_rect(box, viewport) for box in boxes]
    placed: list[LabelledBox] = []
    for box, rect in zip(boxes, rects, strict=True):
        label = box_label(box, scene)
        size = QSizeF(metrics_of(LABEL_PX, QFont.Weight.Medium).horizontalAdvance(label) + 10, LABEL_PX + 7)
        seen = rect.intersected(bounds)
        candidates = (
            QPointF(seen.left(), seen.top() - size.height() - 2),
            QPointF(seen.left(), seen.bottom() + 2),
            QPointF(seen.right() + 3, seen.top()),
            QPointF(seen.left() - size.width() - 3, seen.top()),
            QPointF(seen.left() + 2, seen.top() + 2),
        )
        others = [item.label_rect for item in placed] + [other for other in rects if other is not rect]
        placed.append(LabelledBox(rect, label, place(size, candidates, bounds, others), box.class_name))
    return placed


def _wanted(box: Box, scene: Scene) -> bool:
    """A box goes with its map: of the chosen class, or jointly of subtypes before their union ``any``."""
    if scene.overlay.class_name is not None:
        return box.class_name == scene.overlay.class_name
    return box.class_name != "any" or all(other.class_name == "any" for other in scene.boxes)


def box_rect(box: Box, viewport: Viewport) -> QRectF:
    """A half-open pixel box on the screen: its lines run along pixel edges."""
    row0, column0, row1, column1 = box.box
    start = viewport.point(row0 - 0.5, column0 - 0.5)
    return QRectF(start, viewport.point(row1 - 0.5, column1 - 0.5))


def box_label(box: Box, scene: Scene) -> str:
    """Class and probability, such as ``EDH 0.94``; the class alone where there is no probability."""
    short = hemorrhage_class(box.class_name).short
    if scene.probabilities is None:
        return short
    probability = float(scene.probabilities[CLASSES.index(box.class_name)])
    return short if np.isnan(probability) else f"{short} {probability:.2f}"


def draw_boxes(painter: QPainter, scene: Scene, viewport: Viewport) -> None:
    """Draw every box with its label."""
    items = boxes_on_screen(scene, viewport)
    for item in items:
        painter.setPen(pen(HALO, 3.5))
        painter.drawRoundedRect(item.rect, 2, 2)
        painter.setPen(pen(class_colour(item.class_name), 1.5))
        painter.drawRoundedRect(item.rect, 2, 2)
    painter.setFont(font_of(LABEL_PX, QFont.Weight.Medium))
    metrics = metrics_of(LABEL_PX, QFont.Weight.Medium)
    for item in items:
        painter.setPen(pen(QColor(0, 0, 0, 0), 0))
        painter.setBrush(LABEL_GROUND)
        painter.drawRoundedRect(item.label_rect, 3, 3)
        painter.setBrush(QColor(0, 0, 0, 0))
        painter.setPen(class_colour(item.class_name))
        baseline = item.label_rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(item.label_rect.left() + 5, baseline), item.label)
