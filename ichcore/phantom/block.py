"""The points of one slice: a few sheets through its thickness, in head coordinates, with their distances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ichcore.phantom.head import Head
from ichcore.phantom.scan import Scan
from ichcore.phantom.shapes import Field
from ichcore.phantom.vault import measure_base, measure_vault

COARSE = 3
"""Smooth fields are computed on every third sample and read between them."""
SHEET_MM = 1.7
"""Largest distance between the sheets that are averaged into one slice."""
Warp = Callable[[Field, Field, Field], tuple[Field, Field, Field]]
"""Where the tissue that now lies at a point lay before a lesion pushed it (head coordinates, mm)."""


@dataclass(eq=False)
class Block:
    """Sampled points of one slice, ``(sheets, rows, columns)`` of a cropped working grid.

    Attributes:
        rows: slice of the working grid's rows that is covered.
        columns: the same for columns.
        x: head coordinates (left), mm; with ``y`` (back) and ``z`` (up).
        bx: coordinates of the brain tissue at the point before any mass effect; with ``by``, ``bz``.
        vault_depth: mm inside the inner table of the vault; negative outside.
        base_depth: mm above the skull base.
        depth: the smaller of both.
        brain_depth: ``depth`` of the tissue before any mass effect.
        hu: what is painted.
        parts: distances and shares that one part of the anatomy leaves for the next, by name.
    """

    rows: slice
    columns: slice
    x: Field
    y: Field
    z: Field
    bx: Field
    by: Field
    bz: Field
    vault_depth: Field
    base_depth: Field
    depth: Field
    brain_depth: Field
    hu: Field
    pushed: bool
    parts: dict[str, Field] = field(default_factory=dict)

    @property
    def z_low(self) -> float:
        """Lowest z of the block, mm."""
        return float(self.z.min())

    @property
    def z_high(self) -> float:
        """Highest z of the block, mm."""
        return float(self.z.max())

    def reaches(self, low: float, high: float) -> bool:
        """Whether the block has points with z between ``low`` and ``high``."""
        return self.z_low <= high and self.z_high >= low


@lru_cache(maxsize=64)
def _between(nodes: int, start: int, stop: int) -> NDArray[np.float32]:
    """Matrix that reads samples ``start..stop`` linearly from nodes ``COARSE`` samples apart."""
    weights = np.zeros((stop - start, nodes), np.float32)
    at = np.arange(start, stop) / COARSE
    low = np.minimum(at.astype(int), nodes - 2)
    share = (at - low).astype(np.float32)
    index = np.arange(stop - start)
    weights[index, low] = 1.0 - share
    weights[index, low + 1] = share
    return weights


def make_block(head: Head, scan: Scan, index: int, factor: int, warp: Warp | None) -> Block | None:
    """The block of one slice, or ``None`` where it misses the head.

    Args:
        head: the anatomy.
        scan: the acquisition.
        index: the slice.
        factor: pixels a working sample spans (1 or 2).
        warp: mass effect, if any.
    """
    geometry = scan.geometry
    samples = geometry.shape[1] // factor
    pitch = (geometry.pixel_spacing_mm or (1.0, 1.0))[0] * factor
    nodes = (samples - 1) // COARSE + 2
    thickness = float(scan.thickness_mm[index])
    sheets = max(2, int(np.ceil(thickness / SHEET_MM)))
    through = ((np.arange(sheets) + 0.5) / sheets - 0.5) * thickness
    half_pixel = (factor - 1) / 2.0 / factor * pitch
    start = geometry.origins_mm[index] + half_pixel * (geometry.row_axis + geometry.column_axis)
    rotation = scan.head_from_lps
    origin = rotation @ (start - scan.head_origin_mm)
    down, right = rotation @ geometry.row_axis, rotation @ geometry.column_axis
    normal = rotation @ geometry.normal
    run = np.arange(nodes, dtype=np.float64) * COARSE * pitch
    plain = [
        (
            origin[a]
            + through[:, None, None] * normal[a]
            + run[None, :, None] * down[a]
            + run[None, None, :] * right[a]
        ).astype(np.float32)
        for a in range(3)
    ]
    x, y, z = plain
    # one slow reading a slice is enough for the broad deformation of the head
    wx, wy, wz = (head.fields[f"warp_{a}"].at(x[:1], y[:1], z[:1]) for a in "xyz")
    x, y, z = x + 1.6 * wx, y + 2.0 * wy, z + 1.2 * wz
    vault = measure_vault(head, x, y, z)
    inside = vault > -45.0  # head, scalp and face lie within this of the inner table
    if z.min() < 0:
        inside |= (np.abs(x) < 95) & (y > -115) & (y < 115) & (z < 0)
    if not (vault > -25.0).any() and z.min() > 0:
        return None
    rows = np.flatnonzero(inside.any(axis=(0, 2)))
    columns = np.flatnonzero(inside.any(axis=(0, 1)))
    row0, row1 = max(int(rows[0]) - 1, 0) * COARSE, min((int(rows[-1]) + 2) * COARSE, samples)
    col0, col1 = max(int(columns[0]) - 1, 0) * COARSE, min((int(columns[-1]) + 2) * COARSE, samples)
    down_matrix, right_matrix = _between(nodes, row0, row1), _between(nodes, col0, col1).T

    def fine(coarse: Field) -> Field:
        return np.asarray(down_matrix @ (coarse @ right_matrix), np.float32)

    fx, fy, fz, fv = fine(x), fine(y), fine(z), fine(vault)
    base = measure_base(fx, fy, fz)
    depth = np.minimum(fv, base)
    if warp is None:
        bx, by, bz, brain_depth = fx, fy, fz, depth
    else:
        cx, cy, cz = warp(x, y, z)
        brain_vault = fine(measure_vault(head, cx, cy, cz))
        bx, by, bz = fine(cx), fine(cy), fine(cz)
        brain_depth = np.minimum(brain_vault, measure_base(bx, by, bz))
    return Block(
        rows=slice(row0, row1),
        columns=slice(col0, col1),
        x=fx,
        y=fy,
        z=fz,
        bx=bx,
        by=by,
        bz=bz,
        vault_depth=fv,
        base_depth=base,
        depth=depth,
        brain_depth=brain_depth,
        hu=np.full(fx.shape, -1000.0, np.float32),
        pushed=warp is not None,
    )
