"""Colours of classes as they are read in both themes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.base.theme import THEMES
from ichviewer.widgets.controls.ink import READABLE, class_colour, contrast, ink, words_in
from ichviewer.widgets.controls.label_chip import LabelChip


@pytest.fixture
def panel(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """A theme's ground alone: a whole theme would stay on the program for the tests to come."""
    before = QPalette(qapp.palette())
    palette = QPalette(before)
    palette.setColor(QPalette.ColorRole.Window, QColor(THEMES[request.param].panel))
    qapp.setPalette(palette)
    yield
    qapp.setPalette(before)


light = pytest.mark.parametrize("panel", ["light"], indirect=True)
dark = pytest.mark.parametrize("panel", ["dark"], indirect=True)


@light
@pytest.mark.usefixtures("panel")
def test_a_class_is_named_legibly_on_a_light_panel() -> None:
    for index in range(len(HEMORRHAGE_CLASSES)):
        assert contrast(words_in(class_colour(index)), ink().panel) >= READABLE


@dark
@pytest.mark.usefixtures("panel")
def test_on_a_dark_panel_words_have_the_colour_itself() -> None:
    assert ink().dark
    assert words_in(class_colour(4)) == class_colour(4)


@light
@pytest.mark.usefixtures("panel")
def test_the_chosen_label_stands_out_though_its_colour_is_nearly_white() -> None:
    white, orange = (LabelChip("ICH", "any", QColor(colour)) for colour in ("#E8EAED", "#E69F00"))
    assert contrast(white.ink, ink().panel) > 10
    assert orange.ink == QColor("#E69F00")
    white.deleteLater()
    orange.deleteLater()
