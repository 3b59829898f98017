"""Area under the ROC curve: plain, with an interval over patients, and between slices of the same height."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from ichcore.evaluation.bootstrap import RESAMPLES, Interval, bootstrap, draws, intervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MATCHED_HEIGHT = 0.03
"""Slices whose relative heights differ by no more than this are of the same height."""


def auc(scores: NDArray[np.floating], labels: NDArray[np.bool_]) -> float:
    """Probability that a positive scores above a negative, ties counting half; NaN without both kinds.

    Args:
        scores: ``(N,)``.
        labels: ``(N,)``.
    """
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        return math.nan
    ranks = rankdata(scores)
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def auc_interval(
    scores: NDArray[np.floating],
    labels: NDArray[np.bool_],
    patients: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """AUC with a percentile bootstrap over patients; NaN where one kind of label is missing."""

    def figure(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.array([auc(scores[rows], labels[rows])])

    value = np.array([auc(scores, labels)])
    if np.isnan(value).any():
        return Interval(math.nan, math.nan, math.nan)
    return intervals(value, bootstrap(figure, patients, resamples=resamples, seed=seed))[0]


def matched_auc(
    scores: NDArray[np.floating],
    labels: NDArray[np.bool_],
    heights: NDArray[np.floating],
    *,
    within: float = MATCHED_HEIGHT,
) -> float:
    """AUC over pairs of a positive and a negative at the same relative height; NaN without such pairs.

    What is left of it after height has been taken away shows whether height was a shortcut.
    """
    negative = np.flatnonzero(~labels)
    won, pairs = 0.0, 0
    for row in np.flatnonzero(labels):
        beside = negative[np.abs(heights[negative] - heights[row]) <= within]
        won += float((scores[row] > scores[beside]).sum()) + 0.5 * float(
            (scores[row] == scores[beside]).sum()
        )
        pairs += len(beside)
    return won / pairs if pairs else math.nan


def matched_auc_interval(
    scores: NDArray[np.floating],
    labels: NDArray[np.bool_],
    heights: NDArray[np.floating],
    patients: Sequence[str],
    *,
    within: float = MATCHED_HEIGHT,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """:func:`matched_auc` with a bootstrap over patients.

    Pairs are counted once for every two patients; a draw then weighs them by how often either was drawn.
    """
    names, which = np.unique(np.asarray(patients), return_inverse=True)
    won, pairs = np.zeros((2, len(names), len(names)))
    negative = np.flatnonzero(~labels)
    negative = negative[np.argsort(heights[negative], kind="stable")]
    low = np.searchsorted(heights[negative], heights - within, "left")
    high = np.searchsorted(heights[negative], heights + within, "right")
    for row in np.flatnonzero(labels):
        beside = negative[low[row] : high[row]]
        # as the plain figure compares, so that no pair at the very edge is in one and not in the other
        beside = beside[np.abs(heights[beside] - heights[row]) <= within]
        better = (scores[row] > scores[beside]) + 0.5 * (scores[row] == scores[beside])
        np.add.at(won[which[row]], which[beside], better)
        np.add.at(pairs[which[row]], which[beside], 1.0)
    if not pairs.any():
        return Interval(math.nan, math.nan, math.nan)
    drawn = []
    for chosen in draws(len(names), resamples=resamples, seed=seed):
        times = np.bincount(chosen, minlength=len(names)).astype(float)
        total = times @ pairs @ times
        drawn.append([times @ won @ times / total if total else math.nan])
    return intervals(np.array([won.sum() / pairs.sum()]), np.array(drawn))[0]


def position_scores(
    labels: NDArray[np.bool_], heights: NDArray[np.floating], patients: Sequence[str]
) -> NDArray[np.float64]:
    """What slice height alone predicts: the positive rate of other patients' slices at the same height."""
    names = np.asarray(patients)
    scores = np.zeros(len(labels))
    for row, (height, name) in enumerate(zip(heights, names, strict=True)):
        beside = (np.abs(heights - height) <= MATCHED_HEIGHT) & (names != name)
        scores[row] = labels[beside].mean() if beside.any() else 0.0
    return scores
