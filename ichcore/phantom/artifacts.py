"""Beam hardening and metal streaks, made as reconstruction makes them: projection errors, projected back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft, sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID = 96
"""Side of the coarse picture that is projected."""
ANGLES = 72


@lru_cache(maxsize=1)
def _projector() -> sparse.csr_matrix:
    """Parallel-beam projector ``(ANGLES × GRID, GRID²)`` in units of one cell, linear between bins."""
    centre = (GRID - 1) / 2.0
    row, column = np.mgrid[:GRID, :GRID] - centre
    cells = np.flatnonzero((row**2 + column**2).ravel() <= (GRID / 2) ** 2)
    rows, columns, values = [], [], []
    for index, angle in enumerate(np.arange(ANGLES) * np.pi / ANGLES):
        at = (column * np.cos(angle) + row * np.sin(angle)).ravel()[cells] + centre
        low = np.floor(at).astype(int)
        share = at - low
        for bins, weight in ((low, 1 - share), (low + 1, share)):
            good = (bins >= 0) & (bins < GRID)
            rows.append(index * GRID + bins[good])
            columns.append(cells[good])
            values.append(weight[good])
    data = np.concatenate(values).astype(np.float32)
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((data, where), shape=(ANGLES * GRID, GRID * GRID))


@lru_cache(maxsize=1)
def _ramp_filter() -> NDArray[np.float32]:
    frequency = np.abs(fft.rfftfreq(2 * GRID))
    return (2.0 * frequency * np.cos(np.pi * frequency)).astype(np.float32)


def _back_project(sinogram: NDArray[np.float32]) -> NDArray[np.float32]:
    filtered = fft.irfft(fft.rfft(sinogram, 2 * GRID, axis=1) * _ramp_filter(), axis=1)[:, :GRID]
    picture = _projector().T @ filtered.astype(np.float32).ravel()
    return np.asarray(picture.reshape(GRID, GRID) * (np.pi / 2 / ANGLES), np.float32)


def beam_hardening(hu: NDArray[np.float32], pixel_mm: float, strength: float) -> NDArray[np.float32]:
    """HU error left after water correction, for a square slice, on the coarse grid.

    The rays' bone path p enters as −p², which back-projects to dark bands between dense bones and a
    slight brightening under the vault.

    Args:
        hu: ``(n, n)`` slice with n a multiple of :data:`GRID` or not (it is block-read).
        pixel_mm: its pixel.
        strength: 1 is usual for an adult head.

    Returns:
        ``(GRID, GRID)`` HU to add.
    """
    step = hu.shape[0] / GRID
    edges = np.minimum((np.arange(GRID) * step).astype(int), hu.shape[0] - 1)
    dense = np.clip(hu - 250.0, 0.0, 3500.0)
    coarse = np.add.reduceat(np.add.reduceat(dense, edges, axis=0), edges, axis=1) / np.float32(step * step)
    cell_cm = pixel_mm * step / 10.0
    path = (_projector() @ coarse.ravel()).reshape(ANGLES, GRID) * np.float32(cell_cm / 1000.0)
    smooth = path - np.minimum(path, 5.0) * 0.55  # what the scanner's own correction removes
    error = -np.float32(strength * 9.0) * smooth * path
    # water correction keeps the mean right: take away the error's low-order part
    return _back_project((error / np.float32(cell_cm)).astype(np.float32))


def metal_streaks(
    size: int, centre: tuple[float, float], rng: np.random.Generator, strength_hu: float
) -> NDArray[np.float32]:
    """Star of bright and dark streaks around a small metal body, ``(size, size)`` HU.

    Args:
        size: pixels a side.
        centre: row and column of the metal.
        rng: its randomness.
        strength_hu: amplitude 40 pixels away.
    """
    row, column = np.mgrid[:size, :size].astype(np.float32)
    dy, dx = row - np.float32(centre[0]), column - np.float32(centre[1])
    radius = np.sqrt(dx * dx + dy * dy) + 6.0
    angle = np.arctan2(dy, dx)
    rays = np.zeros_like(radius)
    for _ in range(7):
        rays += rng.normal() * np.cos(2 * int(rng.integers(2, 22)) * angle + rng.uniform(0, 6.3))
    return np.asarray(rays * np.float32(strength_hu * size / 512.0 * 40.0 / 2.6) / radius, np.float32)
