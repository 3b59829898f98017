"""A share of slices with its interval over patients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap, intervals

if TYPE_CHECKING:
    from numpy.typing import NDArray


def share_of(
    yes: NDArray[np.bool_], patients: NDArray[np.str_], *, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """``{"share", "interval", "slices", "patients"}`` with the interval over patients; NaN of nothing."""
    if not len(yes):
        return {"share": math.nan, "interval": [math.nan, math.nan], "slices": 0, "patients": 0}

    def mean(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.array([yes[rows].mean()])

    drawn = bootstrap(mean, patients.tolist(), resamples=resamples)
    (one,) = intervals(mean(np.arange(len(yes))), drawn)
    return {
        "share": one.value,
        "interval": [one.low, one.high],
        "slices": len(yes),
        "patients": len(np.unique(patients)),
    }
