"""What predictions say in favour of a look at a series, and the same in words."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.worklist import Argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.predict.prediction import Prediction

_HIGH = 0.5
"""Of a measure from 0 to 1, from where on it is worth a word."""


def argument_of(predictions: Sequence[Prediction]) -> Argument:
    """Uncertainty and disagreement of what models say of a series as a whole.

    Args:
        predictions: complete ones of one series, one a model.

    Returns:
        The largest binary entropy of a class, in bits, of the first; the largest difference of a class'
        probability between two of them, ``None`` for one alone.
    """
    rows = [np.asarray(p.series_probabilities, np.float64) for p in predictions]
    if not rows or np.isnan(rows[0]).all():
        return Argument()
    p = np.clip(rows[0], 1e-12, 1 - 1e-12)
    uncertainty = float(np.nanmax(-(p * np.log2(p) + (1 - p) * np.log2(1 - p))))
    apart = [np.abs(one - other) for one, other in combinations(rows, 2)]
    known = [float(np.nanmax(one)) for one in apart if not np.isnan(one).all()]
    return Argument(uncertainty, max(known) if known else None)


def reason(argument: Argument) -> str:
    """The numbers of a worklist entry as a few words, the weightiest first; what is unknown is not named."""
    said = [
        (argument.uncertainty, "the model is unsure"),
        (argument.model_disagreement, "models disagree"),
        (argument.volume_mismatch, "probability and mask do not fit"),
        (argument.activation_mismatch, "heat map and mask do not fit"),
    ]
    known = sorted(((v, words) for v, words in said if v is not None), key=lambda one: -one[0])
    if not known:
        return "not predicted yet"
    strong = [f"{words} ({value:.2f})" for value, words in known if value >= _HIGH]
    return ", ".join(strong) or f"nothing stands out ({known[0][1].removeprefix('the ')} {known[0][0]:.2f})"
