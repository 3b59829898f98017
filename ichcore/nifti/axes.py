"""Between NIfTI's (x, y, z) voxels in RAS and ours, (slice, row, column) in LPS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nibabel as nib
import numpy as np

from ichcore.errors import GeometryError
from ichcore.volume.geometry import Geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])
"""LPS ↔ RAS: x and y change their sign."""
SQUARE = 0.02
"""Cosine between rows and columns up to which they count as at right angles."""


def turned(
    data: NDArray[np.generic], affine: NDArray[np.float64], codes: str
) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
    """The array (a view) with its first three axes along the named patient axes, and its new RAS affine.

    Raises:
        GeometryError: if the affine is singular.
    """
    start = nib.orientations.io_orientation(affine)
    if np.isnan(start).any():
        raise GeometryError("its affine does not span three dimensions")
    transform = nib.orientations.ornt_transform(start, nib.orientations.axcodes2ornt(tuple(codes)))
    fresh = affine @ nib.orientations.inv_ornt_aff(transform, data.shape[:3])
    return nib.orientations.apply_orientation(data, transform), fresh


def geometry_from_affine(
    shape: tuple[int, int, int], affine: NDArray[np.float64], *, known: bool = True
) -> Geometry:
    """Geometry of a (slice, row, column) array from the RAS affine of its LPS-turned (x, y, z) voxels.

    A tilted or sheared slice axis is kept; rows and columns must be at right angles.

    Args:
        shape: ``(slices, rows, columns)``.
        affine: ``(4, 4)`` from (column, row, slice) to RAS mm.
        known: whether the file states the affine at all.

    Raises:
        GeometryError: if rows and columns are not at right angles or the affine is not finite.
    """
    lps = FLIP @ affine
    if not np.isfinite(lps).all():
        raise GeometryError("its affine holds values that are not finite")
    across, down, along = lps[:3, 0], lps[:3, 1], lps[:3, 2]
    width, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    if min(width, height, float(np.linalg.norm(along))) < 1e-6:
        raise GeometryError("its affine has a step of 0 mm")
    if abs(float(across @ down)) > SQUARE * width * height:
        raise GeometryError("its rows and columns are not at right angles")
    origins = lps[:3, 3] + np.arange(shape[0])[:, None] * along
    return Geometry(
        shape,
        origins,
        row_axis=down / height,
        column_axis=across / width,
        pixel_spacing_mm=(height, width),
        positions_known=known,
    )


def affine_ras(geometry: Geometry) -> NDArray[np.float64]:
    """``(4, 4)`` RAS affine of (column, row, slice) voxels; the nominal one where steps are uneven."""
    ours = geometry.affine
    return np.asarray(FLIP @ ours[:, [2, 1, 0, 3]], float)


def is_sheared(affine: NDArray[np.float64]) -> bool:
    """Whether the slice axis leans, so that no quaternion can say it."""
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return bool(np.abs(axes.T @ axes - np.eye(3)).max() > 1e-3)
