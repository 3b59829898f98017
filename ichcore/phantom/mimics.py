"""What is bright or dark and no acute bleed: hard negatives, with and without bleeds in the same head."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ichcore.phantom.bleed_extraaxial import along_surface, patch_towards
from ichcore.phantom.block import Block
from ichcore.phantom.head import Head
from ichcore.phantom.shapes import blend, capsule, coverage, ramp
from ichcore.phantom.ventricles import CHOROID

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Spot:
    """A blob of one density: calcification, cavernoma, metastasis, old infarct, tube, metal.

    Attributes:
        start: one end, head coordinates, mm.
        end: other end (equal to ``start`` for a ball).
        radius_mm: size.
        hu: density.
        rough: irregularity of its surface, 0–1.
        grain: how broken up it is, 0 (solid) to 1 (specks).
        outside: whether it may lie outside the cavity.
        edge_mm: softness of its border.
        tissue_only: leaves CSF as it is.
    """

    start: Point
    end: Point
    radius_mm: float
    hu: float
    rough: float = 0.2
    grain: float = 0.0
    outside: bool = False
    edge_mm: float = 1.2
    tissue_only: bool = False


@dataclass(frozen=True)
class Lens:
    """Something flat on the inner or outer side of the skull: meningioma, hygroma, scalp hematoma.

    Attributes:
        ray: direction from the vault's centre.
        radius_mm: extent along the bone.
        height_mm: greatest thickness.
        hu: density.
        scalp: under the skin instead of under the bone.
    """

    ray: Point
    radius_mm: float
    height_mm: float
    hu: float
    scalp: bool = False


@dataclass(frozen=True)
class Mimics:
    """All of one head.

    Attributes:
        spots: blobs.
        lenses: flat ones.
        falx_hu: density of the falx.
        tent_hu: density of the tentorium.
        artery_hu: density of the basal arteries.
        notes: what was put in, for the description.
    """

    spots: tuple[Spot, ...] = ()
    lenses: tuple[Lens, ...] = ()
    falx_hu: float = 52.0
    tent_hu: float = 46.0
    artery_hu: float = 42.0
    notes: tuple[str, ...] = field(default=())


def draw_mimics(rng: np.random.Generator, head: Head) -> Mimics:
    """Random mimics; older heads have more calcification."""
    spots: list[Spot] = []
    lenses: list[Lens] = []
    notes: list[str] = []
    old = head.age / 70.0

    def chance(p: float) -> bool:
        return bool(rng.random() < p)

    if chance(min(0.75 * old, 0.9)):
        notes.append("calcified pineal gland")
        spots.append(
            Spot(
                (0.0, 25.0, 2.0),
                (0.0, 27.0, 1.0),
                float(rng.uniform(1.5, 3.4)),
                float(rng.uniform(80, 500)),
                0.3,
                0.3,
            )
        )
    else:
        spots.append(Spot((0.0, 25.0, 2.0), (0.0, 27.0, 1.0), 3.0, 40.0))
    for side in (-1.0, 1.0):
        start, end = ((side * p[0], p[1], p[2]) for p in CHOROID)
        if chance(min(0.6 * old, 0.8)):
            notes.append(f"calcified choroid plexus, {'left' if side > 0 else 'right'}")
            spots.append(
                Spot(
                    start,
                    end,
                    float(rng.uniform(1.8, 4.2)),
                    float(rng.uniform(70, 450)),
                    0.35,
                    0.35,
                    edge_mm=1.8,
                )
            )
        else:
            spots.append(Spot(start, end, float(rng.uniform(2.0, 3.6)), float(rng.uniform(38, 52)), 0.3))
    if chance(0.22 * old):
        notes.append("calcified basal ganglia")
        hu, size = float(rng.uniform(50, 130)), float(rng.uniform(2.0, 5.0))
        for side in (-1.0, 1.0):
            y = float(rng.uniform(-6, 2))
            spots.append(
                Spot(
                    (side * 18.0, y, 0.0),
                    (side * 21.0, y + 8, 3.0),
                    size * float(rng.uniform(0.7, 1.1)),
                    hu,
                    0.4,
                    0.6,
                    edge_mm=2.5,
                )
            )
    falx = float(rng.uniform(48, 60))
    if chance(0.25 * old):
        notes.append("calcified or dense falx")
        falx = float(rng.uniform(65, 140))
        y, z = float(rng.uniform(-62, -30)), float(rng.uniform(15, 45))
        spots.append(
            Spot(
                (0.0, y, z),
                (0.0, y + float(rng.uniform(4, 18)), z + 5),
                float(rng.uniform(1.2, 2.8)),
                float(rng.uniform(150, 700)),
                0.3,
                0.2,
            )
        )
    tent = float(rng.uniform(42, 52))
    if chance(0.15):
        notes.append("dense tentorium")
        tent = float(rng.uniform(58, 72))
    artery = float(rng.uniform(38, 48))
    if chance(0.2):
        notes.append("dense or calcified basal arteries")
        artery = float(rng.uniform(56, 95))
    if chance(0.10):
        notes.append("old infarct")
        side = 1.0 if chance(0.5) else -1.0
        c = (side * float(rng.uniform(18, 52)), float(rng.uniform(-40, 75)), float(rng.uniform(-15, 45)))
        spots.append(
            Spot(
                c,
                (c[0] * 1.15, c[1] + float(rng.uniform(-8, 8)), c[2] + 4),
                float(rng.uniform(5, 18)),
                float(rng.uniform(8, 22)),
                0.5,
                edge_mm=3.0,
                tissue_only=True,
            )
        )
    if chance(0.15):
        notes.append("lacunes")
        for _ in range(int(rng.integers(1, 5))):
            c = (
                float(rng.choice([-1, 1])) * float(rng.uniform(10, 32)),
                float(rng.uniform(-20, 20)),
                float(rng.uniform(-2, 24)),
            )
            spots.append(Spot(c, c, float(rng.uniform(1.5, 3.2)), float(rng.uniform(8, 18)), 0.2))
    if chance(0.07):
        notes.append("small dense lesion (cavernoma or calcified granuloma)")
        c = (
            float(rng.choice([-1, 1])) * float(rng.uniform(12, 48)),
            float(rng.uniform(-50, 75)),
            float(rng.uniform(-20, 50)),
        )
        spots.append(Spot(c, c, float(rng.uniform(1.8, 5.0)), float(rng.uniform(75, 260)), 0.35, 0.35))
    if chance(0.06):
        notes.append("iso- to hyperdense tumor")
        c = (
            float(rng.choice([-1, 1])) * float(rng.uniform(15, 48)),
            float(rng.uniform(-45, 70)),
            float(rng.uniform(-15, 45)),
        )
        size = float(rng.uniform(5, 13))
        spots.append(Spot(c, c, size * 1.7, float(head.white_hu - 8), 0.4, edge_mm=6.0, tissue_only=True))
        spots.append(Spot(c, c, size, float(rng.uniform(38, 45)), 0.3, edge_mm=4.0))
    if chance(0.06):
        notes.append("meningioma")
        lenses.append(
            Lens(
                (float(rng.choice([-1, 1])) * 0.7, float(rng.uniform(-1, 1)), float(rng.uniform(0.0, 1.0))),
                float(rng.uniform(7, 15)),
                float(rng.uniform(7, 14)),
                float(rng.uniform(42, 52)),
            )
        )
    if chance(0.05):
        notes.append("subdural hygroma")
        lenses.append(
            Lens(
                (float(rng.choice([-1, 1])), float(rng.uniform(-0.9, 0.1)), float(rng.uniform(0.2, 0.9))),
                float(rng.uniform(35, 60)),
                float(rng.uniform(3, 8)),
                float(rng.uniform(8, 14)),
            )
        )
    if chance(0.22):
        notes.append("scalp hematoma")
        for _ in range(int(rng.integers(1, 3))):
            lenses.append(
                Lens(
                    (float(rng.uniform(-1, 1)), float(rng.uniform(-1, 1)), float(rng.uniform(-0.2, 0.9))),
                    float(rng.uniform(14, 34)),
                    float(rng.uniform(4, 12)),
                    float(rng.uniform(45, 72)),
                    scalp=True,
                )
            )
    if chance(0.05):
        notes.append("ventricular drain")
        side = 1.0 if chance(0.5) else -1.0
        spots.append(
            Spot(
                (side * 6.0, -14.0, 12.0),
                (side * 30.0, -36.0, 78.0),
                1.3,
                float(rng.uniform(90, 260)),
                0.0,
                outside=True,
            )
        )
    if chance(0.04):
        notes.append("metal clip")
        c = (float(rng.choice([-1, 1])) * float(rng.uniform(6, 20)), -8.0, -15.0)
        spots.append(Spot(c, (c[0] + 2, c[1] - 4, c[2] + 1), 1.6, 12000.0, 0.0))
    return Mimics(tuple(spots), tuple(lenses), falx, tent, artery, tuple(notes))


def paint_mimics(head: Head, block: Block, mimics: Mimics) -> None:
    """Paint all mimics over the anatomy."""
    for spot in mimics.spots:
        _paint_spot(head, block, spot)
    for lens in mimics.lenses:
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


__all__ = ["Lens", "Mimics", "Spot", "draw_mimics", "paint_mimics", "swell_scalp"]
