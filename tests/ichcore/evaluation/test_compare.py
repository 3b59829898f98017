import dataclasses
import math

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.evaluation.compare import compare
from tests.ichcore.evaluation.test_scored import a_set


def noisier(scored, amount, seed=5):
    noise = np.random.default_rng(seed).normal(0, amount, scored.probabilities.shape)
    return dataclasses.replace(scored, probabilities=np.clip(scored.probabilities + noise, 0.001, 0.999))


@pytest.fixture(scope="module")
def scored():
    return a_set(cases=40, slices=12)


def test_a_model_with_less_noise_is_better_and_the_other_way_round_worse(scored):
    worse = noisier(scored, 0.4)
    found = compare(worse, scored, resamples=100)
    one = found.differences["auc any"]
    assert one.verdict == "better"
    assert one.gain.low < one.gain.value < one.gain.high
    assert one.gain.value == pytest.approx(one.b - one.a)
    text = found.sentence("auc any", "old", "new")
    assert text.startswith("new is better than old: auc any ")
    assert "20 patients" in text
    assert text.count(". ") == 0
    turned = compare(scored, worse, resamples=100)
    assert turned.differences["auc any"].verdict == "worse"
    assert turned.differences["auc any"].gain.high == pytest.approx(-one.gain.low)


def test_a_lower_loss_is_a_gain(scored):
    clipped = dataclasses.replace(scored, probabilities=np.clip(scored.probabilities, 0.001, 0.999))
    one = compare(noisier(scored, 0.4), clipped, resamples=100).differences["log_loss"]
    assert one.b < one.a
    assert one.gain.value == pytest.approx(one.a - one.b)
    assert one.verdict == "better"


def test_a_model_is_not_better_than_itself_nor_is_one_told_from_a_twin(scored):
    assert compare(scored, scored, resamples=100).differences["auc any"].verdict == "not told apart"
    twins = compare(noisier(scored, 0.2, 1), noisier(scored, 0.2, 2), resamples=200)
    assert "cannot be told" in twins.sentence("auc epidural", "A", "B")


def test_the_pairing_tells_what_two_intervals_would_not(scored):
    """A small gain that every patient shows is seen, though each AUC alone is far less certain."""
    better = dataclasses.replace(scored, probabilities=scored.probabilities + 0.05 * scored.labels)
    one = compare(scored, better, resamples=200).differences["auc any"]
    assert one.verdict == "better"


def test_only_classes_that_both_say_are_compared(scored):
    p = scored.probabilities.copy()
    p[:, 1:] = math.nan
    found = compare(scored, dataclasses.replace(scored, probabilities=p), resamples=100)
    assert set(found.differences) == {"auc any", "sensitivity any", "specificity any", "auc_mean", "log_loss"}
    assert math.isnan(found.differences["log_loss"].a)
    assert "Nothing can be said" in found.sentence("log_loss", "A", "B")
    with pytest.raises(InputError, match="not compared"):
        found.sentence("auc subdural", "A", "B")


def test_different_sets_are_not_compared(scored):
    with pytest.raises(InputError, match="different slices"):
        compare(scored, a_set(cases=3))
    with pytest.raises(InputError, match="different labels"):
        compare(scored, dataclasses.replace(scored, labels=~scored.labels))
