"""What predictions say in favour of a look at a series, and the same in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.annotations.reasons import (
    activation_mismatch,
    model_disagreement,
    uncertainty,
    volume_mismatch,
)
from ichcore.annotations.worklist import NUMBERS, Argument

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.predict.prediction import Prediction

_WORDS = {
    "uncertainty": ("the model is unsure", "uncertainty", 0.5),
    "model_disagreement": ("models disagree", "disagreement of models", 0.5),
    "volume_mismatch": ("probability and mask do not fit", "mask against probability", 0.3),
    "activation_mismatch": ("heat map and mask do not fit", "mask against heat map", 0.75),
}
"""What a large number says, its name, and from where on it is large; a heat map is wider than any mask."""


def argument_of(
    predictions: Sequence[Prediction],
    labels: NDArray[np.uint8] | None = None,
    activation: Callable[[int], NDArray[np.float32]] | None = None,
    pixel_mm2: float | None = None,
) -> Argument:
    """The reasons of :mod:`~ichcore.annotations.reasons`, as far as there is what they speak of.

    Args:
        predictions: complete ones of one series, one a model; the first is the one that drew.
        labels: ``(slices, rows, columns)`` label map of the first model's weak mask.
        activation: gives the first model's map of a slice, ``(rows, columns)`` in [0, 1].
        pixel_mm2: area of a pixel; ``None`` where the source does not say.
    """
    if not predictions:
        return Argument()
    first = predictions[0]
    return Argument(
        uncertainty(first),
        model_disagreement(predictions),
        None if labels is None else volume_mismatch(first, labels, pixel_mm2),
        None if labels is None or activation is None else activation_mismatch(first, labels, activation),
    )


def reason(argument: Argument, standing: Argument | None = None) -> str:
    """The numbers of a worklist entry as a few words, the weightiest first; what is unknown is not named.

    Args:
        argument: the numbers.
        standing: their ranks among the entries, which decide what is the weightiest; else the numbers do.
    """
    known = _known(argument, standing)
    if not known:
        return "not looked at yet"
    strong = [f"{words} ({value:.2f})" for words, _, high, value in known if value >= high]
    _, name, _, value = known[0]
    return ", ".join(strong) or f"nothing stands out ({name} {value:.2f})"


def _known(argument: Argument, standing: Argument | None) -> list[tuple[str, str, float, float]]:
    """Words, name, limit and value of each number that there is, the weightiest first."""
    values = {name: getattr(argument, name) for name in NUMBERS}
    ranks = {name: getattr(standing or argument, name) or 0.0 for name in NUMBERS}
    known = [(name, value) for name, value in values.items() if value is not None]
    order = sorted(known, key=lambda one: (-ranks[one[0]], -one[1]))
    return [(*_WORDS[name], value) for name, value in order]
