"""What readers changed once the model was shown."""

import math

from ichcore.annotations.answer import Answer
from ichcore.annotations.between_stages import stages_in_store
from ichcore.annotations.steps import answered
from tests.ichcore.annotations._cases import SERIES, said, stroke

UID = SERIES.series_instance_uid


def read_twice(store, reader, first, second, length=20):
    """Answers and a stroke, locked; then other answers and a longer stroke, locked."""
    annotation = store.annotate(SERIES, reader, model_hidden=True)
    annotation.commit(stroke(annotation.contents, 0))
    for answers in (first, second):
        for (index, name), answer in answers.items():
            given = None if answer is None else said(answer, reader)
            annotation.commit(answered(annotation.contents, index, name, given))
        if answers is second:
            annotation.commit(stroke(annotation.contents, 40, length))
        annotation.lock_read()


def test_a_readers_stages_are_told_apart_by_class_and_two_readers_before_and_after(store):
    yes, no, unsure = Answer.YES, Answer.NO, Answer.UNSURE
    read_twice(
        store,
        "ada",
        {(0, "any"): yes, (1, "any"): no, (0, "subdural"): no, (2, "any"): no, (None, "any"): unsure},
        {
            (1, "any"): yes,
            (0, "subdural"): unsure,
            (1, "subdural"): yes,
            (2, "any"): None,
            (None, "any"): yes,
        },
    )
    read_twice(store, "bo", {(0, "any"): yes, (1, "any"): yes}, {(1, "any"): yes})
    alone = stages_in_store(store, UID, ("ada",), "ada")
    (ada,) = alone.changes
    assert alone.first is None
    assert {a: {n: c for n, c in by.items() if c} for a, by in ada.changed.items()} == {
        yes: {"any": 1},
        no: {},
        unsure: {"subdural": 1},
    }
    assert ada.added["subdural"] == 1
    assert ada.taken_back["any"] == 1
    assert ada.study == {"any": (unsure, yes)}
    assert ada.agreement.slices_of_both["any"] == 2
    assert 0 < ada.agreement.dice_union < 1

    both = stages_in_store(store, UID, ("ada", "bo"), "ada")
    assert [change.reader for change in both.changes] == ["ada", "bo"]
    assert both.first.slice_agreement["any"] == 0.5
    assert both.second.slice_agreement["any"] == 1
    assert not any(sum(by.values()) for by in both.changes[1].changed.values())
    assert math.isnan(both.changes[1].agreement.slice_kappa["subdural"])


def test_who_read_with_the_model_from_the_start_has_no_stages(store):
    annotation = store.annotate(SERIES, "ada")
    annotation.commit(stroke(annotation.contents, 0))
    annotation.lock_read()
    assert stages_in_store(store, UID, ("ada",), "ada").changes == ()
