"""What surrounds the skull: scalp with fat and skin, temporal muscle, face, orbits, nose, neck, ears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.shapes import Field, blend, capsule, coverage, ellipsoid, ramp, smooth_min
from ichcore.phantom.skull import AIR_HU, skull_thickness

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head

FAT_HU, MUSCLE_HU, SKIN_HU = -95.0, 52.0, 42.0


def paint_scalp(head: Head, block: Block) -> None:
    """Paint everything under the skin outside the skull as scalp, face and neck."""
    x, y, z = block.x, block.y, block.z
    ax = np.abs(x)
    thickness = skull_thickness(head, block)
    noise = block.noise("broad")
    temple = ramp(ax, 36, 58) * ramp(30 - z, 0, 40) * ramp(34 - y, 0, 40) * ramp(y, -65, -30)
    nape = ramp(y, 60, 85) * ramp(-z, -5, 30)
    scalp = np.float32(head.scalp_mm) * (1 + 0.12 * noise + 0.3 * ramp(z, 50, 75)) + 9.0 * temple + 9.0 * nape
    scalp = np.maximum(scalp, 2.2).astype(np.float32)
    scalp = scalp + block.parts.get("swelling", np.float32(0.0))
    block.parts["scalp"] = scalp
    outside = -block.vault_depth - thickness
    hull: Field = outside - scalp
    if block.z_low < 10:
        face = ellipsoid(x, y, z, (0.0, -34.0, -62.0), (64.0, 57.0, 64.0))
        neck = capsule(x, y, z, (0.0, 48.0, -38.0), (0.0, 58.0, -150.0), 60.0, 57.0)
        nose = capsule(x, y, z, (0.0, -84.0, -30.0), (0.0, -106.0, -62.0), 6.0, 11.0)
        face = smooth_min(smooth_min(face, nose, 10.0), neck, 12.0)
        hull = smooth_min(hull, face + 1.5 * noise, 8.0)
    block.parts["hull"] = hull
    texture = block.noise("medium")
    strands = ramp(texture, 0.9, 2.0)
    share_fat = np.clip(head.scalp_mm / 6.0, 0.5, 1.0)
    tissue = FAT_HU * share_fat + (MUSCLE_HU - FAT_HU) * 0.8 * strands + np.zeros_like(x)
    galea = np.maximum(
        coverage(outside - 1.6, 1.6),
        ramp(temple + nape + 0.15 * texture, 0.2, 0.9) * coverage(outside - 9.0, 2.0),
    )
    blend(tissue, MUSCLE_HU + 6 * texture, galea)
    if block.z_low < -25:
        # neck and masticator space: muscle bellies parted by fat planes
        bellies = ramp(np.abs(noise + 0.2 * texture), 0.03, 0.2)
        bellies = bellies * ramp(1.6 - texture, 0.0, 0.4)
        deep = coverage(hull + 9.0, 5.0) * ramp(-z, 22, 34)
        blend(tissue, FAT_HU + (MUSCLE_HU + 6 - FAT_HU) * bellies, deep)
    blend(tissue, SKIN_HU, coverage(-hull - 2.1, 1.0))
    blend(block.hu, tissue, coverage(hull, 1.2))


def paint_face(head: Head, block: Block) -> None:
    """Paint orbits, nose, paranasal sinuses, zygoma, mandible, spine and ears (low slices only)."""
    del head
    at = block.window((-80.0, -115.0, -150.0), (80.0, 20.0, 4.0))
    if at is not None:
        _paint_nose(block, at)
        _paint_orbits(block)
    if block.z_low < -60:
        _paint_spine(block)
    if block.reaches(-80, -5):
        x, y, z = block.x, block.y, block.z
        ax = np.abs(x)
        outer = np.maximum(ax - 82.0, np.abs(y - 32.0 - 0.12 * (ax - 70) ** 2) - 1.8)
        pinna = np.maximum(np.maximum(outer, 66.0 - ax), np.abs(z + 38.0) - 26.0)
        blend(block.hu, 20.0, coverage(pinna, 1.4) * ramp(block.parts["hull"], -3, 0))


def _paint_nose(block: Block, at: tuple[slice, slice, slice]) -> None:
    x, y, z, hu = block.x[at], block.y[at], block.z[at], block.hu[at]
    ax = np.abs(x)
    outside = coverage(block.depth[at] + 2.0, 1.0)
    fine, medium = block.noise("fine", sheets=True)[at], block.noise("medium", sheets=True)[at]
    width = 9.0 + 5.0 * ramp(y, -95, -70)
    nasal = ellipsoid(ax * 14.0 / width, y, z, (0.0, -56.0, -50.0), (14.0, 36.0, 30.0)) + 0.8 * medium
    blend(hu, AIR_HU, coverage(nasal, 1.0) * outside)
    ethmoid = ramp(z, -46, -36)
    walls = coverage(np.abs(medium) * 4.0 - 0.5 - 1.4 * (1 - ethmoid), 1.2)
    blend(hu, 25.0 + 380.0 * ethmoid, coverage(nasal, 1.0) * walls * outside)
    blend(hu, 420.0, coverage(np.maximum(nasal - 1.0, -nasal - 1.0), 1.0) * outside)
    blend(hu, 420.0, coverage(np.maximum(np.abs(x + 1.5 * medium) - 0.7, nasal), 1.0) * outside)
    antrum = ellipsoid(ax, y, z, (29.0, -54.0, -62.0), (14.0, 18.0, 18.0)) + 1.6 * medium
    blend(hu, 650.0, coverage(np.maximum(antrum - 1.8, -antrum - 0.5), 1.0) * outside)
    blend(hu, AIR_HU, coverage(antrum, 1.0) * outside)
    arch = capsule(ax, y, z, (50.0, -52.0, -46.0), (68.0, -18.0, -44.0), 4.5, 2.4)
    arch = np.minimum(arch, capsule(ax, y, z, (68.0, -18.0, -44.0), (66.0, 14.0, -40.0), 2.4, 2.6))
    blend(hu, 1000.0 + 120 * fine, coverage(arch, 1.2) * outside)
    ramus = capsule(ax, y, z, (51.0, 8.0, -45.0), (46.0, 0.0, -105.0), 4.2, 3.5)
    blend(hu, 1200.0, coverage(ramus, 1.0) * outside)


def _paint_orbits(block: Block) -> None:
    at = block.window((-56.0, -95.0, -54.0), (56.0, -15.0, -4.0))
    if at is None:
        return
    x, y, z, hu = block.x[at], block.y[at], block.z[at], block.hu[at]
    ax = np.abs(x)
    outside = coverage(block.depth[at] + 2.0, 1.0)
    cone = capsule(ax, y, z, (31.0, -64.0, -30.0), (16.0, -22.0, -27.0), 17.5, 3.0)
    front = np.maximum(cone, -72.0 - y)
    blend(hu, 950.0, coverage(np.maximum(front - 1.8, -cone - 0.5), 1.2) * outside)
    blend(hu, FAT_HU, coverage(cone, 1.0) * outside)
    nerve = capsule(ax, y, z, (31.0, -60.0, -30.0), (15.0, -22.0, -27.0), 2.3, 2.2)
    for side in (-1.0, 1.0):
        muscle = capsule(
            ax, y, z, (31.0 + 13 * side, -66.0, -30.0), (17.0 + 2.5 * side, -26.0, -28.0), 1.8, 2.2
        )
        nerve = np.minimum(nerve, muscle)
    blend(hu, 42.0, coverage(nerve, 1.0) * outside)
    globe = np.sqrt((ax - 31.5) ** 2 + (y + 73.0) ** 2 + (z + 30.0) ** 2) - np.float32(12.0)
    blend(hu, 55.0, coverage(globe, 1.0))
    blend(hu, 12.0, coverage(globe + 1.4, 1.0))
    lens = ellipsoid(ax, y, z, (31.5, -81.5, -30.0), (4.4, 2.0, 4.4))
    blend(hu, 85.0, coverage(lens, 1.0))


def _paint_spine(block: Block) -> None:
    x, y, z, hu = block.x, block.y, block.z, block.hu
    ax = np.abs(x)
    ring = np.sqrt(x * x + ((y - 42.0) * 0.95) ** 2)
    atlas = np.maximum(np.abs(ring - 20.0) - 3.5, np.abs(z + 78.0) - 7.0)
    mass = ellipsoid(ax, y, z, (20.0, 34.0, -76.0), (9.0, 11.0, 10.0))
    blend(hu, 900.0, coverage(np.minimum(atlas, mass), 1.2))
    dens = capsule(x, y, z, (0.0, 24.0, -72.0), (0.0, 25.0, -110.0), 5.0, 7.0)
    blend(hu, 900.0, coverage(dens, 1.2))
    canal = np.maximum(ring - 15.0, z + 62.0)
    blend(hu, 10.0, coverage(canal, 1.0))
    cord = np.maximum(np.sqrt((x / 1.3) ** 2 + (y - 42.0) ** 2) - 5.0, z + 60.0)
    blend(hu, 36.0, coverage(cord, 1.2))
