"""``any`` from the five subtypes: a slice bleeds if one of them does [ours]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OWN, INDEPENDENT, LARGEST = "", "independent", "largest"
ANY_RULES = (OWN, INDEPENDENT, LARGEST)
"""``any`` by its own logit, as if subtypes came independently of each other, or by the likeliest of them."""


def any_rule(stated: object) -> str:
    """The rule that a card or recipe states; older ones say ``true`` for :data:`INDEPENDENT`.

    Raises:
        ValueError: if it is none of :data:`ANY_RULES`.
    """
    rule = {True: INDEPENDENT, False: OWN}[stated] if isinstance(stated, bool) else stated
    if rule not in ANY_RULES:
        raise ValueError(f"any_from_subtypes is {stated!r}; expected true, false or one of {ANY_RULES}")
    return str(rule)


def any_logit(subtypes: NDArray[np.floating], rule: str = INDEPENDENT) -> NDArray[np.float64]:
    """Logit of ``1 − Π(1 − p)``, or of the largest ``p``; it wants a calibration.

    Args:
        subtypes: ``(N, 5)`` probabilities; a NaN makes the answer NaN.
        rule: :data:`INDEPENDENT` or :data:`LARGEST`.

    Returns:
        ``(N,)``, finite where the probabilities are numbers.
    """
    p = np.clip(np.asarray(subtypes, np.float64), 1e-9, 1.0 - 1e-9)
    if rule == LARGEST:
        p = p.max(axis=-1, keepdims=True)
    none = np.log1p(-p).sum(axis=-1)  # log of the probability that no subtype is there
    found: NDArray[np.float64] = np.log(-np.expm1(none)) - none
    return found
