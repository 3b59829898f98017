"""Bootstrap by patient: slices of one head are not independent, so whole heads are drawn."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

RESAMPLES = 300
"""Draws of an interval where none are stated."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval; NaN where there is nothing to say.

    Attributes:
        value: on all patients.
        low: 2.5th percentile of the draws.
        high: 97.5th percentile of the draws.
    """

    value: float
    low: float
    high: float


def patient_draws(
    patients: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> Iterator[NDArray[np.intp]]:
    """Rows of each draw: as many patients as there are, with replacement, each with all its rows.

    The draws depend on the patients' names and the seed alone, so two models scored on the same rows are
    drawn alike and their difference is a paired one.

    Args:
        patients: one name a row.
        resamples: how many draws.
        seed: of the draws.
    """
    names, which = np.unique(np.asarray(patients), return_inverse=True)
    order = np.argsort(which, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(which))[:-1])
    for drawn in draws(len(names), resamples=resamples, seed=seed):
        yield np.concatenate([members[i] for i in drawn])


def draws(count: int, *, resamples: int = RESAMPLES, seed: int = 0) -> Iterator[NDArray[np.int64]]:
    """``(count,)`` of ``count`` patients (by the order of their names) with replacement, a draw at a time."""
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        yield random.integers(0, count, count)


def bootstrap(
    figure: Callable[[NDArray[np.intp]], NDArray[np.float64]],
    patients: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> NDArray[np.float64]:
    """``(resamples, K)`` values of K figures over the draws; NaN where there is but one patient.

    Args:
        figure: rows to ``(K,)`` values; NaN where a draw does not support one.
        patients: one name a row.
        resamples: how many draws.
        seed: of the draws.
    """
    if len(set(patients)) < 2:
        return np.full((resamples, len(figure(np.arange(len(patients))))), math.nan)
    return np.stack([figure(rows) for rows in patient_draws(patients, resamples=resamples, seed=seed)])


def intervals(value: NDArray[np.float64], drawn: NDArray[np.float64]) -> list[Interval]:
    """Percentile intervals of K figures; draws without a value are left out.

    Args:
        value: ``(K,)`` on all rows.
        drawn: ``(resamples, K)``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a figure that no draw supports stays NaN
        low, high = np.nanpercentile(drawn, [2.5, 97.5], axis=0)
    return [
        Interval(float(v), float(a), float(b))
        if not math.isnan(v)
        else Interval(math.nan, math.nan, math.nan)
        for v, a, b in zip(value, low, high, strict=True)
    ]
