"""What every bleed is: a body of blood placed in an anatomy, with the push it gives to the brain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head
    from ichcore.phantom.shapes import Field


@dataclass(frozen=True)
class Push:
    """Displacement of brain tissue by a mass: a smooth bump that moves tissue along ``direction``.

    Attributes:
        centre: where it is strongest (head coordinates, mm).
        direction: unit vector that the tissue moves along; zero for a push away from the centre.
        amount_mm: displacement at the centre (for an outward push: radius of the mass).
        reach_mm: how far it carries.
    """

    centre: tuple[float, float, float]
    direction: tuple[float, float, float]
    amount_mm: float
    reach_mm: float


class Bleed(Protocol):
    """One bleed; knows nothing of slices, noise or files.

    Attributes:
        subtype: its class.
        note: one phrase for the case's description.
    """

    subtype: str
    note: str

    def pushes(self) -> tuple[Push, ...]:
        """The mass effect; empty for bleeds that fill what is open already."""
        ...

    def heights(self) -> tuple[float, float]:
        """Lowest and highest z (head coordinates, mm) that it may cover."""
        ...

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """Share of blood (0–1) and its HU at each point of the block; ``None`` where it does not reach."""
        ...


class MassEffect:
    """All pushes of a case as one warp (see :data:`ichcore.phantom.block.Warp`)."""

    def __init__(self, pushes: tuple[Push, ...]) -> None:
        self.pushes = pushes

    def __call__(self, x: Field, y: Field, z: Field) -> tuple[Field, Field, Field]:
        """Where the tissue now at (x, y, z) came from."""
        ox, oy, oz = x.copy(), y.copy(), z.copy()
        for push in self.pushes:
            dx, dy, dz = (a - np.float32(c) for a, c in zip((x, y, z), push.centre, strict=True))
            squared = dx * dx + dy * dy + dz * dz
            if push.direction == (0.0, 0.0, 0.0):
                # tissue spread around a ball: conserve its volume near, fade it out far
                radius = np.sqrt(squared) + np.float32(1e-3)
                inner = np.float32(0.55 * push.amount_mm**3)
                came = np.cbrt(np.maximum(radius**3 - inner, 0.02 * radius**3))
                fade = np.exp(-squared / np.float32(2 * push.reach_mm**2))
                scale = (came - radius) / radius * fade
                ox += dx * scale
                oy += dy * scale
                oz += dz * scale
            else:
                bump = np.float32(push.amount_mm) * np.exp(-squared / np.float32(2 * push.reach_mm**2))
                ox -= bump * np.float32(push.direction[0])
                oy -= bump * np.float32(push.direction[1])
                oz -= bump * np.float32(push.direction[2])
        return ox, oy, oz
