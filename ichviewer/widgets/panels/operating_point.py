"""Operating points moved together: every threshold by the same step on the logit scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOWEST, HIGHEST = 0.01, 0.99
"""A threshold stays inside these, so that it can always be seen and dragged back."""
REACH = 4.0
"""How far the slider moves thresholds either way, in logits: 0.5 becomes 0.018 or 0.982."""


def shift_of(thresholds: NDArray[np.float32], model: NDArray[np.float32]) -> float:
    """Mean distance of the operating points in use from the model's, in logits; 0 where none is known.

    Positive is more specific (higher thresholds).
    """
    moved = _logit(thresholds) - _logit(model)
    known = moved[~np.isnan(moved)]
    return float(known.mean()) if known.size else 0.0


def shifted(thresholds: NDArray[np.float32], by: float) -> NDArray[np.float32]:
    """``(6,)`` thresholds moved by ``by`` logits, NaN (not predicted) kept; own differences are kept too."""
    moved = 1.0 / (1.0 + np.exp(-(_logit(thresholds) + by)))
    return np.asarray(np.clip(moved, LOWEST, HIGHEST), np.float32)


def _logit(p: NDArray[np.float32]) -> NDArray[np.float64]:
    inside = np.clip(p.astype(np.float64), 1e-6, 1 - 1e-6)
    logit: NDArray[np.float64] = np.log(inside / (1.0 - inside))
    return logit
