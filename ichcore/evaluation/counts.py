"""True and false positives and negatives of one class, and what is made of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Counts:
    """How often a yes or no was right; every share is NaN where its denominator is 0.

    Attributes:
        tp: positives called so.
        fp: negatives called positive.
        tn: negatives called so.
        fn: positives called negative.
    """

    tp: int
    fp: int
    tn: int
    fn: int

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return share(self.tp + self.tn, self.tp + self.fp + self.tn + self.fn)

    @property
    def sensitivity(self) -> float:
        """TP / (TP + FN) (Wang 2023, Eq. 8)."""
        return share(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float:
        """TN / (TN + FP) (Wang 2023, Eq. 9)."""
        return share(self.tn, self.tn + self.fp)

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FN + FP) (Wang 2023, Eq. 10)."""
        return share(2 * self.tp, 2 * self.tp + self.fn + self.fp)

    @property
    def ppv(self) -> float:
        """TP / (TP + FP), at the prevalence of the set itself."""
        return share(self.tp, self.tp + self.fp)

    @property
    def npv(self) -> float:
        """TN / (TN + FN), at the prevalence of the set itself."""
        return share(self.tn, self.tn + self.fn)


def counts(flagged: NDArray[np.bool_], labels: NDArray[np.bool_]) -> Counts:
    """Counts of ``(N,)`` answers beside ``(N,)`` labels, all of them known."""
    return Counts(
        tp=int((flagged & labels).sum()),
        fp=int((flagged & ~labels).sum()),
        tn=int((~flagged & ~labels).sum()),
        fn=int((~flagged & labels).sum()),
    )


def share(part: float, whole: float) -> float:
    """``part / whole``; NaN of nothing."""
    return part / whole if whole else math.nan


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """PPV and NPV at a stated prevalence, by Bayes; NaN where nobody would be called so.

    A test set has more bleeds than an emergency room, and its own predictive values flatter a model.

    Args:
        sensitivity: 0–1.
        specificity: 0–1.
        prevalence: share of positives where the model would be used, 0–1.
    """
    true_positive, false_negative = sensitivity * prevalence, (1 - sensitivity) * prevalence
    true_negative, false_positive = specificity * (1 - prevalence), (1 - specificity) * (1 - prevalence)
    return (
        share(true_positive, true_positive + false_positive),
        share(true_negative, true_negative + false_negative),
    )
