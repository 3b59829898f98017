"""The figures of drawn masks: overlap in its readings, and bleeding sites (Ma 2025, Tables 1 and 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.evaluation.overlap import MaskOverlap
from ichcore.evaluation.sites import Sites, sites

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray


def mask_figures(pairs: Iterable[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> dict[str, Any]:
    """Of slices that were drawn in the truth, be it empty.

    Args:
        pairs: predicted and true mask of each slice, bool ``(H, W)`` both; read one at a time.

    Returns:
        What :meth:`MaskOverlap.as_json` and :meth:`Sites.as_json` give, in one.
    """
    overlap, found = MaskOverlap(), Sites()
    for predicted, truth in pairs:
        overlap.add(predicted, truth)
        found += sites(predicted, truth)
    return {**overlap.as_json(), **found.as_json()}
