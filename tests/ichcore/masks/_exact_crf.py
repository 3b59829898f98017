"""The dense CRF by its definition, over all pairs of pixels: what the fast one is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ichcore.masks.crf_parameters import CrfParameters


def exact_crf(
    probabilities: np.ndarray,
    hu: np.ndarray,
    pixel_mm: tuple[float, float],
    parameters: CrfParameters,
    positions_mm: np.ndarray | None = None,
) -> np.ndarray:
    """``(K, *hu.shape)`` after the mean field; every pair is summed, so for small pictures alone."""
    labels = len(probabilities)
    stack = hu.reshape(-1, *hu.shape[-2:]).astype(np.float64)
    places = np.zeros(1) if positions_mm is None else np.asarray(positions_mm, float)
    s, r, c = np.indices(stack.shape).reshape(3, -1)
    at = np.stack([places[s], r * pixel_mm[0], c * pixel_mm[1]])
    seen = stack.ravel() if parameters.hu_range is None else np.clip(stack.ravel(), *parameters.hu_range)
    near = (parameters.appearance_slice_mm, parameters.appearance_mm, parameters.appearance_mm)
    very_near = (parameters.smoothness_slice_mm, parameters.smoothness_mm, parameters.smoothness_mm)
    appearance = _pairs([*(x / w for x, w in zip(at, near, strict=True)), seen / parameters.appearance_hu])
    smoothness = _pairs([x / w for x, w in zip(at, very_near, strict=True)])
    kernel = parameters.appearance_weight * appearance + parameters.smoothness_weight * smoothness
    evidence = np.log(np.maximum(probabilities.reshape(labels, -1), parameters.least_probability))
    state = _softmax(evidence)
    for _ in range(parameters.iterations):
        state = _softmax(evidence + state.astype(np.float32) @ kernel)
    return state.reshape(probabilities.shape)


def _pairs(features: list[np.ndarray]) -> np.ndarray:
    """Symmetrically normalised kernel of all pairs, themselves included."""
    distance = np.zeros((features[0].size,) * 2, np.float32)
    for feature in features:
        one = feature.astype(np.float32)
        distance += (one[:, None] - one[None, :]) ** 2
    kernel = np.exp(-distance / 2)
    norm = 1 / np.sqrt(kernel.sum(0, dtype=np.float64)).astype(np.float32)
    return kernel * norm[:, None] * norm[None, :]


def _softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(0))
    return shares / shares.sum(0)
