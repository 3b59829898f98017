"""Preferences apply at once; keys are recorded, and a taken key is said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.actions.bindings import keys_of
from ichviewer.base.settings import Settings
from ichviewer.documents.annotation_opening import login_name, reader_name
from ichviewer.widgets.dialogs.settings import SettingsDialog
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace


@pytest.fixture
def dialog(qtbot: QtBot, workspace: QuietWorkspace) -> SettingsDialog:
    made = SettingsDialog(workspace)
    qtbot.addWidget(made)
    made.names.setCurrentRow(4)
    made.open()
    return made


def keys(workspace: QuietWorkspace, identifier: str) -> tuple[str, ...]:
    return keys_of(identifier, workspace.settings.preferences.key_bindings)


def test_a_switch_is_kept(dialog: SettingsDialog, workspace: QuietWorkspace) -> None:
    dialog.switches["wheel_down_next"].click()
    assert not workspace.settings.preferences.wheel_down_next
    again = Settings(workspace.settings.path)
    assert not again.preferences.wheel_down_next


def test_the_theme_is_chosen(dialog: SettingsDialog, workspace: QuietWorkspace) -> None:
    dialog.choices["theme"]["light"].click()
    assert workspace.settings.preferences.theme == "light"
    assert not dialog.choices["theme"]["dark"].isChecked()


def test_what_changes_elsewhere_is_shown(dialog: SettingsDialog, workspace: QuietWorkspace) -> None:
    workspace.settings.change(identity_hidden=True)
    assert dialog.switches["identity_hidden"].isChecked()


def test_pressing_a_free_key_binds_it(dialog: SettingsDialog, workspace: QuietWorkspace) -> None:
    row = dialog.keys_page.rows["view.invert"]
    row.button.click()
    assert row.button.text() == "press keys…"
    QTest.keyClick(row.button, Qt.Key.Key_F12)
    assert keys(workspace, "view.invert") == ("F12",)
    assert row.button.text() == "F12"
    row.default.click()
    assert keys(workspace, "view.invert") == ("I",)


def test_a_taken_key_is_said_and_kept_until_answered(
    dialog: SettingsDialog, workspace: QuietWorkspace
) -> None:
    row = dialog.keys_page.rows["view.invert"]
    row.button.click()
    QTest.keyClick(row.button, Qt.Key.Key_O)
    assert row.warning.text() == "O is used by “Overlay”."
    assert row.warning.isVisible()
    assert keys(workspace, "view.invert") == ("I",)
    row.keep.click()
    assert not row.warning.isVisible()
    row.ask_for("O")
    row.take.click()
    assert keys(workspace, "view.invert") == ("O",)
    assert keys(workspace, "view.overlay") == ()
    assert dialog.keys_page.rows["view.overlay"].button.text() == "none"


def test_escape_while_recording_keeps_key_and_dialog(
    dialog: SettingsDialog, workspace: QuietWorkspace
) -> None:
    row = dialog.keys_page.rows["view.invert"]
    row.button.click()
    QTest.keyClick(row.button, Qt.Key.Key_Escape)
    assert keys(workspace, "view.invert") == ("I",)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_backspace_takes_the_key_away(dialog: SettingsDialog, workspace: QuietWorkspace) -> None:
    row = dialog.keys_page.rows["view.invert"]
    row.button.click()
    QTest.keyClick(row.button, Qt.Key.Key_Backspace)
    assert keys(workspace, "view.invert") == ()


def test_keys_bound_twice_in_the_file_are_said(dialog: SettingsDialog, workspace: QuietWorkspace) -> None:
    assert not dialog.keys_page.clash.isVisible()
    workspace.settings.change(key_bindings={"view.invert": ("O",)})
    assert dialog.keys_page.clash.text() == "Bound twice, so they do nothing: O"


def test_searching_keys(dialog: SettingsDialog) -> None:
    dialog.keys_page.search("invert")
    shown = [name for name, row in dialog.keys_page.rows.items() if row.isVisible()]
    assert shown == ["view.invert"]


def test_the_reader_s_name_is_taken_on_enter_and_a_wrong_one_refused(
    dialog: SettingsDialog, workspace: QuietWorkspace
) -> None:
    row = dialog.reader_name
    dialog.names.setCurrentRow(1)
    QTest.keyClicks(row.field, "  Ada Byron ")
    assert workspace.settings.preferences.reader_name == ""
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    assert workspace.settings.preferences.reader_name == "Ada Byron"
    assert dialog.isVisible()
    QTest.keyClicks(row.field, "\\")
    assert row.trouble.isVisible()
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    assert workspace.settings.preferences.reader_name == "Ada Byron"
    QTest.keyClick(row.field, Qt.Key.Key_Escape)
    assert row.field.text() == "Ada Byron"
    assert not row.trouble.isVisible()
    workspace.settings.change(reader_name="x" * 65)
    assert reader_name(workspace.settings.preferences) == login_name(), "a hand-edited file is judged, too"
