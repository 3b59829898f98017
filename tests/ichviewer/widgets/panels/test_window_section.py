"""Level and width by typing, sliding, dragging, presets and the learned window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichcore.volume import Window
from ichcore.volume.window import PRESETS, Transfer
from ichviewer.documents.view_state import Display
from ichviewer.widgets.panels.window_section import WindowSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_card


@pytest.fixture
def section(qtbot: QtBot, workspace: QuietWorkspace) -> WindowSection:
    made = WindowSection(workspace)
    qtbot.addWidget(made)
    made.resize(310, 330)
    made.show()
    return made


def test_typing_a_width_changes_the_window(section: WindowSection, workspace: QuietWorkspace) -> None:
    field = section.width_row.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "95")
    assert workspace.view.window.width == 80
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (workspace.view.window.center, workspace.view.window.width) == (40, 95)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert workspace.view.window.width == 96


@pytest.mark.parametrize(("typed", "taken"), [("-20", -20), ("−20", -20), ("1,5", 1.5), ("99999", 4000)])
def test_a_level_may_be_negative_and_stops_at_the_end(
    section: WindowSection, workspace: QuietWorkspace, typed: str, taken: float
) -> None:
    field = section.level.field
    field.setFocus()
    field.selectAll()
    field.insert(typed)  # QTest cannot type a minus sign outside ASCII; pasting can
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert workspace.view.window.center == taken


def test_words_and_escape_leave_the_window_alone(section: WindowSection, workspace: QuietWorkspace) -> None:
    field = section.level.field
    field.setFocus()
    QTest.keyClicks(field, "wide")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "40"
    field.selectAll()
    QTest.keyClicks(field, "77")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "40"
    assert workspace.view.window.center == 40


def test_whoever_changes_the_window_the_section_shows_it(
    qtbot: QtBot, section: WindowSection, workspace: QuietWorkspace
) -> None:
    workspace.view.set_window(Window(400, 1800))
    qtbot.waitUntil(lambda: section.level.field.text() == "400")
    assert section.width_row.field.text() == "1800"
    low, high = section.plot.axis
    assert low < -500
    assert high > 1300


def drag(section: WindowSection, start: float, end: float) -> None:
    plot = section.plot
    y = plot.height() // 2
    points = [QPoint(round(plot.x_of(hu)), y) for hu in (start, (start + end) / 2, end)]
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(plot, point)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=points[-1])


def test_dragging_the_curve_moves_the_level(section: WindowSection, workspace: QuietWorkspace) -> None:
    drag(section, 45, 75)
    assert workspace.view.window.center == pytest.approx(70, abs=2)
    assert workspace.view.window.width == 80


def test_dragging_an_end_changes_the_width(section: WindowSection, workspace: QuietWorkspace) -> None:
    drag(section, 80, 100)
    assert workspace.view.window.center == 40
    assert workspace.view.window.width == pytest.approx(120, abs=4)


def test_a_preset_chip_sets_its_window(
    qtbot: QtBot, section: WindowSection, workspace: QuietWorkspace
) -> None:
    section.presets[1].click()
    assert workspace.view.window == PRESETS[1]
    qtbot.waitUntil(section.presets[1].isChecked)
    assert not section.presets[0].isChecked()
    assert section.presets[1].key == "2"


def test_a_rebound_key_is_written_on_the_chip(section: WindowSection, workspace: QuietWorkspace) -> None:
    workspace.settings.change(key_bindings={"window.preset_2": ("F12",)})
    assert section.presets[1].key == "F12"


def test_the_learned_chip_switches_and_names_its_window(
    qtbot: QtBot, section: WindowSection, workspace: QuietWorkspace
) -> None:
    assert section.learned.text() == "Learned 46/62"
    section.learned.click()
    assert workspace.view.learned_on
    assert section.header.aside == "learned, channel 1 · sigmoid"
    section.learned.click()
    assert not workspace.view.learned_on
    assert workspace.view.window.width == 80


def test_the_learned_menu_chooses_channel_transfer_and_composite(
    section: WindowSection, workspace: QuietWorkspace
) -> None:
    menu = section.learned.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[1] == "Channel 2 · 74/171   from subdural 80/200"
    menu.actions()[1].trigger()
    assert round(workspace.view.window.center) == 74
    linear = next(a for a in menu.actions() if a.text().startswith("Linear"))
    linear.trigger()
    assert workspace.view.window.transfer is Transfer.LINEAR
    composite = next(a for a in menu.actions() if "composite" in a.text())
    composite.trigger()
    assert workspace.view.display is Display.COMPOSITE


def test_a_degenerate_channel_is_said_and_cannot_be_chosen(
    section: WindowSection, workspace: QuietWorkspace
) -> None:
    workspace.install(make_card(degenerate=True))
    menu = section.learned.menu()
    menu.rebuild()
    third = menu.actions()[2]
    assert "degenerate" in third.text()
    assert not third.isEnabled()
    assert menu.actions()[0].isEnabled()
