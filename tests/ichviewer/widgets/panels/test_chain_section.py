"""The Mask tab: what it shows of the chain, and what its switches do."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.widgets.panels.side_panel import SidePanel

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def panel(qtbot: QtBot, room, tiny_volume, patient_room) -> SidePanel:
    """Beside a small series whose slices are all flagged, its Mask tab open."""
    room.show_volume(tiny_volume)
    patient_room()
    room.case.set_thresholds(np.zeros(6, np.float32))
    made = SidePanel(room)
    qtbot.addWidget(made)
    made.resize(320, 700)
    made.show()
    made.show_tab("mask")
    patient_room()
    qtbot.wait(20)
    return made


def test_opening_the_tab_shows_the_mask_once(panel: SidePanel, room, patient_room) -> None:
    masks = room.inference.masks
    assert masks.settings.visible
    masks.change(visible=False)
    panel.show_tab("read")
    panel.show_tab("mask")
    assert not masks.settings.visible


def test_each_step_says_its_area_and_what_it_changed(panel: SidePanel) -> None:
    rows = panel.chain_section.rows
    assert [name for name, row in rows.items() if row.isVisible()] == [
        "layercam",
        "edges",
        "neighbours",
        "crf",
        "density",
    ]
    assert rows["layercam"].lines[0].endswith("mm²")
    assert rows["edges"].lines[1].startswith("lost")
    assert rows["neighbours"].lines == ("off", "")
    assert rows["crf"].is_shown


def test_a_click_shows_a_step_and_another_one_the_last_again(panel: SidePanel, room, qtbot: QtBot) -> None:
    row, masks = panel.chain_section.rows["edges"], room.inference.masks
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    qtbot.waitUntil(lambda: row.is_shown)
    assert masks.settings.step == "edges"
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    assert masks.settings.step is None


def test_a_switch_takes_a_step_or_leaves_it_out(panel: SidePanel, room, patient_room, qtbot: QtBot) -> None:
    rows = panel.chain_section.rows
    QTest.mouseClick(rows["crf"].switch, Qt.MouseButton.LeftButton)
    assert room.inference.masks.settings.chain.crf_weight == 0
    QTest.mouseClick(rows["neighbours"].switch, Qt.MouseButton.LeftButton)
    assert room.inference.masks.settings.chain.neighbour_weight == 0.5
    patient_room()
    qtbot.waitUntil(lambda: rows["crf"].lines[0] == "off")
    assert panel.chain_section.neighbours.isVisible()
    assert not panel.chain_section.crf.isVisible()


def test_the_volumes_stand_below(panel: SidePanel, patient_room, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "any" in panel.blood_section.lines, timeout=20_000)
    assert panel.blood_section.lines["any"].endswith("mL")
    assert "ABC/2" in panel.blood_section.words.text()


def test_the_slider_moves_the_threshold(panel: SidePanel, room) -> None:
    panel.mask_section.threshold.slider.setValue(70)
    assert room.inference.masks.settings.chain.threshold == pytest.approx(0.7)
