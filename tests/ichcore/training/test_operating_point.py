import numpy as np
import pytest

from ichcore.training.operating_point import at_specificity, platt, youden


def test_platt_finds_the_scale_that_made_the_labels():
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, 20000)
    labels = random.random(20000) < 1 / (1 + np.exp(-(1.7 * logits - 0.8)))
    assert platt(logits, labels) == pytest.approx((1.7, -0.8), abs=0.12)


def test_separable_scores_stay_finite_and_keep_their_order():
    a, b = platt(np.array([-1.0, -0.5, 0.5, 1.0]), np.array([False, False, True, True]))
    assert 0 < a < 1e4
    assert np.isfinite(b)
    a, _ = platt(np.array([1.0, 0.5, -0.5, -1.0]), np.array([False, False, True, True]))
    assert a > 0, "a calibration never turns the order"


def test_without_both_kinds_logits_stay():
    assert platt(np.ones(3), np.zeros(3, bool)) == (1.0, 0.0)
    assert youden(np.ones(3), np.zeros(3, bool)) == 0.5


def test_youden_lies_between_the_kinds():
    p = np.array([0.1, 0.2, 0.3, 0.7, 0.8])
    threshold = youden(p, np.array([False, False, False, True, True]))
    assert 0.3 < threshold < 0.7


def test_a_stated_share_of_the_blank_slices_stays_unflagged():
    random = np.random.default_rng(0)
    labels = random.random(2000) < 0.2
    p = np.clip(random.normal(0.3 + 0.4 * labels, 0.15), 0, 1)
    threshold = at_specificity(p, labels, 0.97)
    assert (p[~labels] < threshold).mean() == pytest.approx(0.97, abs=0.002)
    assert at_specificity(np.ones(3), np.zeros(3, bool), 0.97) == 0.5
