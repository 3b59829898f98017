"""Figures of probabilities and yes-or-no answers, against hand-worked numbers and torchmetrics."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from torchmetrics.functional.classification import (
    binary_average_precision,
    binary_calibration_error,
    multiclass_confusion_matrix,
)

from ichcore.evaluation.auc import auc
from ichcore.evaluation.bootstrap import bootstrap, intervals, patient_draws
from ichcore.evaluation.calibration import brier_score, expected_calibration_error, reliability_bins
from ichcore.evaluation.confusion import confusion_matrix, exclusive_figures, shares_of_truth
from ichcore.evaluation.counts import Counts, predictive_values
from ichcore.evaluation.curves import average_precision_of_scores, roc_curve, thinned
from ichcore.evaluation.log_loss import weighted_log_loss
from ichcore.evaluation.operating_points import chosen_points, point_at

some_scores = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=40)


def arrays(pairs):
    return np.array([p[0] / 20 for p in pairs]), np.array([p[1] for p in pairs])


def test_shares_of_counts_worked_by_hand():
    found = Counts(tp=8, fp=3, tn=17, fn=2)
    assert found.accuracy == pytest.approx(25 / 30)
    assert found.sensitivity == pytest.approx(0.8)
    assert found.specificity == pytest.approx(0.85)
    assert found.f1 == pytest.approx(16 / 21)
    assert found.ppv == pytest.approx(8 / 11)
    assert found.npv == pytest.approx(17 / 19)
    assert math.isnan(Counts(0, 0, 5, 0).sensitivity)


def test_predictive_values_follow_the_prevalence():
    ppv, npv = predictive_values(0.9, 0.9, 0.1)
    assert ppv == pytest.approx(0.5)
    assert npv == pytest.approx(0.81 / 0.82)
    assert predictive_values(0.9, 0.9, 0.5) == pytest.approx((0.9, 0.9))


@settings(max_examples=40, deadline=None)
@given(some_scores)
def test_the_area_under_the_roc_curve_is_the_auc(pairs):
    scores, labels = arrays(pairs)
    x, y = roc_curve(scores, labels)
    if labels.any() and not labels.all():
        assert trapezoid(y, x) == pytest.approx(auc(scores, labels))
        assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
        for one in chosen_points(scores, labels, 0.1):
            again = point_at(scores, labels, one.threshold, 0.1)
            assert (again.sensitivity, again.specificity) == pytest.approx((one.sensitivity, one.specificity))


@settings(max_examples=20, deadline=None)
@given(some_scores)
def test_average_precision_and_ece_are_those_of_torchmetrics(pairs):
    scores, labels = arrays(pairs)
    p, y = torch.from_numpy(scores), torch.from_numpy(labels.astype(int))
    if labels.any():
        expected = float(binary_average_precision(p, y))
        assert average_precision_of_scores(scores, labels) == pytest.approx(expected, abs=1e-5)
    off_edges = np.clip(scores * 0.997 + 0.001, 0, 1)
    expected = float(binary_calibration_error(torch.from_numpy(off_edges), y, n_bins=10, norm="l1"))
    assert expected_calibration_error(off_edges, labels) == pytest.approx(expected, abs=1e-5)


def test_reliability_of_a_set_worked_by_hand():
    p = np.array([0.0, 0.1, 0.15, 0.95, 1.0])
    labels = np.array([False, False, True, True, True])
    bins = reliability_bins(p, labels)
    assert [b.count for b in bins] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (bins[0].predicted, bins[0].observed) == pytest.approx((0.05, 0))
    assert math.isnan(bins[5].observed)
    assert expected_calibration_error(p, labels) == pytest.approx((2 * 0.05 + 0.85 + 2 * 0.025) / 5)
    assert brier_score(p, labels) == pytest.approx((0.01 + 0.85**2 + 0.05**2) / 5)


def test_operating_points_reach_what_was_asked_for():
    scores = np.linspace(0, 1, 101)
    labels = scores > 0.5
    labels[[20, 70]] = True, False
    best, sensitive, specific = chosen_points(scores, labels, 0.14)
    assert best.threshold == pytest.approx(0.51)
    assert sensitive.sensitivity >= 0.95
    assert specific.specificity >= 0.95
    assert specific.threshold <= sensitive.threshold or specific.sensitivity >= sensitive.sensitivity
    assert best.ppv == pytest.approx(predictive_values(best.sensitivity, best.specificity, 0.14)[0])
    assert chosen_points(scores, np.zeros(101, bool), 0.14) == []


def test_rows_of_the_confusion_matrix_are_what_was_predicted():
    predicted, truth = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 2, 1, 2, 2, 1])
    matrix = confusion_matrix(predicted, truth, 3)
    assert matrix.tolist() == [[1, 0, 1], [0, 1, 0], [0, 1, 2]]
    theirs = multiclass_confusion_matrix(torch.from_numpy(predicted), torch.from_numpy(truth), 3)
    assert matrix.tolist() == theirs.T.tolist()
    assert shares_of_truth(matrix)[:, 2].tolist() == pytest.approx([1 / 3, 0, 2 / 3])


def test_exclusive_classes_are_each_judged_against_the_rest():
    p = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.5, 0.4], [0.1, 0.2, 0.7]])
    found = exclusive_figures(p, np.array([0, 1, 2, 2]), ("none", "normal", "blend"))
    assert found["sensitivity"]["blend"] == 0.5
    assert found["specificity"]["normal"] == pytest.approx(2 / 3)
    assert found["f1"]["blend"] == pytest.approx(2 / 3)
    assert found["auc"]["blend"] == 1


def test_patients_are_drawn_whole_and_alike_for_every_model():
    patients = ["a"] * 3 + ["b"] * 2 + ["a"] + ["c"]
    for rows in patient_draws(patients, resamples=20):
        times = np.bincount(rows, minlength=7)
        assert len(set(times[[0, 1, 2, 5]])) == 1
        assert times[0] + times[3] + times[6] == 3
    first, second = (list(patient_draws(patients, resamples=3, seed=4)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_an_interval_of_a_figure_without_draws_is_empty():
    values = np.arange(6.0)
    drawn = bootstrap(lambda rows: np.array([values[rows].mean(), math.nan]), list("abcdef"), resamples=50)
    mean, nothing = intervals(np.array([2.5, math.nan]), drawn)
    assert mean.low < mean.value < mean.high
    assert math.isnan(nothing.low)


def test_log_loss_leaves_out_what_is_not_known():
    p, labels = np.full((2, 6), 0.5), np.zeros((2, 6), bool)
    p[1, 1:] = 0.99
    known = np.ones((2, 6), bool)
    known[1, 1:] = False
    assert weighted_log_loss(p, labels, known) == pytest.approx(math.log(2))
    assert weighted_log_loss(p, labels) > 1
    assert math.isnan(weighted_log_loss(p, labels, np.zeros((2, 6), bool)))
    p[0, 3] = math.nan
    assert math.isnan(weighted_log_loss(p, labels, known)), "silence is not cheap"
    known[0, 3] = False
    assert weighted_log_loss(p, labels, known) == pytest.approx(math.log(2))


def test_a_thinned_curve_keeps_its_ends():
    x = np.linspace(0, 1, 5000)
    a, b = thinned(x, x**4)
    assert len(a) <= 200
    assert (a[0], b[0], a[-1], b[-1]) == (0, 0, 1, 1)
