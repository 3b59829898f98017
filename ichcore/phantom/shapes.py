"""Signed distances (mm, negative inside) of the simple bodies that anatomy is built from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
"""A float32 array over the sampled points; all arrays of one block share one shape."""


def ellipsoid(
    x: Field, y: Field, z: Field, centre: tuple[float, float, float], radii: tuple[float, float, float]
) -> Field:
    """First-order signed distance to an axis-aligned ellipsoid, mm."""
    u = (x - np.float32(centre[0])) / np.float32(radii[0])
    v = (y - np.float32(centre[1])) / np.float32(radii[1])
    w = (z - np.float32(centre[2])) / np.float32(radii[2])
    norm = np.sqrt(u * u + v * v + w * w)
    return np.asarray((norm - 1.0) * np.float32(min(radii) * 0.5 + sum(radii) / 6.0), np.float32)


def capsule(
    x: Field,
    y: Field,
    z: Field,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius_start: float,
    radius_end: float,
) -> Field:
    """Signed distance to a cone with round ends from ``start`` to ``end``, mm."""
    axis = np.subtract(end, start).astype(np.float32)
    length2 = np.float32(max(float(axis @ axis), 1e-6))
    px, py, pz = x - np.float32(start[0]), y - np.float32(start[1]), z - np.float32(start[2])
    t = np.clip((px * axis[0] + py * axis[1] + pz * axis[2]) / length2, 0.0, 1.0)
    px -= t * axis[0]
    py -= t * axis[1]
    pz -= t * axis[2]
    distance = np.sqrt(px * px + py * py + pz * pz)
    return np.asarray(
        distance - (np.float32(radius_start) + t * np.float32(radius_end - radius_start)), np.float32
    )


def smooth_min(a: Field, b: Field, width_mm: float) -> Field:
    """The smaller of two distances with a rounded join (polynomial, width in mm)."""
    h = np.clip(np.float32(0.5) + np.float32(0.5 / width_mm) * (b - a), 0.0, 1.0)
    return np.asarray(b + (a - b) * h - np.float32(width_mm) * h * (1.0 - h), np.float32)


def coverage(distance: Field, edge_mm: float = 1.0) -> Field:
    """Share of a sample that lies inside a body: 1 inside, 0 outside, linear over ``edge_mm``."""
    share: Field = np.clip(np.float32(0.5) - distance * np.float32(1.0 / edge_mm), 0.0, 1.0)
    return share


def blend(under: Field, over: Field | float, share: Field) -> None:
    """Lay ``over`` on ``under`` in place with weight ``share`` (0–1)."""
    if isinstance(over, np.ndarray):
        under += (over - under) * share
    else:
        under += (np.float32(over) - under) * share


def ramp(value: Field, low: float, high: float) -> Field:
    """0 below ``low``, 1 above ``high``, smooth (cubic) between."""
    t = np.clip((value - np.float32(low)) / np.float32(high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)
