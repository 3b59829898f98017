"""The bony box that holds the brain: distance to its inner table, vault and base."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.phantom.head import VAULT_CENTRE, Head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.shapes import Field

_X0, _Y0 = -95, -125
"""Corner of the skull-base height map (mm)."""
_FINER = 2
"""Nodes of the height map a mm, close enough to be read without interpolation."""
_POWER = np.float32(2.25)
FORAMEN_MAGNUM = (0.0, 41.0, 15.5)
"""x, y and radius of the foramen magnum."""
PETROUS = ((12.0, 13.0), (60.0, 41.0))
"""Ridge line of the left petrous bone, (x, y) from apex to mastoid."""


def measure_vault(head: Head, x: Field, y: Field, z: Field) -> Field:
    """Depth inside the inner table of the vault (base not counted), along the ray from the vault's centre.

    Args:
        head: the anatomy.
        x: head coordinates (left), mm.
        y: back, mm.
        z: up, mm.

    Returns:
        Positive inside, negative outside; the shape of ``x``.
    """
    dx, dy, dz = (
        x - np.float32(VAULT_CENTRE[0]),
        y - np.float32(VAULT_CENTRE[1]),
        z - np.float32(VAULT_CENTRE[2]),
    )
    along = np.clip(dy / np.float32(head.half_length), -1.1, 1.1)
    narrowing = np.float32(head.front_narrowing)
    width = np.float32(head.half_width) * (1.0 + narrowing * along - 0.5 * narrowing * along * along)
    height = np.where(dz > 0, np.float32(head.height_up), np.float32(head.height_down))
    across = (np.abs(dx) / width) ** _POWER + np.abs(dy / np.float32(head.half_length)) ** _POWER
    norm = (across + (np.abs(dz) / height) ** _POWER) ** np.float32(1.0 / _POWER)
    radius = np.sqrt(dx * dx + dy * dy + dz * dz) + np.float32(1e-3)
    return np.asarray((radius / np.maximum(norm, 1.5e-5) - radius) * np.float32(0.96), np.float32)


def measure_base(x: Field, y: Field, z: Field) -> Field:
    """Height above the skull base (negative in it), of the shape of ``x``; 60 where z is well above it."""
    if float(z.min()) > 12.0:
        return np.full(x.shape, 60.0, np.float32)
    height_map, steepness = _base_maps()
    # the sheets of a slice lie nearly above each other, so one reading of the map serves all
    middle = slice(x.shape[0] // 2, x.shape[0] // 2 + 1)
    row = np.clip((y[middle] - np.float32(_Y0)) * _FINER + 0.5, 0, height_map.shape[0] - 1).astype(np.int32)
    column = np.clip((x[middle] - np.float32(_X0)) * _FINER + 0.5, 0, height_map.shape[1] - 1).astype(
        np.int32
    )
    index = row * np.int32(height_map.shape[1]) + column
    return np.asarray((z - height_map.ravel()[index]) * steepness.ravel()[index], np.float32)


def _sigmoid(value: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-np.clip(value / width, -40, 40)))


@lru_cache(maxsize=1)
def _base_maps() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Height of the skull base over (y, x) in mm, and the cosine of its slope."""
    y, x = np.mgrid[_Y0 : _Y0 + 256, _X0 : _X0 + 191].astype(np.float64)
    ax = np.abs(x)
    anterior = (
        -19 + 6 * np.exp(-(((ax - 27) / 13) ** 2)) - 5 * np.exp(-((x / 6) ** 2)) + 0.004 * (y + 45) ** 2
    )
    middle = -42 + 12 * np.exp(-(((ax - 14) / 9) ** 2)) + 0.004 * (ax - 38) ** 2 + 0.004 * (y - 5) ** 2
    central = -27.0 - 6 * np.exp(-((y / 6) ** 2)) + 4 * np.exp(-(((y - 8) / 3) ** 2))
    posterior = -65 + 0.0125 * ((y - 45) ** 2 + 0.8 * x**2)
    clivus = -25 - 2.5 * (y - 10)
    ridge_y = -9 - 0.30 * (ax - 12)  # sphenoid ridge, anterior clinoid to pterion
    in_front = _sigmoid(ridge_y - y, 1.6)
    (x0, y0), (x1, y1) = PETROUS
    along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    across = -(ax - x0) * along[1] + (y - y0) * along[0]  # > 0 behind the petrous ridge
    behind = _sigmoid(across, 1.6)
    floor = middle * (1 - in_front) + anterior * in_front
    floor = floor * (1 - behind) + posterior * behind
    centre = _sigmoid(13.5 - ax, 1.3) * _sigmoid(12 - y, 1.3) * _sigmoid(y + 9, 1.3)
    floor = floor * (1 - centre) + central * centre
    on_clivus = _sigmoid(15 - ax, 2.0) * _sigmoid(y - 10, 1.0) * _sigmoid(30 - y, 2.0)
    floor = floor * (1 - on_clivus) + np.maximum(clivus, posterior) * on_clivus
    reach = (ax - x0) * along[0] + (y - y0) * along[1]
    crest = -27 - 1.15 * np.maximum(np.abs(across) - 2.0, 0.0) - 6 * _sigmoid(-reach - 2, 2.0) * 10
    floor = np.maximum(floor, np.where(behind > 0.5, crest, crest - 0.4 * np.abs(across)))
    floor = ndimage.gaussian_filter(floor, 1.6)
    hole = np.hypot(x - FORAMEN_MAGNUM[0], (y - FORAMEN_MAGNUM[1]) * 0.9)
    floor = floor - 120 * _sigmoid(FORAMEN_MAGNUM[2] - hole, 0.6)
    gy, gx = np.gradient(floor)
    cosine = 1.0 / np.sqrt(1.0 + np.minimum(gy**2 + gx**2, 30.0))
    cosine = ndimage.gaussian_filter(cosine, 1.0)
    # read twice as densely, so that the nearest node is near enough
    denser = (np.arange(floor.shape[0] * _FINER) / _FINER, np.arange(floor.shape[1] * _FINER) / _FINER)
    at = np.stack(np.meshgrid(*denser, indexing="ij"))
    dense = [
        ndimage.map_coordinates(m, at, order=1, mode="nearest").astype(np.float32) for m in (floor, cosine)
    ]
    return dense[0], dense[1]
