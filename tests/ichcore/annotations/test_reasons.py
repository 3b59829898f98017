"""Each reason is 0 where all is clear and fits, and 1 where nothing does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ichcore.annotations.arguing import argument_of
from ichcore.annotations.reasons import (
    activation_mismatch,
    model_disagreement,
    uncertainty,
    volume_mismatch,
)
from ichcore.annotations.worklist import NUMBERS
from ichcore.predict.prediction import Prediction
from tests.ichviewer.conftest import predicted

SLICES = 4
ONE_CM2 = 100.0
"""mm²: a mask of one such pixel is as much as a sure probability asks for."""
BRIEFLY = settings(deadline=None, max_examples=40)
CHANCES = arrays(np.float32, (SLICES, 6), elements=st.floats(0, 1, width=32))
MASKS = arrays(np.uint8, (SLICES, 3, 3), elements=st.integers(0, 6))
MAPS = arrays(np.float32, (SLICES, 3, 3), elements=st.floats(0, 1, width=32))


def said(probabilities: object, threshold: float = 0.5) -> Prediction:
    p = np.asarray(probabilities, np.float32)
    if p.ndim == 1:
        p = np.repeat(p[:, None], 6, axis=1)
    return replace(predicted(len(p)), probabilities=p, thresholds=np.full(6, threshold, np.float32))


@BRIEFLY
@given(CHANCES, CHANCES, MASKS, MAPS, st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.sampled_from([1.0, 60.0]))
def test_all_lie_between_0_and_1_whatever_comes(one, other, labels, maps, threshold, pixel_mm2) -> None:
    argument = argument_of([said(one, threshold), said(other)], labels, lambda index: maps[index], pixel_mm2)
    values = [getattr(argument, name) for name in NUMBERS]
    assert all(value is not None and 0 <= value <= 1 for value in values)


@BRIEFLY
@given(CHANCES)
def test_thin_slices_are_no_more_unsure_than_thick_ones(chances) -> None:
    thin = said(np.repeat(chances, 4, axis=0))
    assert uncertainty(thin) == pytest.approx(uncertainty(said(chances)))
    assert uncertainty(said(chances[::-1])) == pytest.approx(uncertainty(said(chances)))


@pytest.mark.parametrize(
    ("chances", "threshold", "unsure"),
    [
        ([0, 1, 0, 1], 0.5, 0),
        ([0, 0.5, 0, 1], 0.5, 1),
        ([0, 0.2, 0, 1], 0.2, 1),
        ([0, 0.1, 0, 1], 0.2, 0.5),
        ([0, 0.6, 0, 1], 0.2, 0.5),
        ([0] * 7 + [0.5], 0.5, 0.5),
        ([np.nan, 0.5], 0.5, 1),
    ],
)
def test_the_quarter_nearest_the_threshold_says_how_unsure(chances, threshold, unsure) -> None:
    assert uncertainty(said(chances, threshold)) == pytest.approx(unsure, abs=1e-6)


def test_what_was_not_said_is_unknown() -> None:
    silent = said([np.nan] * SLICES)
    assert uncertainty(silent) is None
    assert model_disagreement([said([0.5])]) is None
    assert model_disagreement([said([0.5]), said([np.nan])]) is None
    assert volume_mismatch(said([0.9]), np.zeros((1, 2, 2), np.uint8), None) is None
    assert argument_of([]).uncertainty is None
    assert argument_of([said([0.5])]).activation_mismatch is None


@BRIEFLY
@given(CHANCES)
def test_models_that_say_the_same_agree(chances) -> None:
    assert model_disagreement([said(chances), said(chances)]) == 0
    assert model_disagreement([said([0] * 4), said([0, 0, 1, 0])]) == 1


@pytest.mark.parametrize(
    ("chance", "pixels", "mismatch"),
    [(1, 0, 1), (1, 1, 0), (1, 5, 0), (0.75, 0, 0.5), (0, 0, 0), (0, 1, 1), (0.25, 3, 0.5), (0.5, 0, 0)],
)
def test_much_said_and_little_drawn_or_the_reverse_does_not_fit(chance, pixels, mismatch) -> None:
    labels = np.zeros((2, 3, 3), np.uint8)
    labels[0].flat[:pixels] = 3
    found = volume_mismatch(said([chance, 0]), labels, ONE_CM2)
    assert found == pytest.approx(mismatch, abs=1e-6)


@BRIEFLY
@given(MASKS, MASKS)
def test_a_map_fits_the_mask_that_it_equals_and_no_other(labels, others) -> None:
    flagged = said([0.9] * SLICES)
    as_map = (labels > 0).astype(np.float32)
    assert activation_mismatch(flagged, labels, lambda index: as_map[index]) == 0
    there = (others > 0).astype(np.float32)
    found = activation_mismatch(flagged, labels, lambda index: there[index])
    assert found == pytest.approx(activation_mismatch(flagged, others, lambda index: as_map[index]))
    assert (found == 0) == np.array_equal(labels > 0, others > 0)


@BRIEFLY
@given(MASKS, MAPS)
def test_activation_outside_the_mask_alone_fits_nowhere(labels, maps) -> None:
    outside = np.where(labels > 0, np.float32(0), np.maximum(maps, np.float32(0.1)))
    assert activation_mismatch(said([0.9] * SLICES), labels, lambda index: outside[index]) == 1
    clear = np.zeros_like(labels)
    assert activation_mismatch(said([0.1] * SLICES), clear, lambda index: maps[index]) == 0
