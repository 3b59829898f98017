"""Kernel-shaped noise: the texture that tells a real CT from a drawing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

KERNELS = ("standard", "soft", "edge")


def noise_power(frequency_lp_cm: NDArray[np.floating], kernel: str) -> NDArray[np.float64]:
    """Shape of the noise power spectrum over radial frequency (lp/cm), peak about 1.

    Fitted to the spectra that :mod:`ichcore.phantom` lists: ``standard`` and ``soft`` rise from the ramp
    filter and fall off before 7 lp/cm; ``edge`` is the coarse-grained one of an older scanner.

    Raises:
        KeyError: if there is no such kernel.
    """
    f = np.asarray(frequency_lp_cm, np.float64)
    if kernel == "edge":
        shape: NDArray[np.float64] = np.exp(-((f / 6.2) ** 4.5)) / (1.0 + (f / 2.8) ** 1.2)
    elif kernel == "standard":
        shape = (0.75 + 0.25 * np.minimum(f / 2.0, 1.0)) * np.exp(-((f / 4.6) ** 2.9))
    elif kernel == "soft":
        shape = (0.8 + 0.2 * np.minimum(f / 2.0, 1.0)) * np.exp(-((f / 4.75) ** 3.4))
    else:
        raise KeyError(f"{kernel!r} is not a kernel; expected one of {', '.join(KERNELS)}")
    return shape


@lru_cache(maxsize=8)
def _transfer(size: int, pixel_mm: float, kernel: str) -> NDArray[np.float32]:
    """Amplitude filter that turns unit white noise into unit-SD noise of the kernel."""
    fy, fx = fft.fftfreq(size, pixel_mm / 10.0), fft.rfftfreq(size, pixel_mm / 10.0)
    power = noise_power(np.hypot(fy[:, None], fx[None, :]), kernel)
    full = power[:, 1:-1].sum() * 2 + power[:, 0].sum() + power[:, -1].sum()
    return np.asarray(np.sqrt(power * (size * size / full)), np.float32)


def kernel_noise(rng: np.random.Generator, size: int, pixel_mm: float, kernel: str) -> NDArray[np.float32]:
    """``(size, size)`` Gaussian noise of unit SD with the spectrum of ``kernel`` (size even)."""
    white = rng.standard_normal((size, size), dtype=np.float32)
    return np.asarray(
        fft.irfft2(fft.rfft2(white) * _transfer(size, round(pixel_mm, 4), kernel), s=(size, size)), np.float32
    )
