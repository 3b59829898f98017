"""Intraventricular hemorrhage: sediment with a level, a cast, or a clot in the midline ventricles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed_statistics import core_hu, draw_mean_hu
from ichcore.phantom.shapes import Field, ramp

if TYPE_CHECKING:
    from ichcore.phantom.bleed import Push
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head


class Intraventricular:
    """Blood inside the ventricular system; the patient lies on the back, so it settles backwards."""

    subtype = "intraventricular"

    def __init__(self, rng: np.random.Generator, head: Head, z_range: tuple[float, float]) -> None:
        kinds, odds = ["level", "cast", "third", "fourth"], np.array([0.48, 0.3, 0.12, 0.1])
        if z_range[0] > -30:
            odds[3] = 0.0
        if z_range[0] > -4:
            odds[2] = 0.0
        self.kind = str(rng.choice(kinds, p=odds / odds.sum()))
        self.sides = [(1.0,), (-1.0,), (1.0, -1.0)][int(rng.integers(3))]
        self.level_y = float(rng.uniform(42, 60)) if rng.random() < 0.8 else float(rng.uniform(25, 42))
        self.level_offset = float(rng.normal(0, 3))
        self.tilt = float(rng.normal(0, 0.05))
        self.centre_y = float(rng.uniform(-25, 30))
        self.length_mm = float(rng.uniform(14, 45))
        self.hu = core_hu(draw_mean_hu(rng, self.subtype), 20.0, 0.8)
        self.blur_mm = float(rng.uniform(0.8, 3.5))
        del head
        self.note = f"intraventricular, {self.kind}"

    def pushes(self) -> tuple[Push, ...]:
        """A full cast widens its ventricle a little; the rest does not push."""
        return ()

    def heights(self) -> tuple[float, float]:
        """Of the whole ventricular system."""
        return -60.0, 45.0

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """Blood in the part of the ventricles that this bleed fills."""
        ventricle = block.parts["ventricle"]
        if float(ventricle.max()) <= 0.0:
            return None
        x, y, z = block.bx, block.by, block.bz
        noise = block.noise("medium", sheets=True)
        if self.kind in {"level", "cast"}:
            lateral = block.parts["lateral"]
            share = np.clip(0.5 - (lateral - 0.3) / 1.1, 0.0, 1.0) * block.parts["cavity"]
            side = np.zeros_like(share)
            for sign in self.sides:
                side = np.maximum(side, ramp(x * np.float32(sign), -0.5, 0.5))
            if self.kind == "level":
                back = y - np.float32(self.level_y) - np.float32(self.tilt) * x - 0.6 * noise
                fill = ramp(back, -self.blur_mm, self.blur_mm)
            else:
                along = np.abs(y - np.float32(self.centre_y)) - np.float32(self.length_mm) + 3.0 * noise
                fill = ramp(-along, -2.0, 2.0) * ramp(z, -12, -4)
            share = share * side * fill
        else:
            distance = block.parts[self.kind]
            share = (
                np.clip(0.5 - (distance - 0.6) / 1.1, 0.0, 1.0)
                * ramp(noise, -1.6, -0.6)
                * block.parts["cavity"]
            )
        if float(share.max()) <= 0.02:
            return None
        hu = np.float32(self.hu + head.offset_hu) + 2.0 * noise
        return np.asarray(share, np.float32), np.asarray(hu, np.float32)
