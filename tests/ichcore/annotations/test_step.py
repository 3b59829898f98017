"""A step does and undoes exactly what it says, and is the same read back from its bytes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.annotations.contents import Contents, Suggestion
from ichcore.annotations.step import Step
from ichcore.annotations.steps import began_with, noted, taken_over, unboxed
from ichcore.errors import StoreError
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from tests.ichcore.annotations._cases import SERIES, SHAPE, scripted, seen, stroke


def contents_after(numbers: list[int]) -> Contents:
    contents = Contents.empty(SHAPE)
    for number in numbers:
        scripted(contents, number).apply(contents)
    return contents


NUMBERS = st.lists(st.integers(0, 40), max_size=6)


@settings(deadline=None, max_examples=50)
@given(NUMBERS, NUMBERS)
def test_a_step_between_two_contents_leads_from_one_to_the_other_and_back(first, second):
    old, new = contents_after(first), contents_after(second)
    before = seen(old)
    step = Step.between("Imported", old, new)
    again = Step.from_bytes(step.name, step.to_bytes())
    again.apply(old)
    assert seen(old) == seen(new)
    again.revert(old)
    assert seen(old) == before
    assert step.empty == (before == seen(new))


def test_a_damaged_step_is_refused():
    data = Step.between("Imported", Contents.empty(SHAPE), contents_after([1, 2, 3])).to_bytes()
    for damaged in (b"", data[:3], data[:40], data[:-2], b"\xff" + data[1:]):
        with pytest.raises(StoreError, match="damaged"):
            Step.from_bytes("Imported", damaged)


def test_the_mask_of_a_model_comes_with_its_name_threshold_and_boxes():
    contents = contents_after([2])
    mask = LabelMap.empty(SHAPE)
    mask.labels[1, 3:5], mask.origins[1, 3:5] = 6, Origin.MODEL
    box = contents.boxes[2]
    step = began_with(contents, mask, Suggestion("compact@abc", 0.4), [box])
    step.apply(contents)
    assert contents.suggestion == Suggestion("compact@abc", 0.4)
    assert (contents.mask.labels == mask.labels).all()
    assert contents.boxes[2] == box
    assert contents.boxes[3].origin == Origin.MODEL
    assert step.slices == (1,)


def test_frozen_contents_do_not_change_with_the_open_ones():
    contents = contents_after([0, 1, 2, 3])
    frozen = contents.frozen(SERIES, "ada", 4, {1: 2.5})
    taken = Contents.empty(SHAPE)
    taken_over(taken, frozen).apply(taken)
    stroke(contents, 0, 300, 2).apply(contents.mask)
    assert np.array_equal(taken.mask.labels, frozen.mask.labels)
    assert not np.array_equal(taken.mask.labels, contents.mask.labels)
    assert frozen.seconds == {1: 2.5}
    assert taken.notes == {None: "note 1"}
    assert set(taken.boxes.values()) == set(contents.boxes.values())


def test_what_changes_nothing_is_empty():
    contents = contents_after([1])
    assert noted(contents, None, "note 1").empty
    assert noted(contents, 2, "").empty
    assert unboxed(contents, 7).empty
    assert Step.of(stroke(contents, 0, 0)).empty
