"""Epidural hematoma: a lens between bone and dura that sutures hold back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed import Push
from ichcore.phantom.bleed_extraaxial import Patch, patch_towards
from ichcore.phantom.bleed_statistics import core_hu, draw_mean_hu
from ichcore.phantom.shapes import Field, coverage, ramp
from ichcore.phantom.skull import suture_distances

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head


LEAST_HEIGHT_MM = 2.6
"""Thinner ones cannot be told from the bone's partial volume, so no reader's mask holds them [ours]."""


class Epidural:
    """A biconvex collection; its radius and height follow from its volume."""

    subtype = "epidural"

    def __init__(
        self,
        rng: np.random.Generator,
        head: Head,
        z_range: tuple[float, float],
        volume_ml: float,
        patch: Patch | None = None,
    ) -> None:
        side = 1.0 if rng.random() < 0.5 else -1.0
        place = rng.choice(["temporal", "parietal", "frontal", "posterior fossa"], p=[0.4, 0.3, 0.2, 0.1])
        ray = {
            "temporal": (side, rng.uniform(-0.35, 0.35), rng.uniform(-0.35, 0.05)),
            "parietal": (side, rng.uniform(0.1, 0.8), rng.uniform(0.15, 0.75)),
            "frontal": (side * rng.uniform(0.4, 0.9), -1.0, rng.uniform(-0.1, 0.6)),
            "posterior fossa": (side * rng.uniform(0.3, 0.7), 1.0, rng.uniform(-0.65, -0.45)),
        }[str(place)]
        self.patch = patch_towards(head, ray)
        self.patch = patch_towards(head, _into_range(self.patch.ray, self.patch.point, z_range))
        if patch is not None:
            self.patch, place, side = patch, "convexity", float(np.sign(patch.point[0]))
        self.volume_ml = 1.5 * max(volume_ml, 0.2)
        # a lens of base radius a and height h holds about 0.5·π·a²·h; the ratio falls with size
        ratio = float(rng.uniform(0.24, 0.42))
        self.radius_mm = float((self.volume_ml * 1000.0 / (0.5 * np.pi * ratio)) ** (1 / 3))
        self.height_mm = float(max(self.radius_mm * ratio, LEAST_HEIGHT_MM))
        self.radius_mm = float(np.sqrt(self.volume_ml * 1000.0 / (0.5 * np.pi * self.height_mm)))
        self.hu = core_hu(draw_mean_hu(rng, self.subtype) + 4.0, 35.0, 0.95)
        self.swirl = float(rng.choice([0.0, rng.uniform(4, 12)], p=[0.6, 0.4]))
        self.note = f"epidural, {place}, {'left' if side > 0 else 'right'}, {self.volume_ml:.1f} mL"
        coronal, lambdoid, _ = suture_distances(*(np.array([c], np.float32) for c in self.patch.point))
        self.signs = (float(np.sign(coronal[0])), float(np.sign(lambdoid[0])))
        self.bound = place != "posterior fossa"

    def pushes(self) -> tuple[Push, ...]:
        """The brain gives way inwards."""
        inward = tuple(-c for c in self.patch.ray)
        reach = max(0.85 * self.radius_mm, 8.0)
        return (Push(self.patch.point, (inward[0], inward[1], inward[2]), 0.8 * self.height_mm, reach),)

    def heights(self) -> tuple[float, float]:
        """As far as the lens reaches."""
        pz = self.patch.point[2]
        return pz - self.radius_mm - 8, pz + self.radius_mm + 8

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """Blood under the bone where the lens is thicker than the point is deep."""
        if not block.reaches(*self.heights()):
            return None
        distance, _, _ = block.along(self.patch)
        noise = block.noise("broad")
        rho = distance * (1.0 + 0.10 * noise) / np.float32(self.radius_mm)
        dome = np.float32(self.height_mm) * np.clip(1.0 - rho * rho, 0.0, 1.0)
        if self.bound:
            coronal, lambdoid, _ = suture_distances(block.x, block.y, block.z)
            for away, sign in zip((coronal, lambdoid), self.signs, strict=True):
                dome = dome * ramp(away * np.float32(sign), -2.0, 5.0)
        share = coverage(block.depth - dome, 1.1) * coverage(-block.depth, 1.0) * coverage(0.25 - dome, 0.5)
        if float(share.max()) <= 0.0:
            return None
        texture = block.noise("medium", sheets=True)
        hu = np.float32(self.hu + head.offset_hu) + 1.5 * texture
        hu = hu - np.float32(self.swirl) * ramp(texture, 0.2, 1.2)
        return share, np.asarray(hu, np.float32)


def _into_range(
    ray: tuple[float, float, float], point: tuple[float, float, float], z_range: tuple[float, float]
) -> tuple[float, float, float]:
    """The ray turned up or down so that its point lies among the slices."""
    low, high = z_range[0] + 6.0, z_range[1] - 12.0
    if low <= point[2] <= high:
        return ray
    shift = (min(max(point[2], low), high) - point[2]) / 65.0
    return (ray[0], ray[1], ray[2] + shift)
