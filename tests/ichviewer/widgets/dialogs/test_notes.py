"""Help, research-use note, model card, crash notice and about."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ichviewer.actions.table import ACTIONS
from ichviewer.widgets.dialogs.about import AboutDialog
from ichviewer.widgets.dialogs.crash_notice import CrashNotice
from ichviewer.widgets.dialogs.first_run import ResearchUseNote
from ichviewer.widgets.dialogs.model_card import ModelCardDialog
from ichviewer.widgets.dialogs.shortcut_help import ShortcutHelp
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_card


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_help_lists_every_action_that_has_a_key(qtbot: QtBot, workspace: QuietWorkspace) -> None:
    dialog = ShortcutHelp(workspace)
    qtbot.addWidget(dialog)
    missing = {spec.text for spec in ACTIONS if spec.shortcuts} - set(dialog.lines)
    assert not missing
    assert "Slice" in dialog.lines, "the wheel is explained too"


def test_help_narrows_down(qtbot: QtBot, workspace: QuietWorkspace) -> None:
    dialog = ShortcutHelp(workspace)
    qtbot.addWidget(dialog)
    dialog.open()
    QTest.keyClicks(dialog.field, "screenshot")
    assert dialog.lines == ["Save screenshot…"]
    QTest.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_note_must_be_accepted_once(qtbot: QtBot, workspace: QuietWorkspace) -> None:
    note = ResearchUseNote(workspace.settings)
    qtbot.addWidget(note)
    note.open()
    QTest.keyClick(note, Qt.Key.Key_Escape)
    assert note.isVisible(), "Esc is no acceptance"
    assert not note.button.isEnabled()
    note.check.click()
    note.button.click()
    assert not note.isVisible()
    assert workspace.settings.preferences.first_run_done
    again = ResearchUseNote(workspace.settings)
    qtbot.addWidget(again)
    again.open()
    QTest.keyClick(again, Qt.Key.Key_Escape)
    assert not again.isVisible()


def test_the_card_states_a_collapsed_window_as_degenerate(qtbot: QtBot) -> None:
    dialog = ModelCardDialog(make_card(degenerate=True))
    qtbot.addWidget(dialog)
    text = words(dialog)
    assert "degenerate" in text
    assert "46.0/62.0" in text
    assert "Platt scaling, fitted on phantoms" in text
    assert "800 phantom heads" in text


def test_the_card_tells_what_it_is_worth_before_how_it_was_made(qtbot: QtBot) -> None:
    dialog = ModelCardDialog(make_card())
    qtbot.addWidget(dialog)
    text = words(dialog)
    order = [
        "Windows, level/width",
        "slice auc",
        "Not for patient care",
        "Preparation and training",
        "Epochs",
    ]
    assert [text.find(word) for word in order] == sorted(text.find(word) for word in order)
    assert -1 not in [text.find(word) for word in order]


def test_a_sheet_has_round_corners_without_a_compositor(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    shape = dialog.outline().toImage()
    right, bottom = shape.width() - 1, shape.height() - 1
    corners = {shape.pixelColor(x, y).lightness() for x in (0, right) for y in (0, bottom)}
    inside = {
        shape.pixelColor(x, y).lightness()
        for x, y in ((right // 2, 0), (0, bottom // 2), (right // 2, bottom), (right // 2, bottom // 2))
    }
    assert len(corners) == len(inside) == 1
    assert corners != inside


def test_a_crash_report_can_be_read_and_copied(qtbot: QtBot, tmp_path: Path) -> None:
    report = tmp_path / "crash-1.txt"
    report.write_text("ValueError: broken", encoding="utf-8")
    dialog = CrashNotice(report)
    qtbot.addWidget(dialog)
    assert "ValueError" in dialog.text.toPlainText()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "ValueError: broken"


def test_a_lost_crash_report_is_no_second_crash(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = CrashNotice(tmp_path / "gone.txt")
    qtbot.addWidget(dialog)
    assert "cannot be read" in dialog.text.toPlainText()


def test_about_says_research_only(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    assert "Not a medical device" in words(dialog)
