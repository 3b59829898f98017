"""Thresholds moved together keep their order, their gaps and what is not predicted."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ichviewer.widgets.panels.operating_point import shift_of, shifted

POINTS = st.lists(st.floats(0.1, 0.9), min_size=6, max_size=6).map(lambda p: np.array(p, np.float32))


@settings(max_examples=40, deadline=None)
@given(POINTS, st.floats(-1.5, 1.5))
def test_moving_there_and_back_is_no_move(model: np.ndarray, by: float) -> None:
    there = shifted(model, by)
    assert abs(shift_of(there, model) - by) < 1e-3
    assert np.allclose(shifted(there, -by), model, atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(POINTS, st.floats(-9, 9))
def test_thresholds_stay_where_they_can_be_dragged_back(model: np.ndarray, by: float) -> None:
    there = shifted(model, by)
    assert (there >= 0.0099).all()
    assert (there <= 0.9901).all()


def test_a_class_not_predicted_stays_so() -> None:
    model = np.array([0.5, np.nan, 0.4, 0.4, 0.4, 0.4], np.float32)
    assert np.isnan(shifted(model, 1.0)[1])
    assert shift_of(model, model) == 0.0
