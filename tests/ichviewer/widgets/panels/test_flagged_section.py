"""From flagged slice to flagged slice."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ichviewer.widgets.panels.flagged_section import FlaggedSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace


@pytest.fixture
def section(qtbot: QtBot, workspace: QuietWorkspace) -> FlaggedSection:
    made = FlaggedSection(workspace)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_count_is_said(section: FlaggedSection, workspace: QuietWorkspace) -> None:
    expected = int(workspace.case.flags().any(axis=1).sum())
    assert section.count.text() == f"{expected} of 30 slices flagged"


def test_next_and_previous_of_one_class(section: FlaggedSection, workspace: QuietWorkspace) -> None:
    section.choose_class("subarachnoid")
    assert section.count.text() == "3 of 30 slices flagged"
    workspace.view.go_to_slice(0)
    section.next.click()
    assert workspace.view.slice_index == 14
    section.previous.click()
    assert workspace.view.slice_index == 16


def test_the_menu_counts_each_class(section: FlaggedSection) -> None:
    texts = [action.text() for action in section.which.menu().actions()]
    assert texts == [
        "any class",
        "epidural   7",
        "intraparenchymal   0",
        "intraventricular   0",
        "subarachnoid   3",
        "subdural   0",
    ]


def test_nothing_to_go_to_is_shown_by_disabled_buttons(section: FlaggedSection) -> None:
    section.choose_class("subdural")
    assert not section.next.isEnabled()
