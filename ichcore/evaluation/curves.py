"""ROC and precision–recall curves, and the average precision of scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Cuts:
    """What every threshold gives, from the highest score down; a slice is flagged from its threshold on.

    Attributes:
        threshold: ``(K + 1,)`` falling; the first is infinite, where nothing is flagged.
        tp: ``(K + 1,)`` positives flagged.
        fp: ``(K + 1,)`` negatives flagged.
        positives: all of them.
        negatives: all of them.
    """

    threshold: NDArray[np.float64]
    tp: NDArray[np.int64]
    fp: NDArray[np.int64]
    positives: int
    negatives: int

    @property
    def sensitivity(self) -> NDArray[np.float64]:
        """``(K + 1,)`` rising from 0 to 1; NaN without positives."""
        return self.tp / self.positives if self.positives else np.full(len(self.tp), math.nan)

    @property
    def specificity(self) -> NDArray[np.float64]:
        """``(K + 1,)`` falling from 1 to 0; NaN without negatives."""
        return 1 - self.fp / self.negatives if self.negatives else np.full(len(self.fp), math.nan)

    @property
    def precision(self) -> NDArray[np.float64]:
        """``(K + 1,)``; 1 where nothing is flagged."""
        flagged = self.tp + self.fp
        right = np.ones(len(flagged))
        np.divide(self.tp, flagged, out=right, where=flagged > 0)
        return right


def cuts(scores: NDArray[np.floating], labels: NDArray[np.bool_]) -> Cuts:
    """Every threshold that parts the ``(N,)`` scores; equal scores are never parted."""
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    score, hit = np.asarray(scores, np.float64)[order], np.asarray(labels, bool)[order]
    last = np.append(np.diff(score) < 0, True) if len(score) else np.zeros(0, bool)
    tp, fp = np.cumsum(hit)[last], np.cumsum(~hit)[last]
    return Cuts(
        np.concatenate([[math.inf], score[last]]),
        np.concatenate([[0], tp]).astype(np.int64),
        np.concatenate([[0], fp]).astype(np.int64),
        int(hit.sum()),
        int((~hit).sum()),
    )


def roc_curve(
    scores: NDArray[np.floating], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False positive rate and sensitivity, both rising from 0 to 1."""
    found = cuts(scores, labels)
    return 1 - found.specificity, found.sensitivity


def precision_recall_curve(
    scores: NDArray[np.floating], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Recall, rising from 0 to 1, and precision."""
    found = cuts(scores, labels)
    return found.sensitivity, found.precision


def average_precision_of_scores(scores: NDArray[np.floating], labels: NDArray[np.bool_]) -> float:
    """Sum of the steps in recall, each by the precision reached there; NaN without positives.

    Of slices or series; the average precision of boxes is in :mod:`ichcore.evaluation.boxes`.
    """
    recall, precision = precision_recall_curve(scores, labels)
    return float((np.diff(recall) * precision[1:]).sum())


def thinned(
    x: NDArray[np.float64], y: NDArray[np.float64], points: int = 200
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most about ``points`` points of a curve, its ends and its corners along x and y kept alike."""
    if len(x) <= points:
        return x, y
    length = np.cumsum(np.concatenate([[0.0], np.abs(np.diff(x)) + np.abs(np.diff(y))]))
    wanted = np.searchsorted(length, np.linspace(0, length[-1], points))
    keep = np.unique(np.concatenate([[0], np.minimum(wanted, len(x) - 1), [len(x) - 1]]))
    return x[keep], y[keep]
