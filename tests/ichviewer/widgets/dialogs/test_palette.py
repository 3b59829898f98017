"""The palette finds by a few letters and runs by Enter."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.actions.book import ActionBook
from ichviewer.documents.recents import Recent
from ichviewer.widgets.dialogs.palette import CommandPalette
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_card


@pytest.fixture
def book(workspace: QuietWorkspace) -> ActionBook:
    made = ActionBook(workspace.settings, workspace)
    made.enable(frozenset({"case", "learned", "model"}))
    return made


def opened(qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook) -> CommandPalette:
    palette = CommandPalette(workspace, book)
    qtbot.addWidget(palette)
    palette.open()
    return palette


def test_it_finds_learned_and_runs_it(qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook) -> None:
    book["view.learned"].triggered.connect(workspace.view.toggle_learned)
    palette = opened(qtbot, workspace, book)
    QTest.keyClicks(palette.field, "learned")
    assert palette.chosen is not None
    assert palette.chosen.text == "Learned window"
    assert palette.chosen.key == "L"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert workspace.view.learned_on
    assert not palette.isVisible()


def test_arrows_choose_and_escape_leaves(qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook) -> None:
    palette = opened(qtbot, workspace, book)
    first = palette.chosen
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.chosen is not first
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.chosen is first
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert not workspace.view.learned_on


def test_what_is_not_possible_now_does_nothing(
    qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook
) -> None:
    ran: list[str] = []
    book.ran.connect(ran.append)
    palette = opened(qtbot, workspace, book)
    QTest.keyClicks(palette.field, "next flagged slice")
    assert palette.chosen is not None
    assert not palette.chosen.enabled
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert ran == []


def test_presets_classes_models_and_recents_are_found(
    qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook
) -> None:
    from dataclasses import replace

    workspace.install(*workspace.models.cards, replace(make_card(), name="other-model"))
    workspace.remember(Recent(Path("/studies/a"), "DOE^JANE", "2024-01-01T10:00:00"))
    palette = opened(qtbot, workspace, book)
    for query, run in (
        ("brain wide", lambda: workspace.view.window.width == 100),
        ("overlay subdural alone", lambda: workspace.view.overlay.class_name == "subdural"),
        ("use other-model", lambda: workspace.opened == ["other-model"]),
        ("recent doe", lambda: workspace.opened[-1] == Path("/studies/a")),
    ):
        palette.search(query)
        palette.run_chosen()
        assert run(), query


def test_privacy_hides_the_names_of_recents(
    qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook
) -> None:
    workspace.remember(Recent(Path("/studies/a"), "DOE^JANE", "2024-01-01T10:00:00"))
    workspace.view.set_identity_hidden(True)
    palette = opened(qtbot, workspace, book)
    texts = [palette.list.item(row).text() for row in range(palette.list.count())]
    assert "Open recent study 1" in texts
    assert not any("DOE" in text for text in texts)


def test_nothing_found_is_said(qtbot: QtBot, workspace: QuietWorkspace, book: ActionBook) -> None:
    palette = opened(qtbot, workspace, book)
    palette.search("qqqq")
    assert palette.chosen is None
    palette.run_chosen()
    assert palette.isVisible()
