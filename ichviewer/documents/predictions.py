"""What several models say of one series, each at its own operating points."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ichcore.predict.prediction import Prediction


class Predictions:
    """Kept by model name for as long as the series is open, so that going back to a model costs nothing."""

    def __init__(self) -> None:
        self._said: dict[str, Prediction] = {}
        self._complete: set[str] = set()
        self._thresholds: dict[str, NDArray[np.float32]] = {}
        self._flags: dict[str, tuple[Prediction, NDArray[np.float32] | None, NDArray[np.bool_]]] = {}

    @property
    def said(self) -> Mapping[str, Prediction]:
        """What there is, perhaps of some slices only yet, by model name."""
        return MappingProxyType(self._said)

    def complete(self, name: str) -> bool:
        """Whether a model went through the whole series."""
        return name in self._complete

    def take(self, prediction: Prediction, *, complete: bool) -> bool:
        """Keep what a model says; its own earlier words go.

        Returns:
            Whether other weights say it than before, for which the reader's thresholds do not hold.
        """
        name = prediction.model_name
        before = self._said.get(name)
        other = before is None or before.model_sha256 != prediction.model_sha256
        if other:
            self._thresholds.pop(name, None)
        self._said[name] = prediction
        (self._complete.add if complete else self._complete.discard)(name)
        return other

    def forget(self) -> None:
        """Nothing was said."""
        self._said.clear()
        self._complete.clear()
        self._thresholds.clear()
        self._flags.clear()

    def own_thresholds(self, name: str) -> NDArray[np.float32] | None:
        """``(6,)`` operating points that the reader chose for a model; ``None`` where the model's hold."""
        return self._thresholds.get(name)

    def set_own_thresholds(self, name: str, thresholds: NDArray[np.float32] | None) -> None:
        """Take or forget the reader's operating points for a model."""
        if thresholds is None:
            self._thresholds.pop(name, None)
        else:
            self._thresholds[name] = thresholds

    def flags(self, name: str) -> NDArray[np.bool_]:
        """``(slices, 6)`` of a model at the operating points in use for it; not to be written to.

        Kept until the model says something else or the points move: a slice step asks fifty times.

        Raises:
            KeyError: if it has said nothing.
        """
        said, own = self._said[name], self._thresholds.get(name)
        kept = self._flags.get(name)
        if kept is None or kept[0] is not said or kept[1] is not own:
            kept = self._flags[name] = (said, own, said.flags(own))
            kept[2].setflags(write=False)
        return kept[2]

    def slice(self, name: str, index: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """``(6,)`` probabilities and flags of one slice of a model.

        Raises:
            KeyError: if it has said nothing.
        """
        prediction = self._said[name]
        own = self._thresholds.get(name)
        values = prediction.probabilities[index]
        with np.errstate(invalid="ignore"):
            return values, values >= (prediction.thresholds if own is None else own)
