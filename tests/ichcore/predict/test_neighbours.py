import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.predict.neighbours import REACH_MM, heard_together


def test_one_two_one_inside_and_what_is_there_at_the_ends() -> None:
    logits = np.array([[0.0], [4.0], [8.0], [-4.0]])
    heard = heard_together(logits, 0.5)
    np.testing.assert_allclose(heard[:, 0], [4 / 3, 4.0, 4.0, 0.0])


def test_weight_zero_changes_nothing() -> None:
    logits = np.random.default_rng(1).normal(size=(7, 6))
    np.testing.assert_array_equal(heard_together(logits, 0.0), logits)


def test_an_unknown_neighbour_has_no_say_and_stays_unknown() -> None:
    heard = heard_together(np.array([[2.0], [np.nan], [6.0], [8.0]]), 0.5)
    assert heard[0, 0] == 2.0
    assert np.isnan(heard[1, 0])
    assert heard[2, 0] == pytest.approx((6 + 4) / 1.5)


def test_a_gap_parts_neighbours() -> None:
    logits = np.array([[0.0], [6.0], [0.0]])
    heard = heard_together(logits, 0.5, np.array([0.0, 5.0, 5.0 + REACH_MM + 1]))
    np.testing.assert_allclose(heard[:, 0], [2.0, 4.0, 0.0])


@settings(deadline=None)
@given(st.integers(1, 12), st.floats(0, 1), st.integers(0, 99))
def test_it_is_an_average_and_the_same_from_both_ends(count: int, weight: float, seed: int) -> None:
    logits = np.random.default_rng(seed).normal(size=(count, 3))
    heard = heard_together(logits, weight)
    assert heard.min() >= logits.min() - 1e-9
    assert heard.max() <= logits.max() + 1e-9
    np.testing.assert_allclose(heard_together(logits[::-1], weight)[::-1], heard)
