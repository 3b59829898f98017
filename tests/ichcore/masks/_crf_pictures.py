"""Small pictures on which a dense CRF has something to do."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

BRAIN, BLOOD, WATER, BONE = 33.0, 62.0, 6.0, 700.0


def head(seed: int, shape: tuple[int, ...], noise: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    """HU of noisy brain with a ventricle inside bone, and the truth: 0, or labels 1 to 3 of three bleeds.

    Noise is as grainy as a scanner's: neighbouring pixels are alike.
    """
    rng = np.random.default_rng(seed)
    rows, columns = shape[-2:]
    at = np.indices(shape, float)
    y, x = at[-2] / (rows - 1) * 2 - 1, at[-1] / (columns - 1) * 2 - 1
    z = (at[0] / (shape[0] - 1) * 2 - 1) * 0.5 if len(shape) == 3 else 0.0
    hu = np.full(shape, BRAIN)
    hu[x**2 + y**2 > 0.92] = BONE
    hu[x**2 + y**2 > 1.1] = -1000
    hu[((x - 0.05) / 0.1) ** 2 + ((y + 0.3) / 0.3) ** 2 < 1] = WATER
    truth = np.zeros(shape, np.uint8)
    shift = rng.uniform(-0.1, 0.1, (3, 2))
    for label, (cy, cx, ry, rx) in enumerate(
        [(0.35, -0.4, 0.28, 0.22), (-0.35, 0.5, 0.2, 0.16), (0.5, 0.35, 0.14, 0.24)], start=1
    ):
        dy, dx = shift[label - 1]
        truth[((y - cy - dy) / ry) ** 2 + ((x - cx - dx) / rx) ** 2 + z**2 < 1] = label
    hu[truth > 0] = BLOOD
    sigma = (0,) * (len(shape) - 2) + (0.7, 0.7)
    grain = ndimage.gaussian_filter(rng.standard_normal(shape), sigma)
    hu = ndimage.gaussian_filter(hu, sigma) + grain * (noise / grain.std())
    return np.round(hu).astype(np.int16), truth


def vague(truth: np.ndarray, labels: int, blur_px: float, seed: int, sure: float = 1.5) -> np.ndarray:
    """``(labels, *shape)`` of probabilities like a class activation map's: blurred, shifted, uneven."""
    rng = np.random.default_rng(seed + 100)
    ones = [truth > 0] if labels == 2 else [truth == label for label in range(1, labels)]
    sigma = (0.5,) * (truth.ndim - 2) + (blur_px, blur_px)
    found = []
    for one in ones:
        soft = ndimage.gaussian_filter(one.astype(float), sigma)
        move = (0,) * (truth.ndim - 2) + tuple(int(v) for v in rng.integers(-2, 3, 2))
        soft = np.roll(soft / max(soft.max(), 1e-6), move, range(truth.ndim))
        uneven = ndimage.gaussian_filter(rng.standard_normal(truth.shape), sigma)
        found.append(np.clip(soft * sure + 0.12 * uneven / uneven.std(), 0.02, 0.96))
    rest = np.maximum(1 - np.sum(found, 0), 0.02)
    both = np.stack([rest, *found])
    return (both / both.sum(0)).astype(np.float32)
