"""The figures of one class: on slices or on series, each with an interval over patients."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.integrate import trapezoid

from ichcore.evaluation.auc import auc, matched_auc_interval, position_scores
from ichcore.evaluation.bootstrap import RESAMPLES, Interval, bootstrap, intervals
from ichcore.evaluation.calibration import brier_score, expected_calibration_error, reliability_bins
from ichcore.evaluation.counts import counts
from ichcore.evaluation.curves import cuts
from ichcore.evaluation.operating_points import chosen_points, point_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.evaluation.scored import Column

FIGURES = (
    "auc",
    "average_precision",
    "accuracy",
    "sensitivity",
    "specificity",
    "f1",
    "ppv",
    "npv",
    "ece",
    "brier",
)
"""Those with an interval, in this order."""


def class_figures(column: Column, *, resamples: int = RESAMPLES) -> dict[str, Interval]:
    """:data:`FIGURES` of one class, by name; ``ppv`` and ``npv`` at the set's own prevalence."""
    scores, labels, threshold = column.scores, column.labels, column.threshold

    def figures(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return _figures(scores[rows], labels[rows], threshold)

    if not len(labels):
        return dict.fromkeys(FIGURES, Interval(math.nan, math.nan, math.nan))
    drawn = bootstrap(figures, column.patients.tolist(), resamples=resamples)
    return dict(zip(FIGURES, intervals(_figures(scores, labels, threshold), drawn), strict=True))


def shortcut_figures(column: Column, *, resamples: int = RESAMPLES) -> tuple[Interval, float]:
    """AUC between slices of one height, and the AUC of what height alone predicts; NaN without heights."""
    if np.isnan(column.heights).any() or not len(column.labels):
        return Interval(math.nan, math.nan, math.nan), math.nan
    patients = column.patients.tolist()
    matched = matched_auc_interval(
        column.scores, column.labels, column.heights, patients, resamples=resamples
    )
    alone = auc(position_scores(column.labels, column.heights, patients), column.labels)
    return matched, alone


def calibration_entry(column: Column) -> dict[str, Any]:
    """``{"ece", "brier", "bins": [{"low", "high", "count", "predicted", "observed"}]}``."""
    return {
        "ece": expected_calibration_error(column.scores, column.labels),
        "brier": brier_score(column.scores, column.labels),
        "bins": [asdict(one) for one in reliability_bins(column.scores, column.labels)],
    }


def operating_entries(column: Column, prevalence: float) -> list[dict[str, Any]]:
    """The model's own threshold and three chosen on the set, each with PPV and NPV at the prevalence."""
    points = chosen_points(column.scores, column.labels, prevalence)
    if not math.isnan(column.threshold):
        points.insert(0, point_at(column.scores, column.labels, column.threshold, prevalence))
    return [asdict(one) for one in points]


def _figures(scores: NDArray[np.float64], labels: NDArray[np.bool_], threshold: float) -> NDArray[np.float64]:
    # one sorting serves both areas, since draws come by the thousand
    cut = cuts(scores, labels)
    area = float(trapezoid(cut.sensitivity, 1 - cut.specificity))
    average_precision = float((np.diff(cut.sensitivity) * cut.precision[1:]).sum())
    found = counts(scores >= threshold, labels)
    answers = (
        [found.accuracy, found.sensitivity, found.specificity, found.f1, found.ppv, found.npv]
        if not math.isnan(threshold)
        else [math.nan] * 6
    )
    return np.array(
        [
            area,
            average_precision,
            *answers,
            expected_calibration_error(scores, labels),
            brier_score(scores, labels),
        ]
    )
