"""The figures of drawn masks: overlap in its readings, and bleeding sites (Ma 2025, Tables 1 and 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap, intervals
from ichcore.evaluation.overlap import MaskOverlap
from ichcore.evaluation.sites import Sites, sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

COUNTS = ("images", "sites", "predicted_sites")
"""Those of the figures that are counts and have no interval."""


def mask_figures(
    pairs: Iterable[tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    patients: Sequence[str] | None = None,
    *,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """Of slices that were drawn in the truth, be it empty.

    Args:
        pairs: predicted and true mask of each slice, bool ``(H, W)`` both; read one at a time.
        patients: of each slice; intervals over them are given where they are.
        resamples: draws of each interval.

    Returns:
        What :meth:`MaskOverlap.as_json` and :meth:`Sites.as_json` give, in one; with patients, also
        ``<figure>_interval`` of each that is no count.
    """
    overlap, found = MaskOverlap(), []
    for predicted, truth in pairs:
        overlap.add(predicted, truth)
        found.append(sites(predicted, truth))
    whole = {**overlap.as_json(), **sum(found, Sites()).as_json()}
    if patients is None or not found:
        return whole
    names = [name for name in whole if name not in COUNTS]

    def figures(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        part = overlap.chosen(rows).as_json() | sum((found[i] for i in rows), Sites()).as_json()
        return np.array([part[name] for name in names], float)

    drawn = bootstrap(figures, patients, resamples=resamples)
    value = np.array([whole[name] for name in names], float)
    bounds = {
        f"{name}_interval": [one.low, one.high]
        for name, one in zip(names, intervals(value, drawn), strict=True)
    }
    return whole | bounds
