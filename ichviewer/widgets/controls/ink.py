"""Colours and fonts for what we paint ourselves, taken from the theme in use."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.base.theme import DARK, THEMES, Theme

READABLE = 4.5
"""Contrast that small words need (WCAG 2.1, 1.4.3)."""


@dataclass(frozen=True)
class Ink:
    """The colours of :class:`~ichviewer.base.theme.Theme`, ready to paint with."""

    dark: bool
    ground: QColor
    panel: QColor
    raised: QColor
    hover: QColor
    line: QColor
    strong_line: QColor
    text: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    accent_ground: QColor
    accent_text: QColor
    amber: QColor
    amber_ground: QColor


@cache
def ink_of(theme: Theme) -> Ink:
    """The colours of a theme."""
    names = [item.name for item in fields(Ink) if item.name != "dark"]
    return Ink(theme is not THEMES["light"], **{name: QColor(getattr(theme, name)) for name in names})


def ink() -> Ink:
    """Colours of the theme in use, known by the application palette's window colour."""
    shown = QApplication.palette().color(QPalette.ColorRole.Window).name()
    return ink_of(_BY_PANEL.get(shown, DARK))


_BY_PANEL = {theme.panel: theme for theme in THEMES.values()}


def class_colour(index: int) -> QColor:
    """The colour of a class; ``any``, nearly white, takes the text's colour in the light theme."""
    if index == 0 and not ink().dark:
        return ink().text
    return QColor(HEMORRHAGE_CLASSES[index].colour)


def words_in(colour: QColor) -> QColor:
    """The colour for words: in the light theme darker, until small letters read on a panel."""
    colours, words = ink(), colour
    if not colours.dark:
        share = 0.0
        while contrast(words, colours.panel) < READABLE and share < 1.0:
            share += 0.05
            words = blend(colour, colours.text, share)
    return words


def contrast(one: QColor, other: QColor) -> float:
    """How far apart two colours are in luminance, 1 to 21 (WCAG 2.1, contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def own_class_colour() -> QColor:
    """The colour of a class of a network's own: the Okabe–Ito yellow that no subtype has, darker on light."""
    return QColor("#F0E442" if ink().dark else "#9A8F00")


def blend(below: QColor, above: QColor, share: float) -> QColor:
    """``above`` painted over ``below`` with opacity ``share``."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        below.redF() * keep + above.redF() * share,
        below.greenF() * keep + above.greenF() * share,
        below.blueF() * keep + above.blueF() * share,
    )


def sized(font: QFont, pixels: int, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The same face at another size, with figures of one width so that numbers do not jump."""
    other = QFont(font)
    other.setPixelSize(pixels)
    other.setWeight(weight)
    other.setFeature(QFont.Tag("tnum"), 1)
    return other
