"""What is measured alike on real studies and on phantoms: noise in white matter, its spectrum, tissue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

PATCH_MM = 14.0
BINS_LP_CM = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])


@dataclass(frozen=True)
class Texture:
    """``sd_hu`` of the quietest patches, ``nps`` over BINS_LP_CM (mean 1), HU ``quantiles`` of the brain."""

    sd_hu: float
    nps: NDArray[np.float64]
    quantiles: NDArray[np.float64]


def brain_mask(hu: NDArray[np.floating], pixel_mm: float) -> NDArray[np.bool_]:
    """Inside of a closed skull in one slice, well away from bone."""
    bone = hu > 150
    steps = max(round(4.0 / pixel_mm), 1)
    padded = np.pad(bone, 3 * steps)
    closed = ndimage.binary_fill_holes(ndimage.binary_closing(padded, iterations=steps))
    inside = closed[3 * steps : -3 * steps, 3 * steps : -3 * steps]
    return ndimage.binary_erosion(inside & ~bone, iterations=steps) & ~ndimage.binary_dilation(
        bone, iterations=steps
    )


def texture(hu: NDArray[np.floating], pixel_mm: float) -> Texture:
    """Measure a stack of slices ``(slice, row, column)``."""
    n = 2 * round(PATCH_MM / pixel_mm / 2)
    grid = (np.mgrid[:n, :n] / n - 0.5).reshape(2, -1)
    basis = np.stack([np.ones(n * n), *grid, grid[0] * grid[1], grid[0] ** 2, grid[1] ** 2], axis=1)
    solve = np.linalg.pinv(basis)
    taper = np.outer(np.hanning(n), np.hanning(n))
    sds, spectra, tissue = [], [], []
    for picture in hu.astype(np.float64):
        inside = brain_mask(picture, pixel_mm)
        if inside.sum() * pixel_mm**2 < 6000:
            continue
        tissue.append(picture[inside])
        for row in range(0, picture.shape[0] - n, n // 2):
            for column in range(0, picture.shape[1] - n, n // 2):
                part = (slice(row, row + n), slice(column, column + n))
                if not inside[part].all():
                    continue
                flat = picture[part].ravel()
                rest = (flat - basis @ (solve @ flat)).reshape(n, n)
                sds.append(rest.std())
                spectra.append(np.abs(np.fft.fft2(rest * taper)) ** 2)
    # sulci and cortex add to the spread: the quietest tenth of the patches is white matter
    quiet = np.argsort(sds)[: max(len(sds) // 10, 3)]
    mean = np.mean([spectra[i] / spectra[i].sum() for i in quiet], axis=0)
    frequency = np.fft.fftfreq(n, pixel_mm / 10.0)
    radial = np.hypot(frequency[:, None], frequency[None, :])
    nps = np.array([mean[np.abs(radial - f) < 0.5].mean() for f in BINS_LP_CM])
    quantiles = np.percentile(np.concatenate(tissue), [5, 25, 50, 75, 95])
    return Texture(float(np.mean(np.array(sds)[quiet])), nps / nps.mean(), quantiles)
