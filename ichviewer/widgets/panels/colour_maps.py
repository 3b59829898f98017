"""The colour maps of the overlay as small swatches."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap

from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.controls.ink import class_colour

COLOUR_MAPS = ("inferno", "viridis", "cividis", "class")
SWATCH = (56, 10)
"""Width and height, px."""


def swatch(name: str) -> QPixmap:
    """What a colour map looks like, zero at the left; ``class`` shows the five subtypes side by side."""
    width, height = SWATCH
    image = QImage(width * 2, height * 2, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    if name == "class":
        step = width * 2 // 5
        for index in range(5):
            painter.fillRect(index * step, 0, step - 2, height * 2, class_colour(index + 1))
    else:
        table = colour_map(name, "any").tolist()
        for x in range(width * 2):
            painter.fillRect(x, 0, 1, height * 2, QColor(*table[x * len(table) // (width * 2)]))
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(2.0)
    return pixmap


def swatch_icon(name: str) -> QIcon:
    """The swatch as a menu icon."""
    return QIcon(swatch(name))
