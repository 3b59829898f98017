"""What surrounds the skull: scalp with fat and skin, temporal muscle, face, orbits, nose, neck, ears."""

from __future__ import annotations

import numpy as np

from ichcore.phantom.block import Block
from ichcore.phantom.head import Head
from ichcore.phantom.shapes import Field, blend, capsule, coverage, ellipsoid, ramp, smooth_min
from ichcore.phantom.skull import AIR_HU, skull_thickness

FAT_HU, MUSCLE_HU, SKIN_HU = -95.0, 52.0, 25.0


def paint_scalp(head: Head, block: Block) -> None:
    """Paint everything under the skin outside the skull as scalp, face and neck."""
    x, y, z = block.x, block.y, block.z
    ax = np.abs(x)
    thickness = skull_thickness(head, block)
    noise = head.fields["broad"].at(x[:1], y[:1], z[:1])
    temple = ramp(ax, 38, 56) * ramp(30 - z, 0, 40) * ramp(30 - y, 0, 20) * ramp(y, -60, -40)
    nape = ramp(y, 60, 85) * ramp(-z, -5, 30)
    scalp = np.float32(head.scalp_mm) * (1 + 0.2 * noise + 0.3 * ramp(z, 50, 75)) + 9.0 * temple + 9.0 * nape
    scalp = np.maximum(scalp, 2.2).astype(np.float32)
    scalp = scalp + block.parts.get("swelling", np.float32(0.0))
    block.parts["scalp"] = scalp
    outside = -block.vault_depth - thickness
    hull = outside - scalp
    if block.z_low < 10:
        face = ellipsoid(x, y, z, (0.0, -34.0, -62.0), (64.0, 57.0, 64.0))
        neck = capsule(x, y, z, (0.0, 48.0, -38.0), (0.0, 58.0, -150.0), 60.0, 57.0)
        nose = capsule(x, y, z, (0.0, -84.0, -30.0), (0.0, -106.0, -62.0), 6.0, 11.0)
        face = smooth_min(smooth_min(face, nose, 10.0), neck, 12.0)
        hull = smooth_min(hull, face + 1.5 * noise, 8.0)
    block.parts["hull"] = hull
    texture = head.fields["medium"].at(x[:1], y[:1], z[:1])
    strands = ramp(texture, 0.5, 1.4)
    share_fat = np.clip(head.scalp_mm / 6.0, 0.5, 1.0)
    tissue = FAT_HU * share_fat + (MUSCLE_HU - FAT_HU) * 0.8 * strands + np.zeros_like(x)
    galea = np.maximum(
        coverage(outside - 1.6, 1.6), ramp(temple + nape, 0.15, 0.5) * coverage(outside - 9.0, 2.0)
    )
    blend(tissue, MUSCLE_HU + 6 * texture, galea)
    if block.z_low < -25:
        # neck and masticator space: muscle bellies parted by fat planes
        bellies = ramp(head.fields["medium"].at(x, y, z * 0.3) + 0.35 * noise, -0.75, -0.25)
        deep = coverage(hull + 9.0, 5.0) * ramp(-z, 22, 34)
        blend(tissue, FAT_HU + (MUSCLE_HU + 6 - FAT_HU) * bellies, deep)
    blend(tissue, SKIN_HU, coverage(-hull - 1.6, 1.2))
    blend(block.hu, tissue, coverage(hull, 1.2))


def paint_face(head: Head, block: Block) -> None:
    """Paint orbits, nose, paranasal sinuses, zygoma, mandible, spine and ears (low slices only)."""
    if block.z_low > 6:
        return
    x, y, z = block.x, block.y, block.z
    ax = np.abs(x)
    outside = coverage(block.depth + 2.0, 1.0)
    fine = head.fields["fine"].at(x, y, z)
    if block.reaches(-60, 8):
        _paint_orbits(block, ax, outside)
    if block.reaches(-140, -10):
        nasal = ellipsoid(ax, y, z, (0.0, -58.0, -52.0), (15.0, 34.0, 30.0))
        blend(block.hu, AIR_HU, coverage(nasal, 1.0) * outside)
        walls = ramp(head.fields["medium"].at(x * 1.8, y * 0.35, z * 0.6), 0.55, 0.95)
        ethmoid = ramp(z, -46, -36)
        blend(block.hu, 30.0 + 500.0 * ethmoid, coverage(nasal, 1.0) * walls * outside)
        blend(block.hu, 420.0, coverage(np.maximum(nasal - 1.2, -nasal - 1.2), 1.0) * outside)
        blend(block.hu, 420.0, coverage(np.maximum(ax - 0.9, nasal), 1.0) * outside)
        antrum = ellipsoid(ax, y, z, (29.0, -54.0, -60.0), (14.0, 17.0, 18.0)) + 1.2 * fine
        blend(block.hu, 650.0, coverage(np.maximum(antrum - 2.0, -antrum - 0.5), 1.0) * outside)
        blend(block.hu, AIR_HU, coverage(antrum, 1.0) * outside)
    if block.reaches(-62, -30):
        arch = capsule(ax, y, z, (52.0, -52.0, -46.0), (68.0, -18.0, -44.0), 4.0, 2.4)
        arch = np.minimum(arch, capsule(ax, y, z, (68.0, -18.0, -44.0), (66.0, 14.0, -40.0), 2.4, 2.6))
        blend(block.hu, 1000.0, coverage(arch, 1.0))
    ramus = capsule(ax, y, z, (51.0, 8.0, -45.0), (46.0, 0.0, -105.0), 4.2, 3.5)
    blend(block.hu, 1200.0, coverage(ramus, 1.0) * coverage(block.base_depth + 5, 1.0))
    if block.z_low < -60:
        _paint_spine(block, ax)
    if block.reaches(-80, -5):
        outer = np.maximum(ax - 82.0, np.abs(y - 32.0 - 0.12 * (ax - 70) ** 2) - 1.8)
        pinna = np.maximum(np.maximum(outer, 66.0 - ax), np.abs(z + 38.0) - 26.0)
        blend(block.hu, 20.0, coverage(pinna, 1.4) * ramp(block.parts["hull"], -3, 0))


def _paint_orbits(block: Block, ax: Field, outside: Field) -> None:
    y, z = block.y, block.z
    cone = capsule(ax, y, z, (31.0, -64.0, -30.0), (16.0, -22.0, -27.0), 18.0, 3.0)
    front = np.maximum(cone, -72.0 - y)
    blend(block.hu, 950.0, coverage(np.maximum(front - 2.0, -cone - 0.5), 1.0) * outside)
    blend(block.hu, FAT_HU, coverage(cone, 1.0) * outside)
    nerve = capsule(ax, y, z, (31.0, -60.0, -30.0), (15.0, -22.0, -27.0), 2.3, 2.2)
    blend(block.hu, 35.0, coverage(nerve, 1.0) * outside)
    for side in (-1.0, 1.0):
        muscle = capsule(
            ax, y, z, (31.0 + 13 * side, -66.0, -30.0), (17.0 + 2.5 * side, -26.0, -28.0), 1.8, 2.2
        )
        blend(block.hu, 48.0, coverage(muscle, 1.0) * outside)
    globe = np.sqrt((ax - 31.5) ** 2 + (y + 73.0) ** 2 + (z + 30.0) ** 2) - np.float32(12.0)
    blend(block.hu, 55.0, coverage(globe, 1.0))
    blend(block.hu, 12.0, coverage(globe + 1.4, 1.0))
    lens = ellipsoid(ax, y, z, (31.5, -81.5, -30.0), (4.4, 2.0, 4.4))
    blend(block.hu, 85.0, coverage(lens, 1.0))


def _paint_spine(block: Block, ax: Field) -> None:
    x, y, z = block.x, block.y, block.z
    ring = np.sqrt(x * x + ((y - 42.0) * 0.95) ** 2)
    atlas = np.maximum(np.abs(ring - 20.0) - 3.5, np.abs(z + 78.0) - 7.0)
    mass = ellipsoid(ax, y, z, (20.0, 34.0, -76.0), (9.0, 11.0, 10.0))
    blend(block.hu, 900.0, coverage(np.minimum(atlas, mass), 1.2))
    dens = capsule(x, y, z, (0.0, 24.0, -72.0), (0.0, 25.0, -110.0), 5.0, 7.0)
    blend(block.hu, 900.0, coverage(dens, 1.2))
    canal = np.maximum(ring - 15.0, z + 62.0)
    blend(block.hu, 10.0, coverage(canal, 1.0))
    cord = np.maximum(np.sqrt((x / 1.3) ** 2 + (y - 42.0) ** 2) - 5.0, z + 60.0)
    blend(block.hu, 36.0, coverage(cord, 1.2))
