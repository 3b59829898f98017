"""Bone: tables and diploë of the vault, sutures, frontal sinus, skull base, petrous bones, mastoid cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.shapes import Field, blend, capsule, coverage, ellipsoid, ramp
from ichcore.phantom.vault import PETROUS

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head

CORTICAL_HU = 1350.0
AIR_HU = -990.0


def suture_distances(x: Field, y: Field, z: Field) -> tuple[Field, Field, Field]:
    """Signed mm from the coronal, lambdoid and sagittal sutures (positive behind, behind, left).

    Args:
        x: head coordinates, mm.
        y: back, mm.
        z: up, mm.
    """
    coronal = y + np.float32(16.0) + np.float32(0.25) * (z - 40.0) + 0.1 * np.abs(x)
    lambdoid = (y - np.float32(74.0)) + np.float32(0.55) * (z - 25.0) - np.float32(0.42) * (np.abs(x) - 20.0)
    return coronal, lambdoid, x


def skull_thickness(head: Head, block: Block) -> Field:
    """Thickness of the vault at each point's nearest bone, mm; thin at the temples, thick in the midline."""
    if "thickness" in block.parts:
        return block.parts["thickness"]
    x, y, z = block.x[:1], block.y[:1], block.z[:1]
    noise = block.noise("skull")
    temple = ramp(np.abs(x), 40, 60) * ramp(-z, -28, 5) * ramp(40 - y, 0, 30)
    protuberance = np.exp(-((x / 17) ** 2)) * ramp(y, 70, 95) * np.exp(-(((z + 12) / 16) ** 2))
    crest = np.exp(-((x / 10) ** 2)) * ramp(-y, 40, 60) * ramp(z, -25, 0) * 0.5
    sinus = _frontal_shape(head, x, z) * ramp(-y, 30, 55)
    thickness = np.float32(head.skull_mm) * (1 + 0.16 * noise) * (1 - 0.5 * temple) + 3.5 * protuberance
    thickness = thickness + np.float32(head.skull_mm) * 0.4 * crest + 6.5 * sinus
    # the forehead's inner table is lined by a slightly thicker bone in most older heads
    thickness = np.maximum(thickness + 1.2 * ramp(-y, 40, 70), 2.2).astype(np.float32)
    block.parts["thickness"] = thickness
    return thickness


def _frontal_shape(head: Head, x: Field, z: Field) -> Field:
    size = max(head.frontal_sinus, 1e-3)
    lobes = np.exp(-(((np.abs(x) - 9) / (11 * size)) ** 2))
    return np.asarray(lobes * ramp(z, -38, -26) * ramp(-z, 8 - 26 * size, 20 - 26 * size), np.float32)


def paint_skull(head: Head, block: Block) -> None:
    """Paint the vault and the base over what is there."""
    x, y, z = block.x, block.y, block.z
    thickness = skull_thickness(head, block)
    outer = -block.vault_depth - thickness
    shell = np.maximum(block.vault_depth, outer)
    if block.z_low < 12:
        # below the base the ball that the vault was cut from is not bone
        floor = np.where(y < 12 + 0.5 * np.abs(x), np.float32(-4.0), np.float32(-9.0))
        shell = np.maximum(shell, floor - block.base_depth)
    bone = coverage(shell, 1.3)
    index = np.flatnonzero(bone)
    if index.size:
        fine = np.broadcast_to(block.noise("fine"), x.shape).ravel()[index]
        wide = np.broadcast_to(thickness, x.shape).ravel()[index]
        flat = (
            x.ravel()[index],
            y.ravel()[index],
            z.ravel()[index],
            block.vault_depth.ravel()[index],
            wide,
            fine,
        )
        share = bone.ravel()[index]
        painted = block.hu.ravel()
        under = painted[index]
        blend(under, _bone_hu(head, *flat), share)
        if head.frontal_sinus > 0.25 and block.reaches(-40, 40):
            through = -flat[3] / wide
            cell = _frontal_shape(head, flat[0], flat[2]) * ramp(-flat[1], 35, 50)
            cell = cell * np.exp(-(((through - 0.48) / 0.26) ** 4))
            blend(under, AIR_HU, ramp(cell, 0.30, 0.5) * share)
        painted[index] = under
    if block.z_low < 12:
        _paint_base(head, block, thickness)


def _bone_hu(head: Head, x: Field, y: Field, z: Field, depth: Field, thickness: Field, fine: Field) -> Field:
    """HU of the vault: two tables with marrow between, thinned along the sutures."""
    through = np.clip(-depth / thickness, 0.0, 1.0)
    marrow = np.exp(-(((through - 0.5) / 0.2) ** 2)) * ramp(thickness, 3.5, 6.5)
    hu = CORTICAL_HU + (np.float32(head.diploe) + 130.0 * fine - CORTICAL_HU) * marrow
    gap = np.zeros_like(x)
    for distance in suture_distances(x, y, z):
        gap = np.maximum(gap, np.exp(-(((distance + 1.6 * fine) / 0.9) ** 2)))
    return np.asarray(hu - 450.0 * gap * ramp(z, -15, 5) * ramp(through, -0.1, 0.25), np.float32)


def _paint_base(head: Head, block: Block, thickness: Field) -> None:
    """Everything bony under the cavity: floor, petrous pyramids with mastoid cells, sphenoid and clivus."""
    at = block.window((-90.0, -80.0, -80.0), (90.0, 110.0, 2.0))
    if at is None:
        return
    x, y, z, depth, hu_at = block.x[at], block.y[at], block.z[at], block.depth[at], block.hu[at]
    vault_depth, base_depth, thickness = block.vault_depth[at], block.base_depth[at], thickness[at]
    ax = np.abs(x)
    (x0, y0), (x1, y1) = PETROUS
    length = np.hypot(x1 - x0, y1 - y0)
    across = -(ax - x0) * np.float32((y1 - y0) / length) + (y - y0) * np.float32((x1 - x0) / length)
    petrous = np.exp(-((across / 11.0) ** 2)) * ramp(ax, 6, 14) * ramp(70 - ax, 0, 8)
    clivus = ramp(17 - ax, 0, 4) * ramp(y, -16, -8) * ramp(34 - y, 0, 8)
    rough = block.noise("fine", sheets=True)[at]
    floor = 2.6 + 18.0 * petrous + 10.0 * clivus + 2.0 * ramp(y, 35, 60) + 0.7 * rough
    inside_vault = coverage(-vault_depth - thickness, 1.0)
    bone = coverage(np.maximum(base_depth, -base_depth - floor), 1.0) * inside_vault
    hu = 1050.0 + 420.0 * petrous * ramp(50 - ax, 0, 12) + 160.0 * rough - 350.0 * clivus
    blend(hu_at, hu, bone)
    # air: mastoid cells behind and below the ridge's outer end, middle ear, sphenoid sinus
    mastoid = ellipsoid(ax, y, z, (54.0, 40.0, -36.0), (13.0, 16.0, 19.0))
    cells = ramp(rough, -0.25, 0.35)
    bone_hu = 900.0 + 250.0 * rough
    mastoid_share = coverage(mastoid + 2.0 * rough, 2.0) * coverage(depth + 1.5, 1.0)
    blend(hu_at, bone_hu, mastoid_share)
    blend(hu_at, AIR_HU, mastoid_share * cells)
    ear = capsule(ax, y, z, (38.0, 22.0, -37.0), (76.0, 27.0, -42.0), 3.0, 4.5)
    blend(hu_at, AIR_HU, coverage(ear, 1.0))
    labyrinth = capsule(ax, y, z, (25.0, 24.0, -33.0), (33.0, 26.0, -33.0), 1.8, 1.8)
    blend(hu_at, 20.0, coverage(labyrinth, 1.0) * bone)
    canal = capsule(ax, y, z, (12.0, 24.0, -35.0), (25.0, 24.0, -34.0), 3.0, 2.0)
    blend(hu_at, 15.0, coverage(canal, 1.0) * bone)
    sphenoid = ellipsoid(ax, y, z, (7.0, -14.0, -41.0), (8.5, 14.0, 9.0))
    sphenoid = sphenoid + 2.5 * block.noise("medium")[:, at[1], at[2]]
    blend(hu_at, 900.0, coverage(sphenoid - 2.2, 1.0) * coverage(depth, 1.0))
    blend(hu_at, AIR_HU, coverage(np.maximum(sphenoid, 1.0 - ax), 1.0) * coverage(depth + 1.5, 1.0))
