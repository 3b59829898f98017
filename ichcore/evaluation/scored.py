"""What a system said of a labelled set, beside what is known of it: arrays, whatever made them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Column:
    """One class over the slices (or series) where it is both known and said.

    Attributes:
        scores: ``(M,)`` probabilities.
        labels: ``(M,)``.
        patients: ``(M,)`` names.
        heights: ``(M,)`` relative heights, NaN where there are none.
        rows: ``(M,)`` which rows of the set these are.
        threshold: from which a slice is flagged; NaN where the model states none.
    """

    scores: NDArray[np.float64]
    labels: NDArray[np.bool_]
    patients: NDArray[np.str_]
    heights: NDArray[np.float64]
    rows: NDArray[np.intp]
    threshold: float


@dataclass(frozen=True, eq=False)
class Exclusive:
    """A system's own exclusive classes, such as Wang's three, on the slices where the truth is known.

    Attributes:
        names: of the K classes.
        probabilities: ``(N, K)``.
        truth: ``(N,)`` index of the true class; −1 where it is not known.
        mimic: bool ``(N,)``, slices whose bleed was made to look like a sign and is none; ``None`` where the
            set does not say.
    """

    names: tuple[str, ...]
    probabilities: NDArray[np.float64]
    truth: NDArray[np.int64]
    mimic: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Scored:
    """Probabilities of N slices in C cases, and their labels.

    A label that is not known, and a class that the system does not predict (NaN), is in no figure.

    Attributes:
        probabilities: float ``(N, 6)`` in class order, NaN where nothing is said.
        labels: bool ``(N, 6)``.
        known: bool ``(N, 6)``; a label counts only where this holds.
        case: int ``(N,)`` which case a slice is of, 0 to C − 1, slices in position order.
        patients: C names; cases of one patient share one.
        thresholds: ``(6,)``; NaN where there is none.
        heights: ``(N,)`` relative heights, or ``None``.
        brightness: ``(N,)`` share of 50–90 HU in the skull, or ``None``: what brightness alone would say.
        series_labels: bool ``(C, 6)`` where series are labelled; else they follow from the slices.
        series_known: bool ``(C, 6)`` beside it.
        exclusive: the system's own classes, or ``None``.

    Raises:
        InputError: if the arrays do not fit together.
    """

    probabilities: NDArray[np.floating]
    labels: NDArray[np.bool_]
    known: NDArray[np.bool_]
    case: NDArray[np.integer]
    patients: Sequence[str]
    thresholds: NDArray[np.floating] = field(default_factory=lambda: np.full(len(CLASSES), 0.5))
    heights: NDArray[np.floating] | None = None
    brightness: NDArray[np.floating] | None = None
    series_labels: NDArray[np.bool_] | None = None
    series_known: NDArray[np.bool_] | None = None
    exclusive: Exclusive | None = None

    def __post_init__(self) -> None:
        expected = (len(self.case), len(CLASSES))
        for name in ("probabilities", "labels", "known"):
            found = getattr(self, name).shape
            if found != expected:
                raise InputError(f"{name} of a scored set are {found}; {expected} are expected.")
        if len(self.case) and not 0 <= int(self.case.min()) <= int(self.case.max()) < len(self.patients):
            raise InputError(f"A slice is of a case that is none of the {len(self.patients)} stated.")

    def __len__(self) -> int:
        return len(self.case)

    @property
    def predicted(self) -> tuple[str, ...]:
        """Classes that anything is said of."""
        said = ~np.isnan(self.probabilities).all(axis=0)
        return tuple(name for name, there in zip(CLASSES, said, strict=True) if there)

    def column(self, name: str) -> Column:
        """One class of the slices."""
        of_case = np.asarray(self.patients)
        heights = np.full(len(self), math.nan) if self.heights is None else self.heights
        return _column(self, name, of_case[self.case], heights)

    @cached_property
    def series(self) -> Scored:
        """The cases, each as one row: its score is the maximum over its slices [ours], its slices as labels.

        A series without a slice that is scored has no score.
        """
        count = len(self.patients)
        top = np.full((count, len(CLASSES)), -np.inf)
        np.maximum.at(top, self.case, np.where(np.isnan(self.probabilities), -np.inf, self.probabilities))
        labels, known = self._series_labels()
        return Scored(
            probabilities=np.where(np.isneginf(top), np.nan, top),
            labels=labels,
            known=known,
            case=np.arange(count),
            patients=self.patients,
            thresholds=self.thresholds,
        )

    def _series_labels(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """As stated; else positive with any slice known to be so, negative with all slices known to be."""
        if self.series_labels is not None and self.series_known is not None:
            return self.series_labels, self.series_known
        shape = (len(self.patients), len(CLASSES))
        positive, unknown = np.zeros(shape, bool), np.zeros(shape, bool)
        np.logical_or.at(positive, self.case, self.labels & self.known)
        np.logical_or.at(unknown, self.case, ~self.known)
        empty = np.bincount(self.case, minlength=len(self.patients)) == 0
        return positive, positive | (~unknown & ~empty[:, None])


def _column(scored: Scored, name: str, patients: NDArray[np.str_], heights: NDArray[np.floating]) -> Column:
    at = CLASSES.index(name)
    rows = np.flatnonzero(scored.known[:, at] & ~np.isnan(scored.probabilities[:, at]))
    return Column(
        np.asarray(scored.probabilities[rows, at], np.float64),
        scored.labels[rows, at],
        patients[rows],
        np.asarray(heights[rows], np.float64),
        rows,
        float(scored.thresholds[at]),
    )
