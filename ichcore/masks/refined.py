"""Activation drawn to the picture's borders: the dense CRF between threshold and mask (Ma 2025)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.dense_crf import dense_crf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.masks.crf_parameters import CrfParameters

STEEPNESS = 2.0
"""[ours] Evidence is this many times the logarithm of activation over threshold: at twice the threshold four
to one for blood, at half of it four to one against."""
SOFT_HU = (-5.0, 110.0)
"""Where the field acts [ours]: bone and air have no border with blood that it could find."""
_LEAST = 1e-3


def refined(
    activations: Sequence[NDArray[np.floating]],
    threshold: float,
    hu: NDArray[np.number],
    pixel_mm: float | tuple[float, float],
    *,
    every: bool = False,
    parameters: CrfParameters | None = None,
    near: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """What :func:`~ichcore.masks.threshold.joined` gives, moved to the borders of the picture.

    Args:
        activations: one array ``(rows, columns)`` a layer, in [0, 1].
        threshold: of the activation, where the evidence is even.
        hu: the slice, of the same shape.
        pixel_mm: size of its pixels, or (between rows, between columns).
        every: AND of the layers in place of OR.
        parameters: of the dense CRF.
        near: bool of the same shape: where the field is solved; all of the slice by default.
    """
    combine = np.minimum if every else np.maximum
    activation = combine.reduce([np.asarray(one, np.float32) for one in activations])
    ratio = (np.maximum(activation, _LEAST) / threshold) ** STEEPNESS
    soft = (hu > SOFT_HU[0]) & (hu < SOFT_HU[1])
    spacing = pixel_mm if isinstance(pixel_mm, tuple) else (pixel_mm, pixel_mm)
    drawn = dense_crf(
        ratio / (1.0 + ratio),
        hu,
        pixel_mm=spacing,
        parameters=parameters,
        region=soft if near is None else soft & near,
    )
    mask: NDArray[np.bool_] = drawn > 0.5
    return mask
