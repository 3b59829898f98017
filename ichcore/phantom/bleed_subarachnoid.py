"""Subarachnoid hemorrhage: blood in place of the CSF of sulci, fissures and cisterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed_statistics import core_hu, draw_mean_hu
from ichcore.phantom.shapes import Field, ramp

if TYPE_CHECKING:
    from ichcore.phantom.bleed import Push
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head


class Subarachnoid:
    """A patchy region of the subarachnoid space: convexity sulci, a Sylvian fissure or the basal cisterns."""

    subtype = "subarachnoid"

    def __init__(
        self,
        rng: np.random.Generator,
        head: Head,
        z_range: tuple[float, float],
        centre: tuple[float, float, float] | None = None,
    ) -> None:
        side = 1.0 if rng.random() < 0.5 else -1.0
        choices, odds = (
            ["convexity", "sylvian", "basal", "interhemispheric"],
            np.array([0.45, 0.25, 0.2, 0.1]),
        )
        if z_range[0] > -12:
            odds[2] = 0.0
        if z_range[0] > 12:
            odds[1] = 0.0
        if z_range[1] < 12:
            odds[[0, 3]] = 0.0
        self.place = str(rng.choice(choices, p=odds / odds.sum()))
        low, high = z_range[0] + 6, z_range[1] - 14
        angle = rng.uniform(0, 2 * np.pi)
        centres = {
            "convexity": (
                side * abs(48 * np.cos(angle)) + side * 4,
                16 + 66 * np.sin(angle),
                rng.uniform(5, 55),
            ),
            "sylvian": (side * rng.uniform(36, 48), rng.uniform(-20, 14), rng.uniform(-8, 10)),
            "basal": (side * rng.uniform(0, 10), rng.uniform(-6, 16), -15.0),
            "interhemispheric": (0.0, rng.uniform(-55, -15), rng.uniform(0, 30)),
        }
        x, y, z = centres[self.place]
        self.centre = (float(x), float(y), float(np.clip(z, low, max(high, low + 1))))
        if centre is not None:
            self.place, self.centre = "sulci" if centre[2] > 0 else "basal", centre
        radii = {
            "convexity": (7, 20),
            "sulci": (8, 22),
            "sylvian": (8, 18),
            "basal": (9, 20),
            "interhemispheric": (8, 18),
        }
        self.radius_mm = float(rng.uniform(*radii[self.place]))
        self.hu = core_hu(draw_mean_hu(rng, self.subtype), 24.0, 0.72)
        self.patchy = float(rng.uniform(0.2, 0.9))
        # clot distends the sulcus it fills
        self.swell_mm = float(rng.uniform(0.25, 1.0))
        del head
        self.note = f"subarachnoid, {self.place}, radius {self.radius_mm:.0f} mm"

    def pushes(self) -> tuple[Push, ...]:
        """None: it fills what is open."""
        return ()

    def heights(self) -> tuple[float, float]:
        """As far as the region reaches."""
        return self.centre[2] - 1.2 * self.radius_mm, self.centre[2] + 1.2 * self.radius_mm

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """Blood wherever the region holds subarachnoid CSF."""
        cx, cy, cz = self.centre
        if not block.reaches(*self.heights()):
            return None
        x, y, z = block.bx, block.by, block.bz
        away = np.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / np.float32(self.radius_mm)
        broad = block.noise("medium")
        region = ramp(1.0 - away + 0.35 * self.patchy * broad, 0.0, 0.22)
        space = np.clip(np.float32(0.5) - (block.parts["sulcus"] - np.float32(self.swell_mm)) * 0.8, 0.0, 1.0)
        space = space * (1.0 - block.parts["ventricle"]) * block.parts["cavity"]
        share = np.asarray(region * space, np.float32)
        if float(share.max()) <= 0.02:
            return None
        hu = np.float32(self.hu + head.offset_hu) + 2.5 * broad
        return share, np.asarray(np.broadcast_to(hu, share.shape), np.float32)
