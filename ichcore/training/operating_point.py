"""Calibration and operating points, fitted on the validation set; numpy and scipy only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

if TYPE_CHECKING:
    from numpy.typing import NDArray


def platt(logits: NDArray[np.floating], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset such that ``sigmoid(a · logit + b)`` is the probability (Platt 1999).

    The targets are Platt's smoothed ones, so that separable data give finite values.

    Args:
        logits: ``(N,)``.
        labels: ``(N,)``; without both kinds the logits are left as they are.
    """
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if not positives or not negatives:
        return 1.0, 0.0
    return as_probable(
        logits, np.where(labels, (positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0))
    )


def as_probable(logits: NDArray[np.floating], target: NDArray[np.floating]) -> tuple[float, float]:
    """Slope and offset such that ``sigmoid(a · logit + b)`` says what ``target`` says, by cross-entropy.

    Args:
        logits: ``(N,)``.
        target: ``(N,)`` probabilities.
    """
    z = np.asarray(logits, np.float64)
    scale = float(z.std()) or 1.0

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        a, b = parameters
        x = np.exp(a) * z / scale + b  # the slope stays positive, so that the order never turns
        value = np.logaddexp(0.0, x) - target * x
        error = expit(x) - target
        return float(value.mean()), np.array([(error * np.exp(a) * z / scale).mean(), error.mean()])

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-6.0, 6.0), (-30.0, 30.0)])
    return float(np.exp(found.x[0]) / scale), float(found.x[1])


def youden(probabilities: NDArray[np.floating], labels: NDArray[np.bool_]) -> float:
    """The threshold with the largest sensitivity + specificity (Youden 1950).

    It lies midway to the next lower score, so that a rounding never moves a slice across. 0.5 without both
    kinds of label.
    """
    if labels.all() or not labels.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    score, hit = np.asarray(probabilities, np.float64)[order], labels[order]
    gain = np.cumsum(hit) / hit.sum() - np.cumsum(~hit) / (~hit).sum()
    last = np.append(np.diff(score) < 0, True)  # only the end of a run of equal scores is a cut
    best = int(np.argmax(np.where(last, gain, -np.inf)))
    below = score[best + 1] if best + 1 < len(score) else 0.0
    return float((score[best] + below) / 2.0)


LEAST_THRESHOLD = 0.1
"""A probability of less than one in ten is no flag to a reader, however rare it is on blank slices [ours]."""


def jointly_at_specificity(
    probabilities: NDArray[np.floating], blank: NDArray[np.bool_], specificity: float
) -> NDArray[np.float64]:
    """The lowest thresholds that leave this share of the blank slices unflagged for all classes.

    None is below :data:`LEAST_THRESHOLD`.

    Where most slices are blank, as in a clinic, the largest Youden index of each class flags too many of
    them; and six classes that are wrong in 2 % of the slices each are together wrong in more. All classes
    get the same specificity on blank slices, as high as it must be.

    Args:
        probabilities: ``(N, K)``.
        blank: ``(N,)`` slices that hold no blood for sure.
        specificity: in (0, 1).

    Returns:
        ``(K,)``; 0.5 for all without a blank slice.
    """
    p = np.asarray(probabilities, np.float64)
    free = p[blank]
    if not len(free):
        return np.full(p.shape[1], 0.5)
    ordered = np.sort(free, axis=0)
    for alarms in range(round((1.0 - specificity) * len(free)), -1, -1):
        highest = ordered[len(free) - 1 - alarms]
        found = np.maximum([_above(value, p[:, c]) for c, value in enumerate(highest)], LEAST_THRESHOLD)
        if (free >= found).any(axis=1).mean() <= 1.0 - specificity:
            break
    return found


def _above(value: float, scores: NDArray[np.float64]) -> float:
    """Midway from a score to the next higher one, so that a rounding never moves a slice across."""
    higher = scores[scores > value]
    return float((value + (higher.min() if len(higher) else 1.0)) / 2.0)
