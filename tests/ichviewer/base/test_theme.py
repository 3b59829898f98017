from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QFontInfo

from ichviewer.base.theme import (
    DARK,
    LIGHT,
    Theme,
    interface_font,
    load_fonts,
    palette,
    stylesheet,
    theme_named,
)


def luminance(colour: str) -> float:
    parts = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "panel"),
        ("text", "raised"),
        ("muted", "panel"),
        ("accent_text", "accent_ground"),
        ("amber", "amber_ground"),
        ("red", "red_ground"),
    ],
)
def test_text_can_be_read(theme: Theme, ink: str, ground: str) -> None:
    """WCAG AA: 4.5 to 1."""
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


def test_the_dark_theme_is_the_one_that_the_design_fixed() -> None:
    assert (DARK.ground, DARK.panel, DARK.line) == ("#0c0e11", "#14171b", "#22262c")
    assert (DARK.text, DARK.muted, DARK.accent) == ("#d7dbe0", "#848d98", "#4cc2ff")


def test_the_image_ground_is_black_in_both() -> None:
    assert DARK.image == LIGHT.image == "#000000"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_the_style_sheet_has_no_gap(theme: Theme) -> None:
    sheet = stylesheet(theme)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for path in re.findall(r"url\((.+?)\)", sheet):
        assert path.endswith(f"-{theme.name}.svg")


def test_the_bundled_font_is_used_in_13_px_with_tabular_figures(qapp) -> None:
    font = interface_font(load_fonts())
    assert QFontInfo(font).family().startswith("Inter")
    assert font.pixelSize() == 13
    assert font.featureTags()


def test_an_unknown_theme_is_dark(qapp) -> None:
    assert theme_named("neon") is DARK
    assert palette(LIGHT).window().color().name() == LIGHT.panel
