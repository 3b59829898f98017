"""A patch of the inner table: the ground on which epidural and subdural blood lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.phantom.vault import measure_vault

if TYPE_CHECKING:
    from ichcore.phantom.shapes import Field


@dataclass(frozen=True)
class Patch:
    """A direction from the vault's centre and the point where it meets the inner table.

    Attributes:
        ray: unit vector.
        point: head coordinates, mm.
    """

    ray: tuple[float, float, float]
    point: tuple[float, float, float]


def patch_towards(head: Head, ray: tuple[float, float, float]) -> Patch:
    """The point of the inner table that ``ray`` (any length) points at from the vault's centre."""
    unit = np.array(ray, np.float64) / np.linalg.norm(ray)
    near = np.array(VAULT_CENTRE) + unit * 20.0
    depth = float(measure_vault(head, *(np.array([c], np.float32) for c in near))[0]) / 0.96
    point = near + unit * depth
    return Patch(tuple(unit.tolist()), tuple(point.tolist()))


def along_surface(patch: Patch, x: Field, y: Field, z: Field, depth: Field) -> tuple[Field, Field, Field]:
    """Distance from the patch's middle along the inner table: in all, forward–back, and up–down.

    Args:
        patch: where zero is.
        x: head coordinates of the points, mm.
        y: back, mm.
        z: up, mm.
        depth: mm inside the inner table (points are read at their projection on it).
    """
    dx, dy, dz = (
        x - np.float32(VAULT_CENTRE[0]),
        y - np.float32(VAULT_CENTRE[1]),
        z - np.float32(VAULT_CENTRE[2]),
    )
    radius = np.sqrt(dx * dx + dy * dy + dz * dz) + np.float32(1.0)
    scale = (radius + depth) / radius
    px, py, pz = (p - c for p, c in zip(patch.point, VAULT_CENTRE, strict=True))
    ex, ey, ez = dx * scale - np.float32(px), dy * scale - np.float32(py), dz * scale - np.float32(pz)
    total = np.sqrt(ex * ex + ey * ey + ez * ez)
    return np.asarray(total, np.float32), np.asarray(ey, np.float32), np.asarray(ez, np.float32)
