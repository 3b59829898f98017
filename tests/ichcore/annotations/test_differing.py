"""Slices on which two reads differ, and deciding them one by one in an adjudication."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.annotations.adjudication import adjudicate
from ichcore.annotations.annotation import Annotation
from ichcore.annotations.answer import Answer
from ichcore.annotations.differing import differences, mask_dice
from ichcore.annotations.over_series import agreement_in_store
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.settling import AS_IT_STANDS, settled, settled_parts
from ichcore.annotations.steps import answered
from ichcore.errors import GeometryError
from ichcore.masks.edits.label_map import LabelMap
from tests.ichcore.annotations._cases import SERIES, SHAPE, said, series, stroke

UID = SERIES.series_instance_uid
PLANE = SHAPE[1] * SHAPE[2]


def annotation(reader, drawn=(), slices=None, study=None):
    """``drawn``: (slice, start, length, label)."""
    mask = LabelMap.empty(SHAPE)
    for index, start, length, label in drawn:
        mask.labels[index].reshape(-1)[start : start + length] = label
    return Annotation(
        UID,
        SERIES.sop_instance_uids,
        mask,
        {key: said(answer, reader) for key, answer in (slices or {}).items()},
        {key: said(answer, reader) for key, answer in (study or {}).items()},
        reader=reader,
    )


@settings(deadline=None, max_examples=60)
@given(
    hnp.arrays(np.uint8, (8, 8), elements=st.integers(0, 6)),
    hnp.arrays(np.uint8, (8, 8), elements=st.integers(0, 6)),
)
def test_mask_dice_is_symmetric_and_one_of_itself(one, other):
    assert mask_dice(one, other) == pytest.approx(mask_dice(other, one), nan_ok=True)
    assert mask_dice(one, one) == (1.0 if one.any() else pytest.approx(math.nan, nan_ok=True))


def test_masks_answers_and_the_study_are_listed_in_order():
    ada = annotation(
        "ada",
        [(0, 0, 40, 5), (1, 0, 40, 5), (3, 0, 20, 2)],
        {(2, "any"): Answer.YES, (1, "subdural"): Answer.YES},
        {"any": Answer.YES},
    )
    bo = annotation("bo", [(0, 5, 40, 5), (1, 0, 40, 4)], {(1, "any"): Answer.YES}, {"any": Answer.UNSURE})
    found = differences(ada, bo)
    assert [(d.index, d.masks_differ) for d in found] == [(None, False), (1, True), (2, False), (3, True)]
    assert found[0].classes == ("any", "intraparenchymal", "subarachnoid")
    assert found[1].classes == ("subarachnoid", "subdural")
    assert found[1].dice == 0
    assert found[2].classes == ("any",)
    assert found[3].dice == 0


def test_blood_of_unstated_subtype_contradicts_no_subtype_and_a_denied_study_denies_its_slices():
    ada = annotation("ada", [(0, 0, 40, 6)], {(1, "subdural"): Answer.YES})
    bo = annotation("bo", [(0, 0, 40, 5)], {(0, "subdural"): Answer.YES}, {"subdural": Answer.NO})
    found = [d for d in differences(ada, bo) if d.index is not None]
    assert [(d.index, d.classes) for d in found] == [(1, ("subdural",))]
    other = replace(ada, mask=LabelMap.empty((4, 8, 8)))
    with pytest.raises(GeometryError):
        differences(ada, other)


def done(opened):
    return [line.name for line in opened.history if line.done]


def locked(store, reader, start, answer, of=SERIES):
    opened = store.annotate(of, reader)
    opened.commit(stroke(opened.contents, PLANE + start))
    opened.commit(answered(opened.contents, 2, "subdural", said(answer, reader)))
    opened.lock_read()
    return opened


def test_decisions_are_taken_back_by_undo_and_remembered_after_a_restart(store):
    locked(store, "ada", 0, Answer.YES)
    locked(store, "bo", 100, Answer.NO)
    opened = adjudicate(store, UID, "ada", ("ada", "bo"))
    ada, bo = (store.view(UID, reader, by=reader) for reader in ("ada", "bo"))
    assert [d.index for d in differences(ada, bo) if d.index is not None] == [1, 2]
    assert settled_parts(done(opened)) == {}
    opened.commit(settled(opened.contents, 1, bo, "ada"))
    opened.commit(settled(opened.contents, 2, None, "ada"))
    assert (opened.contents.mask.labels[1] == bo.mask.labels[1]).all()
    assert opened.contents.answers[1, "any"].answer is Answer.YES
    assert opened.contents.answers[1, "any"].reader == "ada"
    assert opened.contents.answers[2, "any"].answer is Answer.NO, "nothing is drawn or said there"
    again = store.annotate(SERIES, "ada", purpose=opened.purpose)
    assert settled_parts(done(again)) == {1: "bo", 2: AS_IT_STANDS}
    again.undo()
    assert settled_parts(done(again)) == {1: "bo"}
    again.commit(settled(again.contents, 2, ada, "ada"))
    assert again.contents.answers[2, "subdural"].answer is Answer.YES
    assert again.contents.answers[2, "any"].answer is Answer.YES
    again.commit(settled(again.contents, 1, ada, "ada"))
    assert settled_parts(done(again)) == {1: "ada", 2: "ada"}
    again.lock_read()


def test_a_decision_that_changes_nothing_is_remembered_too(store):
    for reader, start in (("ada", 0), ("bo", 40)):
        locked(store, reader, start, Answer.YES)
    opened = adjudicate(store, UID, "cy", ("ada", "bo"))
    silent = annotation("bo")
    opened.commit(settled(opened.contents, None, silent, "cy"))
    opened.commit(settled(opened.contents, 1, silent, "cy"))
    opened.commit(settled(opened.contents, 1, silent, "cy"))
    assert settled_parts(done(opened)) == {None: "bo", 1: "bo"}
    assert (None, "any") not in opened.contents.answers, "silence on the study stays silence"


def test_agreement_in_a_store_is_of_the_series_that_both_locked(store):
    answers = [(Answer.YES, Answer.YES), (Answer.NO, Answer.NO), (Answer.YES, Answer.NO)]
    for number, (mine, theirs) in enumerate(answers):
        of = AnnotatedSeries(f"1.2.{number}", SERIES.sop_instance_uids, SHAPE)
        locked(store, "ada", 0, mine, of)
        locked(store, "bo", 0, theirs, of)
    locked(store, "ada", 0, Answer.NO, series(9))
    store.annotate(series(9), "bo")
    found = agreement_in_store(store, ("ada", "bo"))
    assert (found.series, found.slices_of_both["subdural"], found.studies_of_both["any"]) == (3, 3, 0)
    assert found.slice_kappa["subdural"] == pytest.approx(0.4)
    assert found.dice_union == 1
