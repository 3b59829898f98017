"""The whole panel: tabs, explain settings, export requests, narrow screens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ichcore.models.card import Card
from ichcore.models.catalogue import installed
from ichcore.subtypes import CLASSES
from ichviewer.documents.inference import Inference
from ichviewer.documents.model_layers import CamLayers
from ichviewer.documents.view_state import Display
from ichviewer.widgets.panels.card_view import CardView
from ichviewer.widgets.panels.figures_by_class import FiguresByClass, measures
from ichviewer.widgets.panels.side_panel import SidePanel
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_card, make_volume


@pytest.fixture
def panel(qtbot: QtBot, workspace: QuietWorkspace) -> SidePanel:
    made = SidePanel(workspace)
    qtbot.addWidget(made)
    made.resize(320, 640)
    made.show()
    return made


@pytest.mark.parametrize("tab", ["read", "explain", "mask", "export"])
def test_nothing_is_cut_off_at_the_side(panel: SidePanel, tab: str) -> None:
    panel.show_tab(tab)
    area = panel.pages.currentWidget()
    assert isinstance(area, QScrollArea)
    inner = area.widget()
    assert inner.width() <= area.viewport().width()
    for child in inner.findChildren(QWidget):
        if child.isVisible() and isinstance(child, QLabel) and not child.wordWrap():
            assert child.width() >= child.sizeHint().width(), child.text()


def test_tabs_by_mouse_and_key(panel: SidePanel) -> None:
    QTest.mouseClick(panel.tabs, Qt.MouseButton.LeftButton, pos=panel.tabs.tab_rect(1).center())
    assert panel.pages.currentIndex() == 1
    QTest.keyClick(panel.tabs, Qt.Key.Key_Right)
    assert panel.pages.currentIndex() == 2


def test_a_section_folds_by_its_header(panel: SidePanel) -> None:
    section = panel.window_section
    QTest.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert not section.plot.isVisible()
    QTest.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert section.plot.isVisible()


def test_layers_are_what_the_loaded_model_says(
    panel: SidePanel, workspace: QuietWorkspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    chip = panel.overlay_section.layer
    assert not chip.isEnabled()
    assert "first prediction" in chip.toolTip()
    loaded(workspace, monkeypatch, CamLayers(("stem", "trunk", "crown"), default="crown"))
    qtbot.waitUntil(chip.isEnabled)
    assert chip.text() == "crown (default)"
    assert [action.text() for action in chip.menu().actions()] == ["crown (default)", "trunk", "stem"]


def loaded(workspace: QuietWorkspace, monkeypatch: pytest.MonkeyPatch, layers: CamLayers) -> None:
    """As if the model had been loaded and asked."""
    monkeypatch.setattr(Inference, "cam_layers", layers)
    workspace.inference.layers_changed.emit()


def test_overlay_settings_are_written(
    panel: SidePanel, workspace: QuietWorkspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    loaded(workspace, monkeypatch, CamLayers(("block3", "fusion"), default="fusion"))
    qtbot.waitUntil(panel.overlay_section.layer.isEnabled)
    view, overlay = workspace.view, panel.overlay_section
    overlay.methods["gradcam"].click()
    overlay.visible_switch.click()
    overlay.raw_grid.click()
    overlay.model_input.click()
    assert view.overlay.method == "gradcam"
    assert not view.overlay.visible
    assert view.overlay.raw_grid
    assert view.display is Display.MODEL_INPUT
    block = next(a for a in overlay.layer.menu().actions() if a.text() == "block3")
    block.trigger()
    assert view.overlay.layer == "block3"
    subdural = next(a for a in overlay.class_chip.menu().actions() if a.text() == "subdural")
    subdural.trigger()
    assert view.overlay.class_name == "subdural"
    assert overlay.class_chip.text() == "subdural"


def test_another_model_is_read_at_its_own_default_layer(workspace: QuietWorkspace) -> None:
    workspace.view.change_overlay(layer="block3")
    workspace.install(make_card(degenerate=True))
    assert workspace.view.overlay.layer is None


def test_overlay_settings_are_shown(qtbot: QtBot, panel: SidePanel, workspace: QuietWorkspace) -> None:
    workspace.view.change_overlay(opacity=0.31, method="cam", colour_map="cividis", class_name="epidural")
    overlay = panel.overlay_section
    qtbot.waitUntil(lambda: overlay.opacity.field.text() == "31 %")
    assert overlay.methods["cam"].isChecked()
    assert overlay.colour_map.text() == "cividis"
    assert not overlay.layer.isEnabled(), "CAM has one layer only"


def test_jointly_the_colours_are_those_of_the_classes(
    qtbot: QtBot, panel: SidePanel, workspace: QuietWorkspace
) -> None:
    chip = panel.overlay_section.colour_map
    assert chip.text() == "class colours"
    assert not chip.isEnabled()
    workspace.view.change_overlay(class_name="subdural")
    qtbot.waitUntil(chip.isEnabled)
    assert chip.text() == "inferno", "the map chosen for one class is kept"


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_the_passport_is_read_out(panel: SidePanel) -> None:
    text = words(panel.passport_section)
    assert "The gantry was tilted by 12.0°" in text
    assert "uneven spacing" in text


def test_the_model_card_shows_windows_before_and_after(panel: SidePanel) -> None:
    text = words(panel.model_section)
    assert "40/80" in text
    assert "46.0/62.0" in text
    assert "phantom, slice" in text
    assert "any 0.982 · mean 0.951" in text
    assert "Not a medical device" in text


def test_figures_by_class_are_a_table_that_fits(
    workspace: QuietWorkspace, panel: SidePanel, qtbot: QtBot
) -> None:
    auc = {name: 0.9 + index / 100 for index, name in enumerate(CLASSES)}
    pointing = dict.fromkeys(CLASSES[1:], 0.5)
    figures = {"phantom_test": {"cases": 66, "slice": {"auc": auc}, "place": {"pointing": pointing}}}
    workspace.install(replace(make_card(), name="other", figures=figures))
    panel.show_tab("explain")
    (table,) = panel.findChildren(FiguresByClass)
    cells = [label.text() for label in table.findChildren(QLabel)]
    assert cells[:6] == ["ANY", "EDH", "IPH", "IVH", "SAH", "SDH"]
    assert cells[6:13] == ["slice auc", "0.90", "0.91", "0.92", "0.93", "0.94", "0.95"]
    assert cells[13:] == ["place pointing", "–", *["0.50"] * 5]
    qtbot.waitUntil(lambda: table.width() > 0)
    assert table.minimumSizeHint().width() <= 290
    assert "phantom test, cases" in words(panel.model_section)


@pytest.mark.parametrize("card", installed(), ids=lambda card: card.name)
def test_the_cards_that_ship_fit_the_panel(card: Card, qtbot: QtBot) -> None:
    view = CardView(card, short=True)
    qtbot.addWidget(view)
    assert view.minimumSizeHint().width() <= 290
    assert "{" not in words(view), "figures are shown, not their JSON"


def test_several_figures_a_class_are_a_row_each(qtbot: QtBot) -> None:
    flags = {name: {"share": 0.01 * at, "interval": [0.0, 0.2]} for at, name in enumerate(CLASSES)}
    curve = {name: [{"threshold": 0.5}] for name in CLASSES}
    found = list(measures({"flagged": flags, "operating_points": curve}))
    assert [name for name, _ in found] == ["flagged share", "flagged interval"]
    table = FiguresByClass(found, intervals=True)
    qtbot.addWidget(table)
    cells = [label.text() for label in table.findChildren(QLabel)]
    assert cells[6:9] == ["flagged share", "0.00", "0.01"]
    assert "0.00–0.20" in cells


def test_export_rows_ask_for_actions(qtbot: QtBot, panel: SidePanel) -> None:
    asked: list[str] = []
    panel.action_requested.connect(asked.append)
    for row in panel.export_tab.rows.values():
        row.click()
    panel.model_section.whole.click()
    assert asked == [
        "file.screenshot",
        "file.copy_picture",
        "file.export_figure",
        "file.export_film",
        "file.export_findings",
        "file.export_ratings",
        "model.card",
    ]


def test_patient_text_is_off_again_for_the_next_case(panel: SidePanel, workspace: QuietWorkspace) -> None:
    assert not panel.include_patient_text
    panel.export_tab.include_text.click()
    assert panel.include_patient_text
    workspace.show_case(make_volume(4))
    assert not panel.include_patient_text
    assert not panel.export_tab.rows["file.export_findings"].isEnabled(), "nothing is predicted yet"
