"""The points of one slice: a few sheets through its thickness, in head coordinates, with their distances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed_extraaxial import Patch, along_surface
from ichcore.phantom.shapes import Field
from ichcore.phantom.vault import measure_base, measure_vault

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.head import Head
    from ichcore.phantom.scan import Scan

COARSE = 3
"""Smooth fields are computed on every third sample and read between them."""
SHEET_MM = 1.7
"""Largest distance between the sheets that are averaged into one slice."""
Points = tuple[Field, Field, Field]
"""x, y, z in mm."""
Warp = Callable[[Field, Field, Field], tuple[Field, Field, Field]]
"""Where the tissue that now lies at a point lay before a lesion pushed it (head coordinates, mm)."""


@dataclass(eq=False)
class Block:
    """Sampled points of one slice, ``(sheets, rows, columns)`` of a cropped working grid.

    Attributes:
        head: the anatomy that the points lie in.
        rows: slice of the working grid's rows that is covered.
        columns: the same for columns.
        x: head coordinates (left), mm; with ``y`` (back) and ``z`` (up).
        bx: coordinates of the brain tissue at the point before any mass effect; with ``by``, ``bz``.
        vault_depth: mm inside the inner table of the vault; negative outside.
        base_depth: mm above the skull base.
        depth: the smaller of both.
        brain_depth: ``depth`` of the tissue before any mass effect.
        hu: what is painted.
        coarse: ``(x, y, z)`` on every third sample, for fields that are smooth.
        coarse_brain: the same before any mass effect.
        coarse_vault: mm inside the vault at ``coarse_brain``.
        parts: distances and shares that one part of the anatomy leaves for the next, by name.
    """

    head: Head
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
    coarse: Points
    coarse_brain: Points
    coarse_vault: Field
    down: NDArray[np.float32]
    right: NDArray[np.float32]
    parts: dict[str, Field] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.z_low = float(self.z.min())
        self.z_high = float(self.z.max())

    def reaches(self, low: float, high: float) -> bool:
        """Whether the block has points with z between ``low`` and ``high`` mm."""
        return self.z_low <= high and self.z_high >= low

    def fine(self, coarse: Field) -> Field:
        """A smooth field given on every third sample, read on all of them."""
        return np.asarray(self.down @ (coarse @ self.right), np.float32)

    def window(
        self, low: tuple[float, float, float], high: tuple[float, float, float], *, brain: bool = False
    ) -> tuple[slice, slice, slice] | None:
        """Index of the smallest part that holds all points of a box (mm); ``None`` where there is none.

        Args:
            low: x, y, z of one corner.
            high: of the other.
            brain: read the box in coordinates before any mass effect.
        """
        inside = None
        for points, least, most in zip(self.coarse_brain if brain else self.coarse, low, high, strict=True):
            within = (points > least - 4.0) & (points < most + 4.0)
            inside = within if inside is None else inside & within
        if inside is None or not inside.any():
            return None
        rows, columns = np.flatnonzero(inside.any(axis=(0, 2))), np.flatnonzero(inside.any(axis=(0, 1)))
        return (
            slice(None),
            slice(int(rows[0]) * COARSE, (int(rows[-1]) + 1) * COARSE),
            slice(int(columns[0]) * COARSE, (int(columns[-1]) + 1) * COARSE),
        )

    def inside(self) -> Block | None:
        """The smallest part that holds the cavity of the skull, as a view; ``None`` where there is none.

        What is painted into it is painted into this block.
        """
        cavity = self.depth > -1.5
        if not cavity.any():
            return None
        rows, columns = np.flatnonzero(cavity.any(axis=(0, 2))), np.flatnonzero(cavity.any(axis=(0, 1)))
        node_rows = slice(int(rows[0]) // COARSE, -(-int(rows[-1]) // COARSE) + 1)
        node_columns = slice(int(columns[0]) // COARSE, -(-int(columns[-1]) // COARSE) + 1)
        part = (slice(None), _samples(node_rows), _samples(node_columns))
        nodes = (slice(None), node_rows, node_columns)
        brain = tuple(c[nodes] for c in self.coarse_brain)
        coarse = tuple(c[nodes] for c in self.coarse)
        height, width = self.x[part].shape[1:]
        return Block(
            head=self.head,
            rows=slice(self.rows.start + part[1].start, self.rows.start + part[1].start + height),
            columns=slice(self.columns.start + part[2].start, self.columns.start + part[2].start + width),
            x=self.x[part],
            y=self.y[part],
            z=self.z[part],
            bx=self.bx[part],
            by=self.by[part],
            bz=self.bz[part],
            vault_depth=self.vault_depth[part],
            base_depth=self.base_depth[part],
            depth=self.depth[part],
            brain_depth=self.brain_depth[part],
            hu=self.hu[part],
            coarse=(coarse[0], coarse[1], coarse[2]),
            coarse_brain=(brain[0], brain[1], brain[2]),
            coarse_vault=self.coarse_vault[nodes],
            down=_between(coarse[0].shape[1], 0, 0, height),
            right=np.ascontiguousarray(_between(coarse[0].shape[2], 0, 0, width).T),
            parts={name: value[part] for name, value in self.parts.items() if name.startswith("noise")},
        )

    def noise(self, name: str, *, sheets: bool = False) -> Field:
        """The head's random field ``name``; of the slice's middle sheet, or of every sheet."""
        key = f"noise {name} {sheets}"
        if key not in self.parts:
            x, y, z = self.coarse
            if not sheets:
                middle = slice(x.shape[0] // 2, x.shape[0] // 2 + 1)
                x, y, z = x[middle], y[middle], z[middle]
            self.parts[key] = self.fine(self.head.fields[name].at(x, y, z))
        return self.parts[key]

    def along(self, patch: Patch) -> tuple[Field, Field, Field]:
        """Distance from a patch's middle along the inner table: in all, forward–back, and up–down."""
        return along_surface(patch, self.x, self.y, self.z, self.vault_depth)

    def smooth(self, measure: Callable[[Field, Field, Field], Field]) -> Field:
        """A smooth field of brain coordinates, computed coarsely and read on every sample."""
        return self.fine(measure(*self.coarse_brain))


def _samples(nodes: slice) -> slice:
    """The samples from the first to the last of some nodes."""
    return slice(nodes.start * COARSE, (nodes.stop - 1) * COARSE + 1)


@lru_cache(maxsize=256)
def _between(nodes: int, first: int, start: int, stop: int) -> NDArray[np.float32]:
    """Matrix that reads samples ``start..stop`` linearly from ``nodes`` nodes from sample ``first``."""
    weights = np.zeros((stop - start, nodes), np.float32)
    at = (np.arange(start, stop) - first) / COARSE
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
    samples = scan.geometry.shape[1] // factor
    x, y, z = _coarse_points(scan, index, factor)
    middle = slice(x.shape[0] // 2, x.shape[0] // 2 + 1)
    # one slow reading a slice is enough for the broad deformation of the head
    wx, wy, wz = (head.fields[f"warp_{a}"].at(x[middle], y[middle], z[middle]) for a in "xyz")
    x, y, z = x + 1.6 * wx, y + 2.0 * wy, z + 1.2 * wz
    vault = measure_vault(head, x, y, z)
    inside = vault > -24.0  # skull and scalp lie within this of the inner table
    if z.min() < 6:
        inside |= (np.abs(x) < 92) & (y > -112) & (y < 118) & (z < 6)
    if not inside.any():
        return None
    rows, columns = np.flatnonzero(inside.any(axis=(0, 2))), np.flatnonzero(inside.any(axis=(0, 1)))
    row0, row1 = max(int(rows[0]) - 1, 0), min(int(rows[-1]) + 2, x.shape[1])
    col0, col1 = max(int(columns[0]) - 1, 0), min(int(columns[-1]) + 2, x.shape[2])
    crop = (slice(None), slice(row0, row1), slice(col0, col1))
    x, y, z, vault = x[crop], y[crop], z[crop], vault[crop]
    row_stop, col_stop = min((row1 - 1) * COARSE + 1, samples), min((col1 - 1) * COARSE + 1, samples)
    down = _between(row1 - row0, row0 * COARSE, row0 * COARSE, row_stop)
    right = np.ascontiguousarray(_between(col1 - col0, col0 * COARSE, col0 * COARSE, col_stop).T)

    def fine(coarse: Field) -> Field:
        return np.asarray(down @ (coarse @ right), np.float32)

    fx, fy, fz, fv = fine(x), fine(y), fine(z), fine(vault)
    base = measure_base(fx, fy, fz)
    depth = np.minimum(fv, base)
    coarse = coarse_brain = (x, y, z)
    brain_vault, brain, brain_depth = vault, (fx, fy, fz), depth
    if warp is not None:
        coarse_brain = warp(x, y, z)
        brain_vault = measure_vault(head, *coarse_brain)
        brain = (fine(coarse_brain[0]), fine(coarse_brain[1]), fine(coarse_brain[2]))
        brain_depth = np.minimum(fine(brain_vault), measure_base(*brain))
    return Block(
        head=head,
        rows=slice(row0 * COARSE, row_stop),
        columns=slice(col0 * COARSE, col_stop),
        x=fx,
        y=fy,
        z=fz,
        bx=brain[0],
        by=brain[1],
        bz=brain[2],
        vault_depth=fv,
        base_depth=base,
        depth=depth,
        brain_depth=brain_depth,
        hu=np.full(fx.shape, -1000.0, np.float32),
        coarse=coarse,
        coarse_brain=coarse_brain,
        coarse_vault=brain_vault,
        down=down,
        right=right,
    )


def _coarse_points(scan: Scan, index: int, factor: int) -> Points:
    """Head coordinates of every third working sample of a slice, on each of its sheets."""
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
    sheet, row, column = through[:, None, None], run[None, :, None], run[None, None, :]
    x, y, z = (
        (origin[a] + sheet * normal[a] + row * down[a] + column * right[a]).astype(np.float32)
        for a in range(3)
    )
    return x, y, z
