"""Which bleeds a head gets when nobody asked for any in particular."""

from __future__ import annotations

import numpy as np

from ichcore.errors import InputError
from ichcore.subtypes import SUBTYPES

MIXES = ("natural", "even")
NATURAL_POSITIVE_CASES = 0.38
"""Share of heads with a bleed that gives about 14 % positive slices."""
_NATURAL_COMBINATIONS = (
    (("subdural",), 0.27),
    (("intraparenchymal",), 0.17),
    (("subarachnoid",), 0.13),
    (("intraparenchymal", "intraventricular"), 0.13),
    (("subarachnoid", "subdural"), 0.08),
    (("intraparenchymal", "subarachnoid"), 0.05),
    (("intraparenchymal", "subarachnoid", "subdural"), 0.05),
    (("intraparenchymal", "intraventricular", "subarachnoid"), 0.04),
    (("intraventricular",), 0.02),
    (("intraventricular", "subarachnoid"), 0.025),
    (("epidural",), 0.015),
    (("epidural", "subdural"), 0.01),
    (("epidural", "subarachnoid"), 0.01),
)


def draw_subtypes(rng: np.random.Generator, mix: str) -> tuple[str, ...]:
    """The subtypes of one head.

    Raises:
        InputError: if ``mix`` is not one of :data:`MIXES`.
    """
    if mix == "even":
        pick = int(rng.integers(len(SUBTYPES) + 1))
        return () if pick == len(SUBTYPES) else (SUBTYPES[pick],)
    if mix == "natural":
        if rng.random() >= NATURAL_POSITIVE_CASES:
            return ()
        odds = np.array([p for _, p in _NATURAL_COMBINATIONS])
        return _NATURAL_COMBINATIONS[int(rng.choice(len(odds), p=odds / odds.sum()))][0]
    raise InputError(f"{mix!r} is no mix; expected {' or '.join(MIXES)}.")
