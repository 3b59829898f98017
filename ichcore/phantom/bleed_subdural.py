"""Subdural hematoma: a crescent over a hemisphere, a band along the falx, or a sheet on the tentorium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed import Push
from ichcore.phantom.bleed_epidural import LEAST_HEIGHT_MM, _into_range
from ichcore.phantom.bleed_extraaxial import Patch, patch_towards
from ichcore.phantom.bleed_statistics import core_hu, draw_mean_hu
from ichcore.phantom.posterior_fossa import incisura, tentorium_height
from ichcore.phantom.shapes import Field, coverage, ramp

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head


class Subdural:
    """Blood over the convexity, crossing sutures but not the falx or tentorium; acute to chronic."""

    subtype = "subdural"

    def __init__(
        self,
        rng: np.random.Generator,
        head: Head,
        z_range: tuple[float, float],
        volume_ml: float,
        side: float | None = None,
        patch: Patch | None = None,
    ) -> None:
        if patch is not None:
            side = float(np.sign(patch.point[0]))
        side = side or (1.0 if rng.random() < 0.5 else -1.0)
        self.side = side
        ray = (side, rng.uniform(-0.6, 0.6), rng.uniform(-0.1, 0.7))
        self.patch = patch_towards(head, ray)
        self.patch = patch or patch_towards(head, _into_range(self.patch.ray, self.patch.point, z_range))
        self.volume_ml = 1.6 * max(volume_ml, 0.25)
        ratio = float(rng.uniform(0.05, 0.12))
        radius = float((self.volume_ml * 1000.0 / (0.7 * np.pi * ratio)) ** (1 / 3))
        self.height_mm = float(np.clip(radius * ratio, LEAST_HEIGHT_MM, 24.0))
        self.radius_mm = float(np.sqrt(self.volume_ml * 1000.0 / (0.7 * np.pi * self.height_mm)))
        self.stretch = float(rng.uniform(0.7, 1.0))
        mean = draw_mean_hu(rng, self.subtype)
        # a thick crescent fills its voxels, a thin one shares them with brain and bone
        self.hu = core_hu(mean + 1.5, 33.0, 0.8 if self.height_mm < 6.0 else 0.93)
        kinds = ["even", "level", "mixed"]
        self.kind = str(rng.choice(kinds, p=[0.55, 0.2, 0.25] if self.height_mm > 6 else [0.85, 0.0, 0.15]))
        self.contrast = float(rng.uniform(10, 24))
        self.level_y = self.patch.point[1] + float(rng.uniform(-12, 15))
        self.note = (
            f"subdural, convexity {'left' if side > 0 else 'right'}, {self.kind}, {self.volume_ml:.1f} mL"
        )

    def pushes(self) -> tuple[Push, ...]:
        """The hemisphere is pressed inwards and, by large bleeds, across the midline."""
        inward = tuple(-c for c in self.patch.ray)
        reach = float(np.clip(0.8 * self.radius_mm, 12.0, 45.0))
        return (Push(self.patch.point, (inward[0], inward[1], inward[2]), 0.75 * self.height_mm, reach),)

    def heights(self) -> tuple[float, float]:
        """As far as the crescent reaches."""
        pz = self.patch.point[2]
        return pz - self.radius_mm - 12, pz + self.radius_mm + 12

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """Blood under the bone where the crescent is thicker than the point is deep."""
        pz = self.patch.point[2]
        if not block.reaches(*self.heights()):
            return None
        x, y, z = block.x, block.y, block.z
        total, forward, up = block.along(self.patch)
        sideways = np.maximum(total * total - forward * forward - up * up, 0.0)
        rho2 = (forward * forward + sideways + (up / np.float32(self.stretch)) ** 2) / np.float32(
            self.radius_mm**2
        )
        noise = block.noise("broad")
        medium = block.noise("medium", sheets=True)
        rho2 = rho2 * (1.0 + 0.25 * noise)
        height = np.float32(self.height_mm) * np.sqrt(np.clip(1.0 - rho2, 0.0, 1.0)) * (1.0 + 0.12 * medium)
        height = height * ramp(x * np.float32(self.side), 0.0, 3.0)
        if block.z_low < 10:
            height = height * ramp(z - tentorium_height(x, y), -1.0, 1.0 + 1e-3) if pz > -20 else height
        # the brain's surface undulates against the blood
        share = (
            coverage(block.depth - height, 1.4) * coverage(-block.depth, 1.0) * coverage(0.4 - height, 0.6)
        )
        if float(share.max()) <= 0.0:
            return None
        return share, self._density(head, block, medium)

    def _density(self, head: Head, block: Block, medium: Field) -> Field:
        hu = np.float32(self.hu + head.offset_hu) + 1.8 * medium
        if self.kind == "level":
            hu = hu + np.float32(self.contrast) * (ramp(block.y - np.float32(self.level_y), -4.0, 4.0) - 0.5)
        elif self.kind == "mixed":
            broad = block.noise("broad", sheets=True)
            hu = hu + np.float32(self.contrast) * (ramp(medium + broad, -0.5, 0.6) - 0.5)
        return np.asarray(hu, np.float32)


class FoldSubdural:
    """Thin blood along the falx or on the tentorium."""

    subtype = "subdural"

    def __init__(self, rng: np.random.Generator, head: Head, z_range: tuple[float, float]) -> None:
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        self.where = str(rng.choice(["falx", "tentorium"], p=[0.65, 0.35])) if z_range[0] < -10 else "falx"
        back = rng.random() < 0.65
        y = rng.uniform(45, 85) if back else rng.uniform(-55, -25)
        z = float(np.clip(rng.uniform(10, 50), z_range[0] + 8, max(z_range[1] - 10, z_range[0] + 9)))
        self.centre = (0.0, float(y), z)
        self.length_mm = float(rng.uniform(10, 30))
        self.height_mm = float(rng.uniform(8, 22))
        self.width_mm = float(rng.uniform(2.4, 5.0))
        self.hu = core_hu(draw_mean_hu(rng, self.subtype) + 1.0, 34.0, 0.72)
        del head
        self.note = (
            f"subdural along the {self.where}, {'left' if self.side > 0 else 'right'}, {self.width_mm:.1f} mm"
        )

    def pushes(self) -> tuple[Push, ...]:
        """Too thin to push."""
        return ()

    def heights(self) -> tuple[float, float]:
        """As far as it reaches along the falx; all of the tentorium."""
        if self.where == "tentorium":
            return -30.0, 14.0
        return self.centre[2] - self.height_mm - 3, self.centre[2] + self.height_mm + 3

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """Blood beside the fold."""
        if not block.reaches(*self.heights()):
            return None
        x, y, z = block.x, block.y, block.z
        along = (y - np.float32(self.centre[1])) / np.float32(self.length_mm)
        noise = block.noise("medium", sheets=True)
        if self.where == "falx":
            up = (z - np.float32(self.centre[2])) / np.float32(self.height_mm)
            width = (
                np.float32(self.width_mm)
                * np.sqrt(np.clip(1.0 - along * along - up * up, 0, 1))
                * (1 + 0.2 * noise)
            )
            off = x * np.float32(self.side)
            share = coverage(np.maximum(off - width, -off + 0.2), 1.0)
        else:
            wide = (np.abs(x) - 32.0) / 24.0
            behind = (y - 60.0) / 26.0
            width = np.float32(self.width_mm) * np.sqrt(np.clip(1.0 - wide * wide - behind * behind, 0, 1))
            off = (z - tentorium_height(x, y)) * 0.88
            share = coverage(np.maximum(off - width * (1 + 0.2 * noise), 0.1 - off), 1.0)
            share = share * ramp(x * np.float32(self.side), 0, 4) * coverage(-incisura(x, y), 1.0)
        share = share * coverage(0.3 - width, 0.6) * block.parts["cavity"]
        if float(share.max()) <= 0.0:
            return None
        return np.asarray(share, np.float32), np.asarray(
            np.float32(self.hu + head.offset_hu) + 1.5 * noise, np.float32
        )
