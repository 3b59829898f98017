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
    target = np.where(labels, (positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0))
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


def at_specificity(
    probabilities: NDArray[np.floating], labels: NDArray[np.bool_], specificity: float
) -> float:
    """The lowest threshold that leaves this share of the slices without the class unflagged.

    Where most slices are blank, as in a clinic, the largest Youden index flags too many of them. It lies
    midway to the next lower score, as that of :func:`youden`; 0.5 without both kinds of label.

    Args:
        probabilities: ``(N,)``.
        labels: ``(N,)``.
        specificity: in (0, 1).
    """
    if labels.all() or not labels.any():
        return 0.5
    blank = np.sort(np.asarray(probabilities, np.float64)[~labels])
    first = min(int(np.ceil(specificity * len(blank))), len(blank) - 1)
    above = np.asarray(probabilities, np.float64)
    above = above[above > blank[max(first - 1, 0)]]
    return float((blank[max(first - 1, 0)] + (above.min() if len(above) else 1.0)) / 2.0)
