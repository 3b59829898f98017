"""Two readers of one series to the end: names, comparison, differences, adjudication; in a real store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ichcore.annotations.answer import Answer
from ichcore.annotations.blinding import Purpose
from ichcore.annotations.place import default_store
from ichcore.annotations.step import Step
from ichcore.annotations.store import Store
from ichcore.export.stored import annotation_of
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin
from tests.ichviewer.conftest import make_volume
from tests.ichviewer.documents.reading_room import stored, workspace

__all__ = ["workspace"]
UID = "1.2.3"


def draw(workspace, index: int, row: int, label: int = 5, size: int = 20) -> None:
    """A square on a slice."""
    mask = workspace.reading.labelling.contents.mask
    where = np.zeros(mask.shape, bool)
    where[index, row : row + size, 30 : 30 + size] = True
    workspace.annotating.do(
        Step.of(MaskEdit.setting("Brush", mask, np.flatnonzero(where), label, Origin.HUMAN))
    )


def read(workspace, qtbot, reader: str, row: int, subdural: Answer) -> None:
    """A whole read: a square on slice 1, answers on slices 2 and 3, locked."""
    workspace.settings.change(reader_name=reader)
    labelling = workspace.reading.labelling
    labelling.say(2, "subdural", subdural)
    labelling.say(3, "any", Answer.NO)
    stored(workspace, qtbot)
    draw(workspace, 1, row)
    stored(workspace, qtbot)
    labelling.lock()
    assert labelling.read.done


@pytest.fixture
def two_reads(workspace, qtbot):
    """Ada and Bo have both locked theirs; it is Bo who sits there."""
    workspace.show_case(make_volume(5), first=0)
    read(workspace, qtbot, "Ada", 20, Answer.YES)
    read(workspace, qtbot, "Bo", 50, Answer.NO)
    qtbot.waitUntil(lambda: workspace.reading.readers.compared is not None, timeout=60_000)
    return workspace


def test_another_name_leaves_an_open_annotation_stored_and_opens_its_own(workspace, qtbot) -> None:
    workspace.show_case(make_volume(5), first=0)
    labelling = workspace.reading.labelling
    labelling.say(2, "subdural", Answer.YES)
    stored(workspace, qtbot)
    draw(workspace, 1, 20)
    workspace.settings.change(reader_name="Bo")
    assert workspace.annotating.annotation is None
    assert not workspace.can_undo
    labelling.say(2, "subdural", Answer.NO)
    stored(workspace, qtbot)
    assert workspace.annotating.annotation.reader == "Bo"
    assert not labelling.contents.mask.labels.any()
    workspace.settings.change(reader_name="Ada")
    qtbot.waitUntil(lambda: workspace.annotating.annotation is not None, timeout=60_000)
    assert workspace.annotating.annotation.reader == "Ada"
    assert labelling.answer(2, "subdural").answer is Answer.YES
    assert labelling.contents.mask.labels[1].any(), "the stroke was not on the disk yet"


def test_two_locked_reads_are_compared_and_one_alone_is_not(two_reads, qtbot) -> None:
    readers = two_reads.reading.readers
    assert readers.compared.readers == ("Bo", "Ada")
    assert readers.compared.agreement.dice_union == 0
    assert readers.compared.agreement.slices_of_both["any"] == 1
    assert readers.answer(2, "subdural") == ("yes", "Ada")
    assert readers.outlined == "Ada"
    assert readers.outlined_slice(1)[20, 30] == 5
    readers.toggle_outline()
    assert readers.outlined_slice(1) is None
    readers.count_everywhere()
    qtbot.waitUntil(lambda: readers.everywhere is not None, timeout=60_000)
    assert readers.everywhere.series == 1
    two_reads.settings.change(reader_name="Cy")
    two_reads.reading.labelling.say(0, "any", Answer.NO)
    stored(two_reads, qtbot)
    qtbot.waitUntil(lambda: two_reads.reading.blind.others.names == ("Ada", "Bo"), timeout=60_000)
    assert readers.pair is None
    assert readers.outlined_slice(1) is None
    assert not two_reads.reading.adjudicating.may_begin, "a read that is open stays blind"


def test_differences_are_gone_through_in_order(two_reads) -> None:
    work, view = two_reads.reading.adjudicating, two_reads.view
    assert [each.index for each in work.queue] == [1, 2]
    view.go_to_slice(0)
    work.go(1)
    assert view.slice_index == 1
    work.go(1)
    assert (view.slice_index, work.at.classes) == (2, ("subdural",))
    view.go_to_slice(4)
    assert work.at is None
    work.go(-1)
    assert view.slice_index == 2


def test_each_difference_is_decided_and_the_adjudication_is_the_final_label(
    two_reads, qtbot, tmp_path: Path
) -> None:
    workspace, work = two_reads, two_reads.reading.adjudicating
    work.begin()
    qtbot.waitUntil(lambda: work.on and workspace.reading.readers.compared is not None, timeout=60_000)
    assert workspace.annotating.annotation.reader == "Bo"
    workspace.view.go_to_slice(1)
    work.settle(1)
    stored(workspace, qtbot)
    assert workspace.reading.labelling.contents.mask.labels[1, 20, 30] == 5
    assert work.settled == {1: "Ada"}
    workspace.undo()
    stored(workspace, qtbot)
    assert work.settled == {}
    workspace.redo()
    stored(workspace, qtbot)
    workspace.view.go_to_slice(2)
    work.settle(0)
    stored(workspace, qtbot)
    draw(workspace, 2, 40)
    stored(workspace, qtbot)
    work.settle(None)
    stored(workspace, qtbot)
    assert work.settled == {1: "Ada", 2: "it stands"}
    assert workspace.reading.labelling.answer(2, "any").answer is Answer.YES
    workspace.reading.labelling.lock()
    assert work.over
    store = Store.open(default_store())
    assert [(r.reader, r.purpose, r.done) for r in store.reads(UID)] == [
        ("Ada", Purpose.READ, True),
        ("Bo", Purpose.READ, True),
        ("Bo", Purpose.ADJUDICATION, True),
    ]
    bo = store.view(UID, "Bo", by="Bo")
    assert bo.mask.labels[1, 50, 30] == 5, "the read stays as it was locked"
    store.close()
    assert annotation_of(make_volume(5)).mask.labels[1, 20, 30] == 5
    # whoever else has read the series exports the final label, too
    workspace.settings.change(reader_name="Ada")
    qtbot.waitUntil(lambda: workspace.reading.blind.others.final is not None, timeout=60_000)
    export = workspace.reading.export
    export.choose(formats=frozenset({"nifti"}))
    assert export.why_not(workspace.case) == ""
    assert export._snapshot().reader == "Bo"


def test_a_third_reader_decides_between_two_without_a_read_of_their_own(two_reads, qtbot) -> None:
    work = two_reads.reading.adjudicating
    two_reads.settings.change(reader_name="Cy")
    qtbot.waitUntil(lambda: work.readers == ("Ada", "Bo"), timeout=60_000)
    assert two_reads.reading.readers.pair is None, "both are hidden until the adjudication is begun"
    work.begin()
    qtbot.waitUntil(lambda: work.on and bool(work.queue), timeout=60_000)
    assert two_reads.reading.readers.compared.readers == ("Ada", "Bo")
    two_reads.view.go_to_slice(1)
    work.settle(1)
    stored(two_reads, qtbot)
    assert two_reads.reading.labelling.contents.mask.labels[1, 50, 30] == 5
    two_reads.close_case()
    two_reads.show_case(make_volume(5), first=0)
    qtbot.waitUntil(lambda: work.on and bool(work.queue), timeout=60_000)
    assert work.settled == {1: "Bo"}
