"""Where two reads differ, a third annotation says what holds; the reads stay as they were."""

import numpy as np
import pytest

from ichcore.annotations.adjudication import adjudicate
from ichcore.annotations.answer import Answer
from ichcore.annotations.blinding import Purpose
from ichcore.annotations.disagreement import disagreement_queue
from ichcore.annotations.steps import answered, noted
from ichcore.errors import ConflictError, StoreError
from tests.ichcore.annotations._cases import SERIES, said, seen, series, stroke

UID = SERIES.series_instance_uid


def read(store, of, reader, start, label=5, answer=Answer.YES):
    annotation = store.annotate(of, reader)
    annotation.commit(stroke(annotation.contents, start, label=label))
    annotation.commit(answered(annotation.contents, None, "subdural", said(answer, reader)))
    annotation.commit(answered(annotation.contents, 0, "any", said(Answer.YES, reader)))
    annotation.lock_read()
    return annotation


def test_the_most_contested_series_comes_first(store):
    for number, (start, answer) in enumerate([(0, Answer.YES), (20, Answer.YES), (20, Answer.NO)]):
        read(store, series(number), "ada", 0)
        read(store, series(number), "bo", start, answer=answer)
    read(store, series(8), "ada", 0)
    read(store, series(9), "ada", 0)
    store.annotate(series(9), "bo")
    queue = disagreement_queue(store)
    assert [entry.series_instance_uid for entry in queue] == [
        series(number).series_instance_uid for number in (2, 1, 0)
    ]
    assert queue[0].readers == ("ada", "bo")
    assert (queue[0].study, queue[0].slices, queue[0].masks) == (1, 0, 0.5)
    assert queue[2].score == 0
    adjudicate(store, series(2).series_instance_uid, "cy", ("ada", "bo"))
    assert len(disagreement_queue(store)) == 2


def test_the_agreed_part_is_what_both_call_hemorrhage(store):
    ada, bo = read(store, SERIES, "ada", 0, 5), read(store, SERIES, "bo", 20, 4, Answer.NO)
    before = seen(ada.contents), seen(bo.contents)
    opened = adjudicate(store, UID, "cy", ("ada", "bo"))
    labels = opened.contents.mask.labels.reshape(-1)
    assert np.flatnonzero(labels).tolist() == list(range(20, 40))
    assert set(labels[20:40].tolist()) == {6}, "hemorrhage for both, of another subtype for each"
    assert list(opened.contents.answers) == [(0, "any")]
    assert opened.history[0].name == "Adjudication of ada and bo, from what both share"
    opened.commit(stroke(opened.contents, 20, 20, 5))
    opened.lock_read()
    assert store.view(UID, "cy", by="ada", purpose=Purpose.ADJUDICATION).reader == "cy"
    assert (
        seen(store.annotate(SERIES, "ada").contents),
        seen(store.annotate(SERIES, "bo").contents),
    ) == before
    assert [(r.reader, r.purpose) for r in store.reads(UID)] == [
        ("ada", Purpose.READ),
        ("bo", Purpose.READ),
        ("cy", Purpose.ADJUDICATION),
    ]


def test_an_adjudicator_starts_from_either_read_and_sees_both(store):
    read(store, SERIES, "ada", 0)
    bo = read(store, SERIES, "bo", 20)
    opened = adjudicate(store, UID, "cy", ("ada", "bo"), "second")
    assert (opened.contents.mask.labels == bo.contents.mask.labels).all()
    assert store.may_see(UID, "cy", "ada")
    assert store.may_see_model(UID, "cy")
    with pytest.raises(ConflictError, match="open that again"):
        adjudicate(store, UID, "cy", ("ada", "bo"), "first")
    with pytest.raises(StoreError, match="would not be blind"):
        store.annotate(SERIES, "cy")
    again = store.annotate(SERIES, "cy", purpose=Purpose.ADJUDICATION)
    assert seen(again.contents) == seen(opened.contents)


def test_reads_that_are_not_locked_are_not_adjudicated(store):
    read(store, SERIES, "ada", 0)
    store.annotate(SERIES, "bo")
    with pytest.raises(StoreError, match="that of bo is not"):
        adjudicate(store, UID, "cy", ("ada", "bo"))
    read(store, SERIES, "dan", 10)
    with pytest.raises(StoreError, match="that of bo is not"):
        adjudicate(store, UID, "bo", ("ada", "dan"))
    assert adjudicate(store, UID, "ada", ("ada", "dan")).purpose == Purpose.ADJUDICATION


@pytest.mark.parametrize("start", ["agreed", "first", "second"])
def test_the_notes_of_both_are_kept_with_their_names_and_can_be_edited(store, start):
    for reader, notes in (("ada", {None: "post-op", 1: "thin rim"}), ("bo", {1: "artefact?", 2: "old"})):
        annotation = store.annotate(SERIES, reader)
        for index, text in notes.items():
            annotation.commit(noted(annotation.contents, index, text))
        annotation.lock_read()
    opened = adjudicate(store, UID, "cy", ("ada", "bo"), start)
    assert opened.contents.notes == {
        None: "ada: post-op",
        1: "ada: thin rim\nbo: artefact?",
        2: "bo: old",
    }
    opened.commit(noted(opened.contents, 1, "a rim, both agree"))
    opened.close()
    again = store.annotate(SERIES, "cy", purpose=Purpose.ADJUDICATION)
    assert again.contents.notes[1] == "a rim, both agree"
    assert store.view(UID, "ada", by="ada").notes[1] == "thin rim"
