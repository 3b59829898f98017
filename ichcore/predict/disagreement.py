"""Where several models say different things of the same slices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.predict.prediction import Prediction


@dataclass(frozen=True, eq=False)
class Disagreement:
    """How far models are apart, slice by slice.

    Attributes:
        spread: float32 ``(slices,)``: highest less lowest probability of one class, of the class in which the
            models are farthest apart; NaN where fewer than two have spoken of the same class.
        class_index: ``(slices,)`` which class that is; −1 where there is none.
        split: bool ``(slices,)``: one flags a class that another, which knows that class, does not.
    """

    spread: NDArray[np.float32]
    class_index: NDArray[np.intp]
    split: NDArray[np.bool_]


def disagreement(
    predictions: Sequence[Prediction], flags: Sequence[NDArray[np.bool_]]
) -> Disagreement | None:
    """Compare models on one series.

    Args:
        predictions: of the same series, perhaps of some slices only yet.
        flags: ``(slices, 6)`` of each, at the operating points in use for it.

    Returns:
        ``None`` for fewer than two.
    """
    if len(predictions) < 2:
        return None
    said = np.stack([prediction.probabilities for prediction in predictions])
    known = ~np.isnan(said)
    several = known.sum(axis=0) > 1
    highest = np.where(known, said, -np.inf).max(axis=0)
    lowest = np.where(known, said, np.inf).min(axis=0)
    apart = np.where(several, highest - lowest, -1.0)
    widest = apart.argmax(axis=1)
    spread = apart.max(axis=1)
    none = spread < 0
    hits = np.stack(list(flags)) & known
    divided: NDArray[np.bool_] = np.any(hits, axis=0) & np.any(known & ~hits, axis=0)
    split = divided.any(axis=1)
    return Disagreement(
        np.where(none, np.nan, spread).astype(np.float32), np.where(none, -1, widest), split & ~none
    )
