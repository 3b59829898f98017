"""Smooth random fields in head coordinates: what makes no two phantoms alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft, ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.shapes import Field


class RandomField:
    """A periodic Gaussian field of unit variance with features of one size, sampled by trilinear reading.

    Attributes:
        values: float32 ``(n, n, n)``.
        spacing_mm: distance between its nodes.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        wavelength_mm: float,
        *,
        bandwidth: float = 0.35,
        nodes: int = 48,
        distance: bool = False,
    ) -> None:
        """Draw the field.

        Args:
            rng: its randomness.
            wavelength_mm: centre of the pass band.
            bandwidth: relative width of the band; small gives one scale, large a mixture.
            nodes: nodes a side; the field repeats after ``nodes`` × spacing.
            distance: divide by the local slope, so that values near 0 are mm to the zero surface.
        """
        self.spacing_mm = wavelength_mm / 6.0
        k = fft.fftfreq(nodes, self.spacing_mm)
        kz = fft.rfftfreq(nodes, self.spacing_mm)
        radius = np.sqrt(k[:, None, None] ** 2 + k[None, :, None] ** 2 + kz[None, None, :] ** 2)
        band = np.exp(-0.5 * ((radius * wavelength_mm - 1.0) / bandwidth) ** 2)
        white = rng.standard_normal((nodes, nodes, nodes), dtype=np.float32)
        values = fft.irfftn(fft.rfftn(white) * band, s=white.shape)
        values = (values / values.std()).astype(np.float32)
        if distance:
            slopes = np.gradient(values, self.spacing_mm)
            slope = np.sqrt(sum(s * s for s in slopes))
            values /= np.maximum(ndimage.gaussian_filter(slope, 0.7, mode="wrap"), 0.35 * slope.mean())
        self.values: NDArray[np.float32] = values

    def at(self, x: Field, y: Field, z: Field) -> Field:
        """The field's value at points given in mm; same shape."""
        scale = np.float32(1.0 / self.spacing_mm)
        points = np.stack([z.ravel(), y.ravel(), x.ravel()]) * scale
        read = ndimage.map_coordinates(self.values, points, order=1, mode="grid-wrap", output=np.float32)
        return np.asarray(read, np.float32).reshape(x.shape)
