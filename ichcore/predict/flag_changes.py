"""Where another model flags otherwise: two predictions of one series, slice by slice and class by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from ichcore.predict.prediction import Prediction


@dataclass(frozen=True)
class FlagChange:
    """A class that one of two models flags on a slice and the other does not.

    Attributes:
        index: of the slice.
        class_name: one of the six.
        old: probability that the one model gives.
        new: probability that the other gives.
        flagged: whether it is the other that flags it.
    """

    index: int
    class_name: str
    old: float
    new: float
    flagged: bool


def flag_changes(old: Prediction, new: Prediction) -> tuple[FlagChange, ...]:
    """Flags that differ, by slice and then by class; each model's own operating points hold.

    A class that one of the two does not predict, and a slice that one has not come to, is no change.

    Raises:
        InputError: if they are of different series.
    """
    _same_series(old, new)
    said = ~np.isnan(old.probabilities) & ~np.isnan(new.probabilities)
    before, after = old.flags(), new.flags()
    return tuple(
        FlagChange(
            int(index),
            CLASSES[column],
            float(old.probabilities[index, column]),
            float(new.probabilities[index, column]),
            bool(after[index, column]),
        )
        for index, column in np.argwhere(said & (before != after)).tolist()
    )


def largest_change(old: Prediction, new: Prediction) -> float:
    """The largest difference of a probability, 0 to 1; 0 where both have said nothing of a class in common.

    Raises:
        InputError: if they are of different series.
    """
    _same_series(old, new)
    apart = np.abs(old.probabilities - new.probabilities)
    return 0.0 if np.isnan(apart).all() else float(np.nanmax(apart))


def _same_series(old: Prediction, new: Prediction) -> None:
    one, other = old.probabilities.shape, new.probabilities.shape
    if (old.series_instance_uid, one) != (new.series_instance_uid, other):
        raise InputError(
            f"{old.series_instance_uid} with {one[0]} slices and {new.series_instance_uid} with {other[0]} "
            "cannot be compared; give two models' predictions of one series."
        )
