"""Kappa of labels and Dice of masks, against sums by hand and by another library."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.answer import Answer
from ichcore.annotations.between_readers import dice, label_counts, reader_agreement
from ichcore.errors import GeometryError
from ichcore.masks.edits.label_map import LabelMap
from ichcore.subtypes import SUBTYPES
from tests.ichcore.annotations._cases import SERIES, SHAPE, said

LABELS = hnp.arrays(np.uint8, SHAPE, elements=st.integers(0, 6))


def label_map(labels):
    return LabelMap(labels, np.zeros_like(labels))


@settings(deadline=None, max_examples=50)
@given(LABELS, LABELS)
def test_dice_is_twice_what_both_drew_over_what_each_drew(one, other):
    counts = label_counts(label_map(one), label_map(other))
    for label, name in enumerate(SUBTYPES, 1):
        mine, theirs = one == label, other == label
        drawn = mine.sum() + theirs.sum()
        expected = 2 * (mine & theirs).sum() / drawn if drawn else math.nan
        assert dice(counts, name) == pytest.approx(expected, nan_ok=True)
    drawn = (one > 0).sum() + (other > 0).sum()
    expected = 2 * ((one > 0) & (other > 0)).sum() / drawn if drawn else math.nan
    assert dice(counts) == pytest.approx(expected, nan_ok=True)


def test_masks_of_other_grids_are_not_compared():
    with pytest.raises(GeometryError, match="cannot be compared"):
        label_counts(LabelMap.empty(SHAPE), LabelMap.empty((3, 16, 16)))


def annotation(slices, study=None):
    return Annotation(
        SERIES.series_instance_uid,
        SERIES.sop_instance_uids,
        LabelMap.empty(SHAPE),
        {(i, "subdural"): said(answer) for i, answer in enumerate(slices) if answer is not None},
        {} if study is None else {"any": said(study)},
    )


def test_kappa_is_over_what_both_said_something_of():
    yes, no, unsure = Answer.YES, Answer.NO, Answer.UNSURE
    pairs = [
        (annotation([yes, yes, no, None], yes), annotation([yes, no, no, yes], yes)),
        (annotation([unsure, no, yes, yes], no), annotation([unsure, no, yes, None], no)),
    ]
    found = reader_agreement(pairs)
    # of six slices five agree; by chance (3·2 + 2·3 + 1·1) / 36
    assert found.slice_kappa["subdural"] == pytest.approx((5 / 6 - 13 / 36) / (1 - 13 / 36))
    assert found.study_kappa["any"] == pytest.approx(1)
    assert math.isnan(found.slice_kappa["any"])
    assert math.isnan(found.dice_union)
