"""Voxels of a file in another order on the series' own grid: where its affine puts them, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.geometry import Geometry

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_CORNERS = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), axis=-1).reshape(-1, 3)


def on_grid(
    voxels: NDArray[Any], affine_lps: NDArray[np.float64], geometry: Geometry, tolerance_mm: float
) -> NDArray[Any]:
    """The array turned and flipped to (slice, row, column), as its own affine says.

    Args:
        voxels: ``(i, j, k)`` or ``(i, j, k, n)``; the last axis comes first in the answer.
        affine_lps: ``(4, 4)`` from (i, j, k) to LPS mm.
        geometry: the series' grid, whose nominal affine counts.
        tolerance_mm: how far a corner of the volume may lie from its place.

    Raises:
        InputError: if the grids differ, naming the largest distance.
    """
    to_ours = np.linalg.inv(geometry.affine) @ affine_lps
    turn = np.rint(to_ours[:3, :3])
    if sorted(np.abs(turn).sum(axis=0)) != [1, 1, 1] or sorted(np.abs(turn).sum(axis=1)) != [1, 1, 1]:
        raise InputError("its axes are not those of the series")
    axes = np.abs(turn).argmax(axis=1)
    turned = voxels.transpose(*axes, *range(3, voxels.ndim))
    flips = tuple(slice(None, None, int(turn[row, axis])) for row, axis in enumerate(axes))
    turned = turned[flips]
    if turned.shape[:3] != geometry.shape:
        raise InputError(f"its grid is {turned.shape[:3]} and the series' {geometry.shape}")
    corners = _CORNERS * (np.array(voxels.shape[:3]) - 1)
    ones = np.ones((len(corners), 1))
    theirs = np.hstack([corners, ones]) @ affine_lps.T
    edge = np.array(geometry.shape, float) - 1
    signs = turn.sum(axis=1)
    index = corners[:, axes] * signs + np.where(signs < 0, edge, 0)
    ours = np.hstack([index, ones]) @ geometry.affine.T
    away = float(np.linalg.norm((theirs - ours)[:, :3], axis=1).max())
    if away > tolerance_mm:
        raise InputError(f"its voxels lie up to {away:.3f} mm from their place")
    return np.moveaxis(turned, 3, 0) if turned.ndim == 4 else turned
