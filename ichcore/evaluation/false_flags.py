"""Slices flagged in series without blood: each is an alarm that a reader has to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.bootstrap import RESAMPLES
from ichcore.evaluation.shares import share_of
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.evaluation.scored import Scored


def false_flags(scored: Scored, *, resamples: int = RESAMPLES) -> dict[str, Any]:
    """The flagged slices of the series that are known to hold no blood.

    A slice is flagged where any class reaches the model's threshold, as the viewer has it.

    Returns:
        ``{"series", "flagged": share, "by_class": {class: share}, "slices": [{"patient", "series", "index",
        "classes": {class: probability}}]}``; shares as :func:`~ichcore.evaluation.shares.share_of` gives
        them, of all slices that were scored; ``series`` counts from 0 in the order of the set.
    """
    free = scored.series.known[:, 0] & ~scored.series.labels[:, 0]
    rows = np.flatnonzero(free[scored.case] & ~np.isnan(scored.probabilities).all(axis=1))
    with np.errstate(invalid="ignore"):
        flags: NDArray[np.bool_] = scored.probabilities[rows] >= scored.thresholds
    flagged: NDArray[np.bool_] = np.asarray(flags.any(axis=1))
    patients = np.asarray(scored.patients)[scored.case[rows]]
    first = np.searchsorted(scored.case, scored.case, "left")
    return {
        "series": int(free.sum()),
        "flagged": share_of(flagged, patients, resamples=resamples),
        "by_class": {
            name: share_of(flags[:, column], patients, resamples=resamples)
            for column, name in enumerate(CLASSES)
            if name in scored.predicted
        },
        "slices": [
            {
                "patient": str(patients[at]),
                "series": int(scored.case[row]),
                "index": int(row - first[row]),
                "classes": {
                    CLASSES[c]: float(scored.probabilities[row, c]) for c in np.flatnonzero(flags[at])
                },
            }
            for at, row in enumerate(rows)
            if flagged[at]
        ],
    }
