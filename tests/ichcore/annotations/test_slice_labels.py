"""What an annotation says of slices, and how much that counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from ichcore.annotations.answer import Answer
from ichcore.annotations.loss_weights import LOSS_WEIGHTS, slice_weights, voxel_weights
from ichcore.annotations.slice_labels import slice_labels
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES
from tests.ichcore.export.materials import annotation_of_mask, said


def mask_of(*values, slices=3):
    labels = np.zeros((slices, 4, 4), np.uint8)
    for index, value in enumerate(values):
        labels[index, 1, 1 : 1 + len(value)] = value
    return labels


def row(found, index):
    """``1``, ``0``, ``u`` unsure, ``?`` unknown."""
    return "".join(
        "u" if u else "?" if not k else str(int(v))
        for v, k, u in zip(found.labels[index], found.known[index], found.unsure[index], strict=True)
    )


@pytest.mark.parametrize(
    ("mask", "slices", "study", "expected"),
    [
        ([], {}, {}, "??????"),
        ([], {}, {"any": "no"}, "000000"),
        ([], {}, {"any": "yes"}, "000000"),
        ([], {}, {"epidural": "no"}, "?0????"),
        ([[5]], {}, {}, "100001"),
        ([[6]], {}, {}, "1?????"),
        ([[2, 6]], {}, {}, "1?1???"),
        ([], {"any": "yes"}, {}, "1?????"),
        ([], {"any": "no"}, {}, "000000"),
        ([], {"any": "unsure"}, {}, "uuuuuu"),
        ([], {"subdural": "yes"}, {}, "100001"),
        ([], {"subdural": "unsure"}, {}, "u0000u"),
        ([[2]], {"subdural": "unsure"}, {}, "10100u"),
        ([[2]], {"any": "no"}, {}, "000000"),
        ([[2]], {"subdural": "yes"}, {"any": "no"}, "100001"),
    ],
)
def test_answers_come_first_then_the_study_then_the_mask(mask, slices, study, expected):
    annotation = annotation_of_mask(
        mask_of(*mask),
        slices={(0, name): said(answer) for name, answer in slices.items()},
        study={name: said(answer) for name, answer in study.items()},
    )
    assert row(slice_labels(annotation), 0) == expected


def test_a_mask_that_nobody_looked_at_says_nothing_and_a_suggestion_speaks_of_all_slices():
    labels = mask_of([5])
    origins = np.where(labels > 0, Origin.MODEL, Origin.NONE).astype(np.uint8)
    shown = annotation_of_mask(labels, origins, study={}, model="tiny@01")
    assert not slice_labels(shown).known.any()
    assert slice_weights(shown).tolist() == [0.0, 0.0, 0.0]
    own = annotation_of_mask(labels, origins, study={}, model="tiny@01", reader="tiny")
    assert row(slice_labels(own), 0) == "100001"
    assert row(slice_labels(own), 1) == "000000"
    assert slice_weights(own).tolist() == pytest.approx([LOSS_WEIGHTS[Origin.MODEL]] * 3)


def test_an_erased_slice_was_looked_at():
    labels = mask_of()
    origins = np.zeros_like(labels)
    origins[1, 2, 2] = Origin.HUMAN
    found = slice_labels(annotation_of_mask(labels, origins, study={}))
    assert [row(found, i) for i in range(3)] == ["??????", "000000", "??????"]


def test_human_counts_before_threshold_before_interpolated_before_model():
    labels = mask_of([5], [5], [5], [5], slices=5)
    origins = np.zeros_like(labels)
    for index, origin in enumerate((Origin.HUMAN, Origin.THRESHOLD, Origin.INTERPOLATED, Origin.MODEL)):
        origins[index][labels[index] > 0] = origin
    weights = slice_weights(annotation_of_mask(labels, origins))
    assert 1.0 == weights[0] > weights[1] > weights[2] > weights[3] > 0
    assert weights[4] == 1.0
    assert voxel_weights(origins)[0, 1, 1] == 1.0
    origins[3, 0, 0] = Origin.HUMAN
    assert slice_weights(annotation_of_mask(labels, origins))[3] == 1.0


answers = st.dictionaries(st.tuples(st.integers(0, 2), st.sampled_from(CLASSES)), st.sampled_from(Answer))


@settings(max_examples=80, deadline=None)
@given(
    npst.arrays(np.uint8, (3, 2, 2), elements=st.integers(0, 6)),
    npst.arrays(np.uint8, (3, 2, 2), elements=st.integers(0, 4)),
    answers,
)
def test_labels_never_contradict_themselves_and_answers_stand(labels, origins, slices):
    annotation = annotation_of_mask(
        labels, origins, study={}, slices={key: said(one) for key, one in slices.items()}
    )
    found = slice_labels(annotation)
    assert not (found.labels & ~found.known).any()
    assert not (found.known & found.unsure).any()
    for (index, name), answer in slices.items():
        column = CLASSES.index(name)
        assert found.unsure[index, column] == (answer is Answer.UNSURE)
        assert found.labels[index, column] == (answer is Answer.YES)
    silent = [i for i in range(3) if (i, "any") not in slices]
    assert (found.labels[silent, 0] >= found.labels[silent, 1:].any(axis=1)).all()
