"""Sets in which not every label is known and not every class is said."""

import json
import math

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.evaluation.auc import auc, matched_auc, matched_auc_interval
from ichcore.evaluation.report import report_of
from ichcore.evaluation.scored import Exclusive, Scored


def a_set(*, cases=8, slices=10, seed=0, **changes):
    random = np.random.default_rng(seed)
    n = cases * slices
    labels = np.zeros((n, 6), bool)
    labels[:, 1:4] = random.random((n, 3)) < 0.25
    labels[:, 0] = labels.any(axis=1)
    p = np.clip(0.35 * labels + random.random((n, 6)) * 0.6, 0, 1)
    values = {
        "probabilities": p,
        "labels": labels,
        "known": np.ones((n, 6), bool),
        "case": np.repeat(np.arange(cases), slices),
        "patients": [f"p{i // 2}" for i in range(cases)],
        "heights": np.tile(np.linspace(0, 1, slices), cases),
    }
    return Scored(**{**values, **changes})


def test_what_is_not_known_is_in_no_figure():
    whole = a_set()
    known = whole.known.copy()
    known[5:25, 2] = False
    labels = whole.labels.copy()
    labels[5:25, 2] = ~labels[5:25, 2]  # nonsense that nobody may look at
    partly = a_set(known=known, labels=labels)
    column = partly.column("intraparenchymal")
    rest = np.r_[0:5, 25:80]
    assert len(column.labels) == 60
    assert auc(column.scores, column.labels) == auc(whole.probabilities[rest, 2], whole.labels[rest, 2])
    a, b = (report_of(s, resamples=10) for s in (partly, whole))
    assert a["known"]["intraparenchymal"] == 60
    assert a["positives"]["intraparenchymal"] == int(whole.labels[rest, 2].sum())
    assert a["slice"]["auc"]["epidural"] == b["slice"]["auc"]["epidural"]
    flipped = report_of(a_set(known=known), resamples=10)
    assert a == flipped, "a label that is not known says nothing, whatever is stored"


def test_a_class_that_is_not_predicted_has_no_figures():
    p = a_set().probabilities.copy()
    p[:, 1:] = math.nan
    report = report_of(a_set(probabilities=p), resamples=10)
    assert report["slice"]["auc"]["any"] is not None
    assert report["slice"]["auc"]["epidural"] is None
    assert report["series"]["sensitivity"]["subdural"] is None
    assert report["slice"]["auc_mean"] == report["slice"]["auc"]["any"]
    assert report["slice"]["log_loss"] is None, "a weighted loss is of six classes or it is none"
    assert report["slice"]["log_loss_by_class"]["any"] > 0
    json.dumps(report, allow_nan=False)


def test_a_series_scores_as_its_highest_slice():
    scored = a_set(cases=3, slices=2, patients=["a", "b", "b"])
    p = np.zeros((6, 6))
    p[:, 0] = [0.1, 0.9, 0.2, math.nan, math.nan, math.nan]
    labels, known = np.zeros((6, 6), bool), np.ones((6, 6), bool)
    labels[1, 0] = True
    known[3, 0] = False
    series = a_set(cases=3, slices=2, probabilities=p, labels=labels, known=known).series
    assert series.probabilities[:2, 0].tolist() == [0.9, 0.2]
    assert math.isnan(series.probabilities[2, 0])
    assert series.labels[:, 0].tolist() == [True, False, False]
    assert series.known[:, 0].tolist() == [True, False, True], "a negative needs all slices known"
    stated = a_set(cases=3, slices=2, series_labels=np.ones((3, 6), bool), series_known=np.ones((3, 6), bool))
    assert stated.series.labels.all()
    assert len(scored.series) == 3


def test_series_figures_count_scans():
    report = report_of(a_set(), resamples=20)
    assert report["cases"] == 8
    assert report["patients"] == 4
    low, high = report["slice"]["accuracy_interval"]["epidural"]
    assert low <= report["slice"]["accuracy"]["epidural"] <= high
    assert set(report["series"]["sensitivity"]) == set(report["slice"]["sensitivity"])
    points = report["slice"]["operating_points"]["epidural"]
    assert points[0]["name"] == "model's own"
    assert points[0]["sensitivity"] == report["slice"]["sensitivity"]["epidural"]
    assert len(report["slice"]["calibration"]["any"]["bins"]) == 10


def test_the_matched_interval_is_around_the_matched_auc():
    column = a_set(cases=12, slices=20).column("any")
    found = matched_auc_interval(column.scores, column.labels, column.heights, column.patients.tolist())
    assert found.value == pytest.approx(matched_auc(column.scores, column.labels, column.heights))
    assert found.low < found.value < found.high


def test_own_classes_are_reported_where_the_truth_is_known():
    random = np.random.default_rng(0)
    truth = np.tile([0, 1, 2, -1], 20)
    p = random.dirichlet((1, 1, 1), 80)
    names = ("no_hemorrhage", "hemorrhage", "blend_sign")
    report = report_of(a_set(exclusive=Exclusive(names, p, truth)), resamples=5)
    assert np.sum(report["exclusive"]["confusion"]) == 60
    assert set(report["exclusive"]["auc"]) == set(names)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="known"):
        a_set(known=np.ones((3, 6), bool))
    with pytest.raises(InputError, match="none of the 1"):
        a_set(patients=["alone"])
