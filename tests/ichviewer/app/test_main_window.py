from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from ichcore.explain.heatmap import Box, Heatmap
from ichcore.volume import Finding, Volume, Window
from ichcore.volume.window import BRAIN
from ichviewer.actions.table import ACTIONS
from ichviewer.app.main_window import MainWindow
from ichviewer.documents.measurements import Measurement
from ichviewer.documents.view_state import Display, Layout, Tool
from ichviewer.documents.workspace import Workspace
from ichviewer.widgets.dialogs.scope_question import ScopeQuestion

pytestmark = pytest.mark.usefixtures("no_heatmaps")


def activation(volume: Volume, index: int) -> tuple[list[Heatmap], list[Box]]:
    """A square of epidural activation, and the box around it."""
    values = np.zeros(volume.shape[1:], np.float32)
    values[36:45, 36:45] = 1.0
    grid = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    heatmap = Heatmap("layercam", "fusion", "epidural", index, values, values, 1.0, grid)
    return [heatmap], [Box(index, "epidural", (32, 32, 49, 49), 1.0)]


def press(window: MainWindow, qtbot, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(window.image.active_view, key, modifier)


def closed(window: MainWindow) -> MainWindow:
    window.workspace.close_case()
    return window


def test_without_a_case_the_window_invites(window: MainWindow) -> None:
    assert window.empty.isVisible()
    assert not window.image.isVisible()
    assert not window.side.isVisible()
    assert not window.actions_book["view.overlay"].isEnabled()
    assert window.actions_book["file.open"].isEnabled()
    assert "ichviewer" in window.windowTitle()


def test_with_a_case_the_image_takes_its_place(reading: MainWindow) -> None:
    assert reading.image.isVisible()
    assert reading.strip.isVisible()
    assert reading.side.isVisible()
    assert not reading.empty.isVisible()
    assert reading.actions_book["view.overlay"].isEnabled()


def test_the_title_names_the_program_once(reading: MainWindow) -> None:
    # Qt appends the name to every title that does not end with it
    for title in (reading.windowTitle(), closed(reading).windowTitle()):
        assert title.count("ichviewer") == 1
        assert title.endswith("ichviewer")


def test_privacy_takes_the_name_out_of_title_and_chip(reading: MainWindow, qtbot) -> None:
    assert reading.windowTitle().startswith("DOE, JANE · Head plain")
    press(reading, qtbot, Qt.Key.Key_P)
    assert "DOE" not in reading.windowTitle()
    assert "PID-77" not in reading.windowTitle()
    assert not any(
        "PID-77" in widget.accessibleName() + widget.toolTip() for widget in reading.top.findChildren(QWidget)
    )
    assert "ichviewer" in reading.windowTitle()


@pytest.mark.parametrize(
    ("key", "slice_"),
    [
        (Qt.Key.Key_Down, 3),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 4),
        (Qt.Key.Key_PageDown, 4),
        (Qt.Key.Key_N, 4),
    ],
)
def test_keys_move_through_the_slices(reading: MainWindow, qtbot, key: Qt.Key, slice_: int) -> None:
    press(reading, qtbot, key)
    assert reading.workspace.view.slice_index == slice_


def test_flagged_slices_of_one_class(reading: MainWindow) -> None:
    reading.actions_book.run("slice.next_epidural")
    assert reading.workspace.view.slice_index == 1
    reading.actions_book.run("slice.previous_subdural")
    assert reading.workspace.view.slice_index == 4
    said: list[str] = []
    reading.workspace.notice_raised.connect(lambda _, sentence: said.append(sentence))
    reading.actions_book.run("slice.next_intraventricular")
    assert reading.workspace.view.slice_index == 4
    assert "intraventricular" in said[0]


def test_keys_change_how_it_is_looked_at(reading: MainWindow, qtbot) -> None:
    view = reading.workspace.view
    press(reading, qtbot, Qt.Key.Key_2)
    assert view.window.name == "subdural"
    press(reading, qtbot, Qt.Key.Key_I)
    assert view.inverted
    press(reading, qtbot, Qt.Key.Key_O)
    assert not view.overlay.visible
    press(reading, qtbot, Qt.Key.Key_G)
    assert view.layout is Layout.FOUR_UP
    press(reading, qtbot, Qt.Key.Key_D)
    assert view.tool is Tool.DISTANCE
    press(reading, qtbot, Qt.Key.Key_Escape)
    assert view.tool is Tool.WINDOW
    press(reading, qtbot, Qt.Key.Key_K)
    assert view.display is Display.COMPOSITE
    press(reading, qtbot, Qt.Key.Key_Space)
    assert not view.inverted
    assert view.window == view.default_window


def test_a_reset_shows_the_series_as_it_was_opened(window: MainWindow, tiny_volume: Volume, qtbot) -> None:
    bone = Window(400, 2000, "series")
    window.workspace.show_volume(replace(tiny_volume, windows=(bone,)))
    view = window.workspace.view
    assert view.window == BRAIN, "its own would show no blood"
    press(window, qtbot, Qt.Key.Key_4)
    press(window, qtbot, Qt.Key.Key_Space)
    assert view.window == BRAIN
    press(window, qtbot, Qt.Key.Key_0)
    assert view.window == bone


def test_an_opened_case_has_the_keyboard_not_a_button(window: MainWindow, tiny_volume: Volume, qtbot) -> None:
    window.top.setFocus()
    window.workspace.show_volume(tiny_volume)
    assert window.focusWidget() is window.image.active_view
    window.workspace.view.set_inverted(True)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert not window.workspace.view.inverted
    assert window.findChild(QDialog) is None


def test_without_a_case_the_keyboard_is_where_one_is_opened(
    window: MainWindow, tiny_volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    button = window.focusWidget()
    assert isinstance(button, QPushButton)
    assert "folder" in button.text()
    asked: list[str] = []
    monkeypatch.setattr(
        "ichviewer.app.file_commands.QFileDialog.getExistingDirectory", lambda *_: asked.append("folder")
    )
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert asked == ["folder"]
    window.workspace.show_volume(tiny_volume)
    window.workspace.close_case()
    assert window.focusWidget() is button


def test_overlay_and_boxes_are_switched_each_by_its_own_key(reading: MainWindow, qtbot) -> None:
    case = reading.workspace.case
    index = reading.workspace.view.slice_index
    case.set_heatmaps(index, *activation(case.volume, index))

    def look() -> tuple[bool, bool]:
        """Whether activation is painted inside the box, and the box's line."""
        view = reading.image.active_view
        picture, viewport = view.grab().toImage(), view.viewport()
        inside = picture.pixelColor(viewport.point(40, 40).toPoint())
        line = picture.pixelColor(viewport.point(31.6, 40).toPoint())
        return tuple(colour.saturation() > 60 for colour in (inside, line))

    assert look() == (True, True)
    press(reading, qtbot, Qt.Key.Key_O)
    assert look() == (False, True)
    press(reading, qtbot, Qt.Key.Key_X)
    assert look() == (False, False)
    press(reading, qtbot, Qt.Key.Key_O)
    assert look() == (True, False)


def test_a_measurement_is_chosen_in_the_list_and_deleted_on_the_image(reading: MainWindow, qtbot) -> None:
    case, view = reading.workspace.case, reading.workspace.view
    for identifier in (1, 2):
        case.put_measurement(
            Measurement(identifier, "distance", 4, ((20.0 * identifier, 20.0), (20.0 * identifier, 60.0)))
        )
    qtbot.waitUntil(lambda: len(reading.side.measurements_section.rows) == 2)
    rows = reading.side.measurements_section.rows
    qtbot.mouseClick(rows[0], Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert view.slice_index == 4
    assert reading.image.active_view.scene().selected == 1
    press(reading, qtbot, Qt.Key.Key_Delete)
    assert [item.identifier for item in case.measurements] == [2]

    # and the other way: a click on its line marks its row
    pane = reading.image.active_view
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=pane.viewport().point(40.0, 30.0).toPoint())
    qtbot.waitUntil(lambda: [row.selected for row in reading.side.measurements_section.rows] == [True])
    reading.side.measurements_section.rows[0].delete.click()
    assert case.measurements == ()
    assert reading.image.active_view.scene().measurements == ()


def test_a_tap_on_l_toggles_and_holding_it_compares(reading: MainWindow, qtbot) -> None:
    view = reading.workspace.view
    before = view.window
    press(reading, qtbot, Qt.Key.Key_L)
    assert view.learned_on
    press(reading, qtbot, Qt.Key.Key_L)
    assert view.window == before

    pane = reading.image.active_view
    qtbot.keyPress(pane, Qt.Key.Key_L)
    assert view.learned_on
    qtbot.wait(380)
    qtbot.keyRelease(pane, Qt.Key.Key_L)
    assert not view.learned_on
    assert view.window == before


@pytest.mark.parametrize("held_ms", [200, 400])
def test_a_held_l_that_repeats_is_still_one_hold(
    reading: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch, held_ms: int
) -> None:
    monkeypatch.setattr("ichviewer.app.keyboard.REPEAT_GAP_MS", 10_000)  # however slow this machine is
    view, pane = reading.workspace.view, reading.image.active_view
    before = view.window
    qtbot.keyPress(pane, Qt.Key.Key_L)
    qtbot.wait(held_ms)
    for _ in range(3):  # as X11 sends them, and as Qt passes them on while the computer is busy
        qtbot.keyRelease(pane, Qt.Key.Key_L)
        qtbot.keyPress(pane, Qt.Key.Key_L)
        assert view.learned_on
    qtbot.wait(400 - held_ms)
    qtbot.keyRelease(pane, Qt.Key.Key_L)
    assert view.window == before


def test_switches_show_the_state_whoever_changed_it(reading: MainWindow, qtbot) -> None:
    view, book = reading.workspace.view, reading.actions_book
    view.toggle_learned()
    view.set_tool(Tool.ANGLE)
    view.change_overlay(visible=False)
    qtbot.waitUntil(book["view.learned"].isChecked)
    assert book["tool.angle"].isChecked()
    assert not book["tool.window"].isChecked()
    assert not book["view.overlay"].isChecked()


def test_the_side_panel_folds_and_stays_folded(reading: MainWindow, qtbot, room: Workspace) -> None:
    press(reading, qtbot, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not reading.side.isVisible())
    assert not room.settings.preferences.side_panel_shown
    press(reading, qtbot, Qt.Key.Key_F9)
    qtbot.waitUntil(reading.side.isVisible)


def test_at_1366_by_768_nothing_is_cut_off(reading: MainWindow, qtbot) -> None:
    qtbot.wait(10)
    assert reading.minimumSizeHint().width() <= 1366
    assert reading.minimumSizeHint().height() <= 768
    for bar in (reading.top, reading.status):
        for child in bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if child.isVisible():
                assert child.geometry().right() <= bar.width()
                assert child.width() >= min(child.sizeHint().width(), 72)
    assert reading.image.width() > 800


def drop(window: MainWindow, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_dropped_folder_opens(window: MainWindow, study: Path, qtbot) -> None:
    drop(window, [study])
    qtbot.waitUntil(lambda: window.workspace.case is not None, timeout=20_000)
    qtbot.waitUntil(lambda: bool(window.workspace.jobs.idle), timeout=20_000)
    assert window.image.isVisible()


def test_several_dropped_files_open_their_folder(window: MainWindow, study: Path, qtbot) -> None:
    drop(window, sorted(study.iterdir()))
    qtbot.waitUntil(lambda: window.workspace.path == study)
    qtbot.waitUntil(lambda: bool(window.workspace.jobs.idle), timeout=20_000)


def test_a_notice_is_seen_and_a_click_dismisses_it(reading: MainWindow, qtbot) -> None:
    reading.workspace.notice_raised.emit("error", "The disk is full; make room.")
    assert reading.notice.isVisible()
    assert reading.notice.text == "The disk is full; make room."
    qtbot.mouseClick(reading.notice, Qt.MouseButton.LeftButton)
    assert not reading.notice.isVisible()


def test_a_notice_is_seen_without_a_case_too(window: MainWindow) -> None:
    window.workspace.notice_raised.emit("error", "Nothing was found there.")
    assert window.notice.isVisible()


def test_a_widget_can_ask_for_any_action(reading: MainWindow) -> None:
    reading.side.action_requested.emit("view.invert")
    assert reading.workspace.view.inverted
    reading.workspace.command_requested.emit("view.invert")
    assert not reading.workspace.view.inverted


def test_every_action_can_be_run_without_harm(reading: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one, in table order, on an open case; file dialogs answer 'cancel'."""
    monkeypatch.setattr("ichviewer.app.file_commands.QFileDialog.getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr("ichviewer.app.file_commands.QFileDialog.getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr("ichviewer.app.file_commands.QFileDialog.getExistingDirectory", lambda *_: "")
    monkeypatch.setattr("ichviewer.app.demo.open_demo", lambda _: None)
    for spec in ACTIONS:
        if spec.identifier not in {"file.close", "file.quit", "view.full_screen"}:
            reading.actions_book.run(spec.identifier)
    reading.actions_book.run("file.close")
    assert reading.workspace.case is None


def test_a_series_out_of_scope_is_scored_only_after_a_clear_yes(
    reading: MainWindow, qtbot, monkeypatch
) -> None:
    scored: list[bool] = []
    monkeypatch.setattr(reading.workspace.inference, "score_anyway", lambda: scored.append(True))
    case = reading.workspace.case
    case.set_prediction(None)
    case.refuse((Finding("contrast", "A series after contrast (agent Ultravist)."),))

    def ask() -> ScopeQuestion:
        press(reading, qtbot, Qt.Key.Key_F5)
        (question,) = reading.findChildren(ScopeQuestion)
        assert "Ultravist" in " ".join(label.text() for label in question.findChildren(QLabel))
        return question

    first = ask()
    with qtbot.waitSignal(first.destroyed):
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert scored == [], "Enter leaves it unscored"
    second = ask()
    with qtbot.waitSignal(second.destroyed):
        qtbot.mouseClick(second.anyway, Qt.MouseButton.LeftButton)
    assert scored == [True]
