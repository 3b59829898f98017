"""Thresholds that a user would choose, and what each gives at a stated prevalence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.evaluation.counts import predictive_values
from ichcore.evaluation.curves import Cuts, cuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

WANTED = 0.95
"""Sensitivity, or specificity, that the two constrained points ask for."""


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold and what it gives; NaN where the set lacks one kind of label.

    Attributes:
        name: why this one.
        threshold: a slice is flagged from it on.
        sensitivity: on the set.
        specificity: on the set.
        ppv: at the stated prevalence.
        npv: at the stated prevalence.
    """

    name: str
    threshold: float
    sensitivity: float
    specificity: float
    ppv: float
    npv: float


def point_at(
    scores: NDArray[np.floating],
    labels: NDArray[np.bool_],
    threshold: float,
    prevalence: float,
    name: str = "model's own",
) -> OperatingPoint:
    """What a given threshold gives on ``(N,)`` scores."""
    flagged = np.asarray(scores) >= threshold
    sensitivity = float(flagged[labels].mean()) if labels.any() else math.nan
    specificity = float((~flagged[~labels]).mean()) if not labels.all() else math.nan
    ppv, npv = predictive_values(sensitivity, specificity, prevalence)
    return OperatingPoint(name, float(threshold), sensitivity, specificity, ppv, npv)


def chosen_points(
    scores: NDArray[np.floating], labels: NDArray[np.bool_], prevalence: float, *, wanted: float = WANTED
) -> list[OperatingPoint]:
    """Three thresholds chosen on the set itself, so each flatters the model a little.

    The largest sensitivity + specificity (Youden 1950); the highest threshold that reaches the wanted
    sensitivity; the lowest that reaches the wanted specificity. None without both kinds of label.

    Args:
        scores: ``(N,)``.
        labels: ``(N,)``.
        prevalence: for PPV and NPV.
        wanted: sensitivity, or specificity, asked for.
    """
    found = cuts(scores, labels)
    if not found.positives or not found.negatives:
        return []
    sensitivity, specificity = found.sensitivity, found.specificity
    best = int(np.argmax(sensitivity + specificity))
    first = int(np.argmax(sensitivity >= wanted))
    last = int(np.flatnonzero(specificity >= wanted)[-1])
    return [
        _point(found, best, prevalence, "largest sensitivity + specificity"),
        _point(found, first, prevalence, f"sensitivity at least {wanted:g}"),
        _point(found, last, prevalence, f"specificity at least {wanted:g}"),
    ]


def _point(found: Cuts, at: int, prevalence: float, name: str) -> OperatingPoint:
    sensitivity, specificity = float(found.sensitivity[at]), float(found.specificity[at])
    ppv, npv = predictive_values(sensitivity, specificity, prevalence)
    return OperatingPoint(name, float(found.threshold[at]), sensitivity, specificity, ppv, npv)
