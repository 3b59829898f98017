"""Painting the mimics into a slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed_extraaxial import along_surface, patch_towards
from ichcore.phantom.shapes import blend, capsule, coverage, ramp

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head
    from ichcore.phantom.mimics import Lens, Mimics, Point, Spot


def paint_mimics(head: Head, block: Block, mimics: Mimics) -> None:
    """Paint the mimics inside the skull over the anatomy."""
    for spot in mimics.spots:
        if not spot.outside:
            _paint_spot(head, block, spot)
    for lens in mimics.lenses:
        if not lens.scalp:
            _paint_lens(head, block, lens)


def paint_outer_mimics(head: Head, block: Block, mimics: Mimics) -> None:
    """Paint scalp hematomas and whatever passes through the bone."""
    for spot in mimics.spots:
        if spot.outside:
            _paint_spot(head, block, spot)
    for lens in mimics.lenses:
        if lens.scalp:
            _paint_lens(head, block, lens)


def _paint_spot(head: Head, block: Block, spot: Spot) -> None:
    reach = 1.6 * spot.radius_mm + 1.0
    low = tuple(min(a, b) - reach for a, b in zip(spot.start, spot.end, strict=True))
    high = tuple(max(a, b) + reach for a, b in zip(spot.start, spot.end, strict=True))
    at = block.window((low[0], low[1], low[2]), (high[0], high[1], high[2]), brain=not spot.outside)
    if at is None:
        return
    points = (block.x, block.y, block.z) if spot.outside else (block.bx, block.by, block.bz)
    distance = capsule(
        points[0][at], points[1][at], points[2][at], spot.start, spot.end, *[spot.radius_mm] * 2
    )
    if spot.radius_mm > 2:
        distance = (
            distance + np.float32(spot.rough * spot.radius_mm * 0.6) * block.noise("medium", sheets=True)[at]
        )
    share = coverage(distance, spot.edge_mm)
    if spot.grain:
        share = share * ramp(block.noise("fine", sheets=True)[at], -1.6 + spot.grain * 2, spot.grain * 2)
    if not spot.outside:
        share = share * block.parts["cavity"][at]
    if spot.tissue_only:
        share = share * (1 - block.parts["ventricle"][at]) * (1 - block.parts["subarachnoid"][at])
    blend(block.hu[at], spot.hu + head.offset_hu, share)


def _paint_lens(head: Head, block: Block, lens: Lens) -> None:
    patch = patch_towards(head, lens.ray)
    at = _around(block, patch.point, lens.radius_mm + 14.0)
    if at is None:
        return
    depth = block.vault_depth[at]
    distance, _, _ = along_surface(patch, block.x[at], block.y[at], block.z[at], depth)
    noise = block.noise("medium", sheets=True)[at]
    rho = distance * (1.0 + 0.12 * noise) / np.float32(lens.radius_mm)
    dome = np.float32(lens.height_mm) * np.sqrt(np.clip(1.0 - rho * rho, 0.0, 1.0))
    if lens.scalp:
        above = -depth - block.parts["thickness"][0, at[1], at[2]]
        share = coverage(above - dome, 1.5) * coverage(1.0 - above, 1.5) * coverage(0.5 - dome, 0.5)
        share = share * ramp(0.6 * noise + 1.0, -0.2, 0.8)
    else:
        share = coverage(block.depth[at] - dome, 1.3) * block.parts["cavity"][at] * coverage(0.5 - dome, 0.5)
    blend(block.hu[at], np.asarray(np.float32(lens.hu + head.offset_hu) + 1.5 * noise, np.float32), share)


def swell_scalp(head: Head, block: Block, mimics: Mimics) -> None:
    """Lift the skin over scalp hematomas (before the scalp is painted), via ``block.parts["swelling"]``."""
    for lens in mimics.lenses:
        patch = patch_towards(head, lens.ray)
        at = _around(block, patch.point, 1.25 * lens.radius_mm + 20.0)
        if not lens.scalp or at is None:
            continue
        swelling = block.parts.setdefault("swelling", np.zeros_like(block.x))
        distance, _, _ = along_surface(patch, block.x[at], block.y[at], block.z[at], block.vault_depth[at])
        rho = distance / np.float32(1.25 * lens.radius_mm)
        lifted = np.float32(lens.height_mm * 0.85) * np.clip(1 - rho * rho, 0, 1)
        np.maximum(swelling[at], lifted, out=swelling[at])


def _around(block: Block, point: Point, reach: float) -> tuple[slice, slice, slice] | None:
    low, high = (tuple(c + s * reach for c in point) for s in (-1.0, 1.0))
    return block.window((low[0], low[1], low[2]), (high[0], high[1], high[2]))
