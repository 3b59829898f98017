"""From the working grid to the picture's pixels."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHARP = (-0.0195, 0.2399, 0.8289, -0.0493)
_PLAIN = (0.0, 0.25, 0.75, 0.0)
"""Readings a quarter sample before a node, from the nodes at −2, −1, 0 and +1: a cubic (Catmull–Rom with
0.15 of the B-spline), and linear."""
BRIGHT_HU = 110.0
"""What exceeds this is read linearly, so that no dark rim appears beside bone."""


def upsample(picture: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """A picture ``factor`` (1 or 2) times finer along both axes; samples stay centred."""
    if factor == 1:
        return picture
    soft = np.minimum(picture, np.float32(BRIGHT_HU))
    fine = _double(_double(soft, 0, _SHARP), 1, _SHARP)
    fine += _double(_double(picture - soft, 0, _PLAIN), 1, _PLAIN)
    return fine


def _double(picture: NDArray[np.float32], axis: int, taps: tuple[float, ...]) -> NDArray[np.float32]:
    lined = picture if axis == 0 else picture.T
    padded = np.pad(lined, ((2, 2), (0, 0)), mode="edge")
    n = lined.shape[0]
    fine = np.zeros((2 * n, lined.shape[1]), np.float32)
    for i, tap in enumerate(taps):
        if tap:
            weight = np.float32(tap / sum(taps))
            fine[0::2] += weight * padded[i : i + n]
            fine[1::2] += weight * padded[4 - i : 4 - i + n]
    return fine if axis == 0 else np.ascontiguousarray(fine.T)


@lru_cache(maxsize=16)
def _linear(nodes: int, samples: int) -> NDArray[np.float32]:
    at = np.clip((np.arange(samples) + 0.5) * nodes / samples - 0.5, 0, nodes - 1)
    low = np.minimum(at.astype(int), nodes - 2)
    weights = np.zeros((samples, nodes), np.float32)
    weights[np.arange(samples), low] = 1.0 - (at - low)
    weights[np.arange(samples), low + 1] = at - low
    return weights


def enlarge(coarse: NDArray[np.float32], samples: int) -> NDArray[np.float32]:
    """A smooth square field read linearly on ``samples`` × ``samples`` points over the same square."""
    weights = _linear(coarse.shape[0], samples)
    return np.asarray(weights @ coarse @ weights.T, np.float32)
