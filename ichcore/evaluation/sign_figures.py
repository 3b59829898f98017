"""The blend sign against other bleeds, and against its mimics alone: what a finder of bleeds cannot tell.

Against all slices a network that calls every bleed a sign has a fine AUC (Wang 2023 reports no other), so the
slices without blood are left out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.auc import auc_interval
from ichcore.evaluation.bootstrap import RESAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.evaluation.scored import Exclusive, Scored

SIGN, HEMORRHAGE = "blend_sign", "hemorrhage"


def sign_figures(scored: Scored, *, resamples: int = RESAMPLES) -> dict[str, Any]:
    """AUC of the sign's probability, of slices and of the highest slice of each series.

    Args:
        scored: of a system whose own classes tell the sign from other hemorrhages.
        resamples: draws of each interval, over patients.

    Returns:
        ``{"against_hemorrhage": {"slice": {"auc", "auc_interval", "signs", "others"}, "series": …},
        "against_mimics": …}``; without the second where the set says of no bleed that it is a mimic, and
        empty for a system without such classes. A series counts as a sign if any slice of it shows one; its
        slices that show none count nowhere.
    """
    own = scored.exclusive
    if own is None or not {SIGN, HEMORRHAGE} <= set(own.names):
        return {}
    other = own.truth == own.names.index(HEMORRHAGE)
    found = {"against_hemorrhage": _against(scored, own, other, resamples)}
    if own.mimic is not None and (other & own.mimic).any():
        found["against_mimics"] = _against(scored, own, other & own.mimic, resamples)
    return found


def _against(scored: Scored, own: Exclusive, other: NDArray[np.bool_], resamples: int) -> dict[str, Any]:
    column = own.names.index(SIGN)
    sign = own.truth == column
    said = own.probabilities[:, column]
    patients = np.asarray(scored.patients)
    rows = np.flatnonzero(sign | other)
    signs = np.unique(scored.case[sign])
    others = np.setdiff1d(scored.case[other], signs)
    series = np.concatenate([signs, others])
    highest = np.full(len(patients), -np.inf)
    np.maximum.at(highest, scored.case[rows], said[rows])
    return {
        "slice": _entry(said[rows], sign[rows], patients[scored.case[rows]], resamples),
        "series": _entry(highest[series], np.isin(series, signs), patients[series], resamples),
    }


def _entry(
    scores: NDArray[np.float64], labels: NDArray[np.bool_], patients: NDArray[np.str_], resamples: int
) -> dict[str, Any]:
    area = auc_interval(scores, labels, patients.tolist(), resamples=resamples)
    return {
        "auc": area.value,
        "auc_interval": [area.low, area.high],
        "signs": int(labels.sum()),
        "others": int((~labels).sum()),
    }
