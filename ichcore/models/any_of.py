"""``any`` from the five subtypes: a slice bleeds if one of them does [ours]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def any_logit(subtypes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Logit of ``1 − Π(1 − p)``, as if subtypes came independently of each other; it wants a calibration.

    Args:
        subtypes: ``(N, 5)`` probabilities; a NaN makes the answer NaN.

    Returns:
        ``(N,)``, finite where the probabilities are numbers.
    """
    p = np.clip(np.asarray(subtypes, np.float64), 1e-9, 1.0 - 1e-9)
    none = np.log1p(-p).sum(axis=-1)  # log of the probability that no subtype is there
    found: NDArray[np.float64] = np.log(-np.expm1(none)) - none
    return found
