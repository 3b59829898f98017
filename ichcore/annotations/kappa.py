"""How far raters agree beyond chance: percentage, Cohen's kappa of two, Fleiss' kappa of all."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def agreement(a: NDArray[np.integer], b: NDArray[np.integer]) -> float:
    """Share of the subjects of which both say the same; ``(N,)`` each, NaN of none."""
    return float(np.mean(a == b)) if len(a) else math.nan


def cohen_kappa(a: NDArray[np.integer], b: NDArray[np.integer]) -> float:
    """Agreement of two raters beyond chance (Cohen 1960); NaN where chance alone explains all.

    Args:
        a: ``(N,)`` categories.
        b: ``(N,)`` of the other rater.
    """
    categories = np.union1d(a, b)
    by_chance = float(sum(np.mean(a == c) * np.mean(b == c) for c in categories))
    return _beyond(agreement(a, b), by_chance)


def fleiss_kappa(ratings: NDArray[np.integer]) -> float:
    """Agreement of any number of raters beyond chance (Fleiss 1971).

    Args:
        ratings: ``(subjects, raters)`` categories.

    Raises:
        InputError: if there are fewer than two raters.
    """
    subjects, raters = ratings.shape
    if raters < 2:
        raise InputError(f"Agreement needs at least two raters; found {raters}.")
    if not subjects:
        return math.nan
    votes = np.stack([(ratings == c).sum(axis=1) for c in np.unique(ratings)], axis=1)
    observed = float(((votes**2).sum(axis=1) - raters).mean() / (raters * (raters - 1)))
    by_chance = float(((votes.sum(axis=0) / (subjects * raters)) ** 2).sum())
    return _beyond(observed, by_chance)


def reliability(ratings: NDArray[np.integer], names: Sequence[str]) -> dict[str, Any]:
    """What Wang 2023 states of its readers (Table 2): each category against the rest, by pairs and by all.

    Args:
        ratings: ``(subjects, raters)``, 0 to K − 1.
        names: of the K categories.

    Returns:
        ``{category: {"pairs": [{"raters": [i, j], "agreement", "cohen_kappa"}], "fleiss_kappa"}}``.
    """
    found: dict[str, Any] = {}
    for which, name in enumerate(names):
        said = (ratings == which).astype(np.int64)
        pairs = [
            {
                "raters": [i, j],
                "agreement": agreement(said[:, i], said[:, j]),
                "cohen_kappa": cohen_kappa(said[:, i], said[:, j]),
            }
            for i, j in combinations(range(ratings.shape[1]), 2)
        ]
        found[name] = {"pairs": pairs, "fleiss_kappa": fleiss_kappa(said)}
    return found


def _beyond(observed: float, by_chance: float) -> float:
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else math.nan
