import numpy as np
import pytest

from ichcore.training.operating_point import (
    LEAST_THRESHOLD,
    as_probable,
    jointly_at_specificity,
    platt,
    youden,
)


def test_platt_finds_the_scale_that_made_the_labels():
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, 20000)
    labels = random.random(20000) < 1 / (1 + np.exp(-(1.7 * logits - 0.8)))
    assert platt(logits, labels) == pytest.approx((1.7, -0.8), abs=0.12)


def test_other_logits_come_to_say_what_was_said_before():
    random = np.random.default_rng(1)
    logits = random.normal(0, 2, 500)
    before = 1 / (1 + np.exp(-(0.6 * logits + 1.2)))
    assert as_probable(3.0 * logits - 5.0, before) == pytest.approx((0.2, 2.2), abs=1e-3)


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


def test_a_stated_share_of_the_blank_slices_stays_unflagged_for_all_classes():
    random = np.random.default_rng(0)
    labels = random.random((4000, 3)) < 0.15
    p = np.clip(random.normal(0.3 + 0.4 * labels, 0.15), 0, 1)
    blank = ~labels.any(axis=1)
    p[:500], blank[:500] = 1.0, False  # nobody said anything of these
    thresholds = jointly_at_specificity(p, blank, 0.97)
    flagged = (p[blank] >= thresholds).any(axis=1)
    assert flagged.mean() == pytest.approx(0.03, abs=0.002)
    each = (p[blank] >= thresholds).mean(axis=0)
    assert np.ptp(each) < 0.001, "no class is favoured"
    assert (p[labels[:, 1], 1] >= thresholds[1]).mean() > 0.6


def test_a_small_probability_is_no_flag_however_rare_it_is():
    p = np.concatenate([np.full((99, 1), 0.001), [[0.06]], [[0.9]]])
    assert jointly_at_specificity(p, np.arange(101) < 99, 0.97).tolist() == [LEAST_THRESHOLD]


def test_without_a_blank_slice_every_threshold_is_one_half():
    assert jointly_at_specificity(np.full((5, 2), 0.9), np.zeros(5, bool), 0.97).tolist() == [0.5, 0.5]
