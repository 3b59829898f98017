import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.models.any_of import INDEPENDENT, LARGEST, OWN, any_logit, any_rule
from ichcore.models.card import Calibration, Card


def test_it_is_the_logit_of_at_least_one() -> None:
    p = np.array([[0.5, 0.2, 0.0, 0.0, 0.0]])
    at_least_one = 1 - 0.5 * 0.8
    assert any_logit(p)[0] == pytest.approx(np.log(at_least_one / (1 - at_least_one)), abs=1e-6)
    assert np.isnan(any_logit(np.array([[0.5, np.nan, 0, 0, 0]]))[0])


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_it_never_says_less_than_the_likeliest_subtype(p: list[float]) -> None:
    said = any_logit(np.array([p]))[0]
    assert np.isfinite(said)
    assert 1 / (1 + np.exp(-said)) >= max(p) - 1e-6


def test_a_card_that_says_so_takes_any_from_its_subtypes_and_not_from_its_own_logit() -> None:
    plain = Card("m", "M", "he2024", "window_fusion", {}, 64, 1.0)
    derived = Card("m", "M", "he2024", "window_fusion", {}, 64, 1.0, any_from_subtypes=INDEPENDENT)
    logits = np.array([[-9.0, 2.0, -5, -5, -5, -5], [9.0, -5, -5, -5, -5, -5]])
    assert plain.probabilities(logits)[:, 0] == pytest.approx([0, 1], abs=1e-3)
    said = derived.probabilities(logits)
    assert said[0, 0] > 0.85 > 0.1 > said[1, 0]
    np.testing.assert_array_equal(said[:, 1:], plain.probabilities(logits)[:, 1:])
    shifted = Card(
        "m", "M", "he2024", "window_fusion", {}, 64, 1.0,
        any_from_subtypes=INDEPENDENT, calibration=Calibration((1.0,) * 6, (-3.0, 0, 0, 0, 0, 0)),
    )  # fmt: skip
    assert shifted.probabilities(logits)[0, 0] < 0.5


def test_the_likeliest_subtype_may_speak_for_any_and_older_cards_are_read() -> None:
    p = np.array([[0.5, 0.2, 0.7, 0.0, 0.0]])
    assert any_logit(p, LARGEST)[0] == pytest.approx(np.log(0.7 / 0.3))
    assert (any_rule(True), any_rule(False), any_rule("largest")) == (INDEPENDENT, OWN, LARGEST)
    with pytest.raises(ValueError, match="any_from_subtypes"):
        any_rule("mean")
