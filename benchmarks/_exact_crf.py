"""The dense CRF's two sums over all pairs of a whole slice, exactly: whole HU have few levels.

A level's share of the appearance kernel is a Gaussian of place times one factor a pixel, so the sum over all
pairs of 512² pixels is as many products of small dense matrices as there are levels, some ten seconds for ten
iterations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.crf_parameters import CrfParameters

FAINTEST = 1e-20
"""Kernel values below this are 0: products of smaller ones are slow and change nothing."""


def exact_crf(
    blood: NDArray[np.float32],
    hu: NDArray[np.integer],
    pixel_mm: tuple[float, float],
    parameters: CrfParameters,
) -> NDArray[np.float32]:
    """Probability of blood after the mean field, float32 ``(rows, columns)``.

    Args:
        blood: probability, ``(rows, columns)``.
        hu: whole numbers.
        pixel_mm: spacing between rows and between columns.
        parameters: as :func:`ichcore.masks.dense_crf.dense_crf` has them.
    """
    seen = np.clip(hu, *(parameters.hu_range or (hu.min(), hu.max()))).astype(int)
    levels, level = np.unique(seen, return_inverse=True)
    level = level.reshape(hu.shape)
    alike = _gaussian(levels, parameters.appearance_hu)
    wide, near = (
        [_gaussian(np.arange(n), width / mm) for n, mm in zip(hu.shape, pixel_mm, strict=True)]
        for width in (parameters.appearance_mm, parameters.smoothness_mm)
    )

    def appearance(values: NDArray[np.float32]) -> NDArray[np.float32]:
        total = np.zeros(hu.shape, np.float32)
        for index in range(len(levels)):
            total += alike[level, index] * (
                wide[0] @ np.where(level == index, values, np.float32(0)) @ wide[1]
            )
        return total

    def smoothness(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return near[0] @ values @ near[1]

    one = np.ones(hu.shape, np.float32)
    by_look, by_place = appearance(one) ** -0.5, smoothness(one) ** -0.5
    both = np.log(np.maximum(np.stack([1 - blood, blood]), parameters.least_probability))
    unary = both[1] - both[0]
    logits = unary
    for _ in range(parameters.iterations):
        lead = np.tanh(logits / 2)
        looks = by_look * appearance(by_look * lead)
        places = by_place * smoothness(by_place * lead)
        logits = unary + parameters.appearance_weight * looks + parameters.smoothness_weight * places
    found: NDArray[np.float32] = (1 / (1 + np.exp(-logits))).astype(np.float32)
    return found


def _gaussian(places: NDArray[np.integer], width: float) -> NDArray[np.float32]:
    """``(n, n)``: 1 on the diagonal."""
    kernel = np.exp(-0.5 * ((places[:, None] - places[None]) / width) ** 2)
    found: NDArray[np.float32] = np.where(kernel < FAINTEST, 0, kernel).astype(np.float32)
    return found
