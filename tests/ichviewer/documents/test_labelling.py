"""Answers, notes, time, locks and files of labels, through the real store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ichcore.annotations.answer import Answer, Verdict
from ichcore.annotations.place import default_store
from ichcore.annotations.store import Store
from ichcore.annotations.work_state import WorkState
from ichcore.opening.studies import studies_of
from ichcore.subtypes import CLASSES
from ichviewer.documents.slice_clock import SliceClock
from ichviewer.documents.view_state import ViewState
from tests.ichviewer.documents.reading_room import stored, workspace
from tests.ichviewer.widgets.quiet_workspace import (
    QuietWorkspace,
    make_prediction,
    make_volume,
)

__all__ = ["workspace"]
EPIDURAL = 18
MODEL = "window-fusion-compact"


def show(workspace: QuietWorkspace, qtbot, *, predicted: bool = True):
    case = workspace.show_case(make_volume(), first=EPIDURAL)
    if predicted:
        case.set_prediction(make_prediction())
    return case


def test_the_first_answer_opens_the_annotation_and_is_there_after_a_restart(
    workspace: QuietWorkspace, qtbot
) -> None:
    show(workspace, qtbot)
    labelling = workspace.reading.labelling
    labelling.say(EPIDURAL, "epidural", Answer.NO)
    labelling.say(EPIDURAL, "subdural", Answer.YES)
    labelling.write_note(EPIDURAL, "a fold, not blood")
    stored(workspace, qtbot)
    assert labelling.answer(EPIDURAL, "epidural").verdict is Verdict.REJECTED
    assert labelling.answer(EPIDURAL, "subdural").verdict is Verdict.CORRECTED
    assert labelling.answer(EPIDURAL, "subdural").model.startswith(f"{MODEL}@abab")
    workspace.close_case()
    assert labelling.answer(EPIDURAL, "epidural") is None
    show(workspace, qtbot, predicted=False)
    stored(workspace, qtbot)
    assert labelling.answer(EPIDURAL, "epidural").answer is Answer.NO
    assert labelling.note(EPIDURAL) == "a fold, not blood"
    workspace.undo()
    workspace.undo()
    stored(workspace, qtbot)
    assert labelling.note(EPIDURAL) == ""
    assert labelling.answer(EPIDURAL, "subdural") is None


def test_a_slice_is_accepted_or_finished_in_one_step(workspace: QuietWorkspace, qtbot) -> None:
    show(workspace, qtbot)
    labelling = workspace.reading.labelling
    labelling.accept_model(EPIDURAL)
    stored(workspace, qtbot)
    answers = {name: labelling.answer(EPIDURAL, name) for name in CLASSES}
    assert [name for name, said in answers.items() if said.answer is Answer.YES] == ["any", "epidural"]
    assert {said.verdict for said in answers.values()} == {Verdict.ACCEPTED}
    labelling.finish(0)
    stored(workspace, qtbot)
    assert labelling.finished(0)
    assert workspace.annotating.names == ("Accept the model on slice 19", "Slice 1 done")


def test_time_counts_while_the_window_is_active_and_goes_into_the_store(
    workspace: QuietWorkspace, qtbot
) -> None:
    clock = SliceClock(ViewState())
    clock.start()
    qtbot.wait(30)
    assert clock.take() == {}
    show(workspace, qtbot)
    labelling = workspace.reading.labelling
    labelling.clock.set_active(True)
    labelling.say(EPIDURAL, "any", Answer.YES)
    stored(workspace, qtbot)
    workspace.close_case()
    store = Store.open(default_store())
    qtbot.waitUntil(
        lambda: store.view("2.25.100", "Ada", by="Ada").seconds.get(EPIDURAL, 0) > 0, timeout=60_000
    )
    store.close()


def test_nothing_of_the_model_is_shown_before_the_first_read_is_locked(
    workspace: QuietWorkspace, qtbot
) -> None:
    workspace.settings.change(model_hidden=True)
    case = show(workspace, qtbot)
    stored(workspace, qtbot)
    assert case.prediction is None
    assert not case.flags().any()
    assert dict(case.predictions.said) == {}
    assert "model_hidden" in {badge.code for badge in workspace.badges}
    labelling = workspace.reading.labelling
    labelling.say(EPIDURAL, "epidural", Answer.NO)
    stored(workspace, qtbot)
    assert labelling.answer(EPIDURAL, "epidural").model == ""
    labelling.lock()
    qtbot.waitUntil(lambda: case.prediction is not None, timeout=60_000)
    assert case.flags()[EPIDURAL, 1]
    labelling.say(EPIDURAL, "epidural", Answer.YES)
    stored(workspace, qtbot)
    assert labelling.answer(EPIDURAL, "epidural").verdict is Verdict.ACCEPTED
    labelling.lock()
    assert labelling.read.done
    labelling.say(EPIDURAL, "epidural", Answer.NO)
    assert labelling.answer(EPIDURAL, "epidural").answer is Answer.YES
    store = Store.open(default_store())
    first = store.view("2.25.100", "Ada", by="Ada", stage="first")
    assert first.slices[EPIDURAL, "epidural"].answer is Answer.NO
    store.close()


def test_another_reader_s_answers_come_with_the_lock(workspace: QuietWorkspace, qtbot) -> None:
    show(workspace, qtbot)
    workspace.reading.labelling.say(None, "any", Answer.YES)
    stored(workspace, qtbot)
    workspace.close_case()
    workspace.settings.change(reader_name="Bo")
    show(workspace, qtbot)
    reading = workspace.reading
    reading.labelling.say(None, "any", Answer.NO)
    stored(workspace, qtbot)
    qtbot.waitUntil(lambda: reading.blind.others.names == ("Ada",), timeout=60_000)
    assert reading.blind.others.annotations == ()
    reading.labelling.lock()
    qtbot.waitUntil(lambda: bool(reading.blind.others.annotations), timeout=60_000)
    assert reading.blind.others.annotations[0].study["any"].answer is Answer.YES


@pytest.mark.parametrize("kind", ["bundle", "nifti"])
def test_exported_labels_come_back_as_they_were(
    workspace: QuietWorkspace, qtbot, tmp_path: Path, kind: str
) -> None:
    case = show(workspace, qtbot)
    reading = workspace.reading
    assert "Nothing is annotated" in reading.export.why_not(case)
    reading.labelling.accept_model(EPIDURAL)
    reading.labelling.write_note(None, "fell")
    stored(workspace, qtbot)
    reading.export.choose(formats=frozenset((kind, "rsna")))
    assert reading.export.why_not(case) == ""
    reading.export.start(case, None, tmp_path / "out", workspace.models.card)
    qtbot.waitUntil(lambda: reading.export.busy is None, timeout=60_000)
    assert reading.export.trouble == ""
    assert set(reading.export.certificate.formats) == {kind, "rsna"}
    while workspace.can_undo:
        workspace.undo()
    stored(workspace, qtbot)
    assert reading.labelling.answer(EPIDURAL, "any") is None
    source = tmp_path / "out" / kind
    reading.importing.start(case, source if kind == "bundle" else source / "mask.nii.gz")
    qtbot.waitUntil(lambda: reading.labelling.answer(EPIDURAL, "any") is not None, timeout=60_000)
    stored(workspace, qtbot)
    assert reading.labelling.answer(EPIDURAL, "any").verdict is Verdict.ACCEPTED
    assert reading.labelling.note(None) == "fell"
    assert not np.any(reading.labelling.contents.mask.labels)


def test_a_worklist_is_filled_marked_and_argued_for(workspace: QuietWorkspace, qtbot, study: Path) -> None:
    waiting = workspace.reading.waiting
    waiting.fill(study)
    qtbot.waitUntil(lambda: len(waiting.entries) == 2, timeout=60_000)
    assert studies_of(study) == [Path(entry.path) for entry in waiting.entries]
    first, second = waiting.entries
    waiting.mark(first.series_instance_uid, WorkState.SKIPPED)
    qtbot.waitUntil(lambda: waiting.next == second, timeout=60_000)
    waiting.mark(second.series_instance_uid, WorkState.DONE)
    qtbot.waitUntil(
        lambda: waiting.next is not None and waiting.next.state is WorkState.SKIPPED, timeout=60_000
    )
    assert waiting.next.series_instance_uid == first.series_instance_uid
