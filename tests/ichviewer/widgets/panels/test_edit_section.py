"""The Edit section: what its buttons, chips and list do to the mask."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichcore.volume import Volume
from ichviewer.documents.edit_settings import Overwrite
from ichviewer.documents.view_state import Tool
from ichviewer.documents.workspace import Workspace
from ichviewer.widgets.panels.side_panel import SidePanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, room: Workspace, tiny_volume: Volume) -> SidePanel:
    """Beside an open mask, its Mask tab open."""
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    room.annotating.prepare()
    qtbot.waitUntil(lambda: room.annotating.ready, timeout=20_000)
    made = SidePanel(room)
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    made.show_tab("mask")
    return made


def test_buttons_ask_for_the_tools_and_show_the_one_in_hand(panel: SidePanel, room: Workspace) -> None:
    asked: list[str] = []
    panel.action_requested.connect(asked.append)
    section = panel.edit_section
    QTest.mouseClick(section.tools["lasso"], LEFT)
    QTest.mouseClick(section.commands["smooth"], LEFT)
    assert asked == ["tool.lasso", "mask.smooth"]
    room.view.set_tool(Tool.ERASER)
    section.refresh()
    assert [name for name, button in section.tools.items() if button.isChecked()] == ["eraser"]


def test_label_brush_range_and_overwriting_are_set(panel: SidePanel, room: Workspace) -> None:
    section, annotating = panel.edit_section, room.annotating
    QTest.mouseClick(section.labels[3], LEFT)
    QTest.mouseClick(section.gate, LEFT)
    QTest.mouseClick(section.over[Overwrite.BACKGROUND], LEFT)
    section.width_mm.changed.emit(12.0)
    section.range.plot.moved.emit(50.0, 80.0)
    settings = annotating.settings
    assert (settings.label, settings.radius, settings.over) == (3, 6.0, Overwrite.BACKGROUND)
    assert settings.gate is not None
    assert (settings.gate.low_hu, settings.gate.high_hu) == (50.0, 80.0)
    section.refresh()
    assert section.range.isVisibleTo(section)
    assert (section.range.low.text(), section.range.high.text()) == ("50", "80")
    assert [label for label, chip in section.labels.items() if chip.isChecked()] == [3]


def test_the_list_goes_to_a_step_and_the_amount_follows(
    panel: SidePanel, room: Workspace, qtbot: QtBot
) -> None:
    annotating, section, steps = room.annotating, panel.edit_section, panel.steps_section
    assert not steps.isVisibleTo(panel)
    annotating.change(label=5, radius=10.0)
    for column in (30, 60):
        annotating.begin(2, 48, column, 1.0, erase=False)
        annotating.end_stroke()
    qtbot.waitUntil(lambda: annotating.saved and steps.steps.count() == 3)
    assert section.amount.text().startswith("SDH ")
    assert "mL" in section.amount.text()
    steps.steps.itemClicked.emit(steps.steps.item(0))
    qtbot.waitUntil(lambda: annotating.position == 0 and annotating.saved)
    qtbot.waitUntil(lambda: section.amount.text() == "The mask is empty.")
    assert steps.steps.count() == 3
