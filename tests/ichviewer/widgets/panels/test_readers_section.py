"""What the Read tab says of two readers: their names, figures, the queue of differences, decisions."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ichcore.annotations.answer import Answer
from ichviewer.app.reader_commands import reader_handlers
from ichviewer.widgets.dialogs.lock_question import LockQuestion
from ichviewer.widgets.panels.differences_section import DifferencesSection
from ichviewer.widgets.panels.readers_section import ReadersSection
from ichviewer.widgets.panels.slice_section import SliceSection
from tests.ichviewer.documents.test_two_readers import draw, read, stored
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_volume

ROW = 10


@pytest.fixture
def two_reads(workspace: QuietWorkspace, qtbot: QtBot) -> QuietWorkspace:
    workspace.show_case(make_volume(30), first=0)
    read(workspace, qtbot, "Ada", ROW, Answer.YES)
    read(workspace, qtbot, "Bo", ROW + 4, Answer.NO)
    qtbot.waitUntil(lambda: workspace.reading.readers.compared is not None, timeout=60_000)
    return workspace


def test_figures_and_words_of_two_locked_reads(two_reads: QuietWorkspace, qtbot: QtBot) -> None:
    section = ReadersSection(two_reads)
    qtbot.addWidget(section)
    section.show()
    texts = [label.text() for label in section.findChildren(QLabel)]
    assert "This series" in texts
    assert "0.80" in texts, "Dice of two squares of 20 rows that are 4 rows apart"
    assert any("κ of fewer than 10 slices says little" in text for text in texts)
    assert list(section.switches) == ["Ada"]
    section.switches["Ada"].click()
    assert two_reads.reading.readers.outlined == ""
    section.everywhere.click()
    qtbot.waitUntil(lambda: two_reads.reading.readers.everywhere is not None, timeout=60_000)
    qtbot.waitUntil(lambda: not section.everywhere.isVisible(), timeout=10_000)
    assert any("this one alone" in label.text() for label in section.findChildren(QLabel))
    answers = SliceSection(two_reads)
    qtbot.addWidget(answers)
    two_reads.view.go_to_slice(2)
    answers.refresh()
    assert answers.answers[5].answer == "no"
    assert answers.answers[5].other == "yes"


def test_others_are_hidden_from_whoever_has_not_locked(workspace: QuietWorkspace, qtbot: QtBot) -> None:
    workspace.show_case(make_volume(30), first=0)
    read(workspace, qtbot, "Ada", ROW, Answer.YES)
    workspace.settings.change(reader_name="Cy")
    workspace.reading.labelling.say(2, "any", Answer.NO)
    stored(workspace, qtbot)
    qtbot.waitUntil(lambda: workspace.reading.blind.others.names == ("Ada",), timeout=60_000)
    section, differences = ReadersSection(workspace), DifferencesSection(workspace)
    qtbot.addWidget(section)
    qtbot.addWidget(differences)
    assert section.state.text() == "Ada has read this series; hidden until your read is locked."
    assert not section.switches
    assert differences.isHidden()


def test_a_difference_is_decided_by_its_chips(two_reads: QuietWorkspace, qtbot: QtBot) -> None:
    section = DifferencesSection(two_reads)
    qtbot.addWidget(section)
    section.show()
    handlers = reader_handlers(two_reads)
    section.action_requested.connect(lambda name: handlers[name]())
    section.next.click()
    section.refresh()
    assert two_reads.view.slice_index == 2
    assert section.here.text() == "Slice 3 · Bo / Ada\nSDH ✗ / ✓"
    assert section.header.aside == "1 of 1"
    assert not section.first.isVisible()
    section.begin.click()
    work = two_reads.reading.adjudicating
    qtbot.waitUntil(lambda: work.on and bool(work.queue), timeout=60_000)
    section.refresh()
    two_reads.view.go_to_slice(2)
    section.refresh()
    section.second.click()
    stored(two_reads, qtbot)
    section.refresh()
    assert section.second.isChecked()
    assert section.header.aside == "1 of 1 decided"
    question = LockQuestion(two_reads, two_reads.reading.labelling.read)
    qtbot.addWidget(question)
    assert any("final label" in label.text() for label in question.findChildren(QLabel))
    question.lock.click()
    section.refresh()
    assert work.over
    assert not section.second.isVisible()
    assert "locked" in section.state.text()


def test_drawing_goes_into_the_adjudication_and_not_into_the_read(
    two_reads: QuietWorkspace, qtbot: QtBot
) -> None:
    work = two_reads.reading.adjudicating
    work.begin()
    qtbot.waitUntil(lambda: work.on and bool(work.queue), timeout=60_000)
    own = two_reads.reading.blind.others.own
    before = own.mask.labels.copy()
    draw(two_reads, 7, ROW, label=2)
    stored(two_reads, qtbot)
    assert two_reads.annotating.counts[2] > 0
    assert (own.mask.labels == before).all()
