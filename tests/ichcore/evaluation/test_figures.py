import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.evaluation.auc import auc, auc_interval, matched_auc, position_scores
from ichcore.evaluation.boxes import (
    ScoredBox,
    average_precision,
    bounding_box,
    iou,
    mean_average_precision,
)
from ichcore.evaluation.log_loss import weighted_log_loss


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(pairs):
    score, label = np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs])
    won = [(a > b) + 0.5 * (a == b) for a in score[label] for b in score[~label]]
    if won:
        assert auc(score, label) == pytest.approx(np.mean(won))
        assert matched_auc(score, label, np.zeros(len(score))) == pytest.approx(np.mean(won))
    else:
        assert math.isnan(auc(score, label))


def test_the_interval_holds_the_value_and_counts_patients_not_slices():
    random = np.random.default_rng(0)
    label = np.repeat(random.random(40) < 0.5, 20)
    head = np.repeat(random.normal(size=40), 20)
    score = label + head + 0.01 * random.normal(size=800)
    patients = [f"p{i // 20}" for i in range(800)]
    by_patient = auc_interval(score, label, patients)
    by_slice = auc_interval(score, label, [str(i) for i in range(800)])
    assert by_patient.low < by_patient.value < by_patient.high
    assert by_patient.high - by_patient.low > 2 * (by_slice.high - by_slice.low)


def test_a_model_that_only_knows_height_is_unmasked():
    random = np.random.default_rng(1)
    height = np.tile(np.linspace(0, 1, 20), 30)
    patients = [f"p{i // 20}" for i in range(600)]
    label = random.random(600) < np.where((height > 0.4) & (height < 0.7), 0.5, 0.02)
    shortcut = -np.abs(height - 0.55)
    assert auc(shortcut, label) > 0.8
    assert matched_auc(shortcut, label, height) == pytest.approx(0.5, abs=0.08)
    assert auc(position_scores(label, height, patients), label) > 0.75


def test_weighted_log_loss_counts_any_twice():
    p = np.full((1, 6), 0.5)
    assert weighted_log_loss(p, np.zeros((1, 6), bool)) == pytest.approx(math.log(2))
    p = np.full((1, 6), 1e-9)
    label = np.zeros((1, 6), bool)
    label[0, 0] = True
    assert weighted_log_loss(p, label) == pytest.approx(-2 / 7 * math.log(1e-9), rel=1e-3)
    assert math.isfinite(weighted_log_loss(np.zeros((1, 6)), np.ones((1, 6), bool)))


def test_iou_of_half_shifted_squares():
    assert iou((0, 0, 10, 10), (0, 5, 10, 15)) == pytest.approx(1 / 3)
    assert iou((0, 0, 10, 10), (10, 0, 20, 10)) == 0


def test_average_precision_of_a_known_ranking():
    truth = {0: [(0, 0, 10, 10)], 1: [(0, 0, 10, 10)]}
    predicted = [
        ScoredBox(0, (0, 0, 10, 10), 0.9),
        ScoredBox(0, (0, 0, 10, 9), 0.8),  # its truth is taken: a false one
        ScoredBox(1, (0, 0, 9, 10), 0.7),
    ]
    assert average_precision(predicted, truth) == pytest.approx(0.5 + 0.5 * 2 / 3)
    assert average_precision([], truth) == 0
    assert math.isnan(average_precision(predicted, {}))


def test_the_papers_two_means():
    ap = {"ivh": 0.07, "iph": 0.27, "sah": 0.18, "sdh": 0.48, "edh": math.nan}
    assert mean_average_precision(ap) == pytest.approx((0.20, 0.25))


def test_bounding_box_is_half_open():
    mask = np.zeros((9, 9), bool)
    mask[2:4, 5:8] = True
    assert bounding_box(mask) == (2, 5, 4, 8)
    assert bounding_box(np.zeros((3, 3), bool)) is None
