"""Colours on the image ground, which is black in both themes, and the fonts of its text."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QApplication

from ichcore.subtypes import hemorrhage_class
from ichviewer.base.theme import DARK, interface_font

GROUND = QColor(DARK.image)
HALO = QColor(0, 0, 0, 150)
"""Behind every line on the image, so that it reads over bone as over air."""
LABEL_GROUND = QColor(0, 0, 0, 216)
"""Behind labels of boxes and measurements: over bone the darkest class colour has a contrast of 3.9:1."""
SHAPE = QColor("#f4e3a1")
"""Measurements: a pale straw that no class and no warning has."""
SHAPE_SELECTED = QColor("#ffffff")


class Tone(Enum):
    """What a piece of text is: its colour."""

    TEXT = DARK.text
    MUTED = "#9aa3ad"
    """A little lighter than the panels' muted, because the image behind it is not black everywhere."""
    ACCENT = DARK.accent
    AMBER = DARK.amber


@lru_cache(maxsize=64)
def colour(value: str) -> QColor:
    """A colour by ``#rrggbb``."""
    return QColor(value)


def class_colour(class_name: str) -> QColor:
    """The Okabe–Ito colour of a class."""
    return colour(hemorrhage_class(class_name).colour)


@lru_cache(maxsize=16)
def _font(family: str, pixels: int, weight: int) -> tuple[QFont, QFontMetricsF]:
    font = interface_font(family, pixels=pixels, weight=QFont.Weight(weight))
    return font, QFontMetricsF(font)


def font_of(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's face at a size, with figures of one width."""
    return _font(QApplication.font().family(), pixels, weight.value)[0]


def metrics_of(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFontMetricsF:
    """Metrics of :func:`font_of`."""
    return _font(QApplication.font().family(), pixels, weight.value)[1]


def pen(value: QColor, width: float) -> QPen:
    """A pen whose width is in screen points, whatever the zoom."""
    made = QPen(value, width)
    made.setCosmetic(True)
    return made
