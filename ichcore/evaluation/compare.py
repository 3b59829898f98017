"""Whether one model is better than another on the same slices: a paired bootstrap by patient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import InputError
from ichcore.evaluation.auc import auc
from ichcore.evaluation.bootstrap import Interval, bootstrap, intervals
from ichcore.evaluation.counts import counts
from ichcore.evaluation.log_loss import weighted_log_loss
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.evaluation.scored import Scored

COMPARED = 1000
"""Draws of a comparison; its interval decides, so it takes more than a report's."""
LOWER_IS_BETTER = frozenset({"log_loss"})


@dataclass(frozen=True)
class Difference:
    """One figure of two models.

    Attributes:
        figure: its name, such as ``auc any``.
        a: of the first.
        b: of the second.
        gain: how much better the second is, with its interval; a lower loss is a gain.
    """

    figure: str
    a: float
    b: float
    gain: Interval

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``not told apart``: whether the whole interval lies on one side of 0."""
        if self.gain.low > 0:
            return "better"
        return "worse" if self.gain.high < 0 else "not told apart"

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "a": self.a,
            "b": self.b,
            "gain": self.gain.value,
            "gain_interval": [self.gain.low, self.gain.high],
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Comparison:
    """Two models on the same slices.

    Attributes:
        differences: by name: ``auc <class>`` and ``sensitivity <class>``, ``specificity <class>`` at each
            model's own threshold, ``auc_mean``, ``log_loss``.
        patients: how many were drawn from.
        slices: how many both were scored on.
    """

    differences: dict[str, Difference]
    patients: int
    slices: int

    def sentence(self, figure: str, a: str, b: str) -> str:
        """Whether B is better than A by this figure, in one sentence.

        Raises:
            InputError: if there is no such figure.
        """
        if figure not in self.differences:
            raise InputError(f"{figure!r} was not compared; there are {', '.join(self.differences)}.")
        one = self.differences[figure]
        gain = one.gain
        if math.isnan(gain.value):
            return f"Nothing can be said of {figure}: the set or one of the models does not support it."
        said = {
            "better": f"{b} is better than {a}",
            "worse": f"{b} is worse than {a}",
            "not told apart": f"Whether {b} is better than {a} cannot be told",
        }[one.verdict]
        return (
            f"{said}: {figure} {one.b:.4f} against {one.a:.4f}, a gain of {gain.value:+.4f} "
            f"(95 % interval {gain.low:+.4f} to {gain.high:+.4f}, {self.patients} patients)."
        )


def compare(a: Scored, b: Scored, *, resamples: int = COMPARED, seed: int = 0) -> Comparison:
    """Figures of two models on the slices that both were scored on, each pair drawn alike.

    Args:
        a: the first.
        b: the second, of the same slices in the same order.
        resamples: draws.
        seed: of the draws.

    Raises:
        InputError: if the two are not of the same slices, labels and patients.
    """
    _check_same(a, b)
    shared = ~np.isnan(a.probabilities) & ~np.isnan(b.probabilities)
    known = a.known & shared
    rows = np.flatnonzero(known.any(axis=1))
    if not rows.size:
        raise InputError("The two models share no slice with a known label and a class that both predict.")
    patients = np.asarray(a.patients)[a.case[rows]].tolist()
    names = _names(known)

    def figures(drawn: NDArray[np.intp]) -> NDArray[np.float64]:
        chosen = rows[drawn]
        return np.stack([_figures(one, known, chosen) for one in (a, b)])

    whole = figures(np.arange(len(rows)))
    sign = np.array([-1.0 if name in LOWER_IS_BETTER else 1.0 for name in names])

    def gain(drawn: NDArray[np.intp]) -> NDArray[np.float64]:
        of_a, of_b = figures(drawn)
        better: NDArray[np.float64] = sign * (of_b - of_a)
        return better

    gains = intervals(sign * (whole[1] - whole[0]), bootstrap(gain, patients, resamples=resamples, seed=seed))
    differences = {
        name: Difference(name, float(whole[0, i]), float(whole[1, i]), gains[i])
        for i, name in enumerate(names)
    }
    return Comparison(differences, len(set(patients)), len(rows))


def _check_same(a: Scored, b: Scored) -> None:
    if len(a) != len(b) or not np.array_equal(a.case, b.case) or list(a.patients) != list(b.patients):
        raise InputError(f"The two models were scored on different slices ({len(a)} and {len(b)}).")
    if not np.array_equal(a.labels & a.known, b.labels & b.known) or not np.array_equal(a.known, b.known):
        raise InputError("The two models were scored on different labels; evaluate both on the same set.")


def _names(known: NDArray[np.bool_]) -> list[str]:
    said = [CLASSES[column] for column in np.flatnonzero(known.any(axis=0))]
    each = [f"{figure} {name}" for name in said for figure in ("auc", "sensitivity", "specificity")]
    return [*each, "auc_mean", "log_loss"]


def _figures(one: Scored, known: NDArray[np.bool_], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """In the order of :func:`_names`."""
    values, aucs = [], []
    for column in np.flatnonzero(known.any(axis=0)):
        there = rows[known[rows, column]]
        scores, labels = one.probabilities[there, column], one.labels[there, column]
        area, found = auc(scores, labels), counts(scores >= one.thresholds[column], labels)
        values += [area, found.sensitivity, found.specificity]
        aucs.append(area)
    present = [area for area in aucs if not math.isnan(area)]
    mean = float(np.mean(present)) if present else math.nan
    # a loss over fewer classes than six is not the challenge's, and says so by being none
    whole = known.any(axis=0).all()
    loss = weighted_log_loss(one.probabilities[rows], one.labels[rows], known[rows]) if whole else math.nan
    return np.array([*values, mean, loss])
