"""What is bright or dark and no acute bleed: hard negatives, with and without bleeds in the same head."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ichcore.phantom.ventricles import CHOROID

if TYPE_CHECKING:
    import numpy as np

    from ichcore.phantom.head import Head

Point = tuple[float, float, float]
Point2 = tuple[float, float]


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
    sketch = _Sketch(rng, head)
    sketch.calcifications()
    falx, tent, artery = sketch.dense_folds()
    sketch.old_damage()
    sketch.masses()
    sketch.extracranial_and_devices()
    return Mimics(tuple(sketch.spots), tuple(sketch.lenses), falx, tent, artery, tuple(sketch.notes))


class _Sketch:
    """The mimics of one head while they are drawn, one group after another."""

    def __init__(self, rng: np.random.Generator, head: Head) -> None:
        self.rng, self.head = rng, head
        self.old = head.age / 70.0
        self.spots: list[Spot] = []
        self.lenses: list[Lens] = []
        self.notes: list[str] = []

    def chance(self, probability: float, note: str = "") -> bool:
        """Whether it happens; noted if so."""
        happens = bool(self.rng.random() < probability)
        if happens and note:
            self.notes.append(note)
        return happens

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def side(self) -> float:
        return 1.0 if self.rng.random() < 0.5 else -1.0

    def somewhere(self, x: Point2, y: Point2, z: Point2) -> Point:
        """A point on either side with |x|, y and z in the given ranges, mm."""
        return (self.side() * self.between(*x), self.between(*y), self.between(*z))

    def calcifications(self) -> None:
        """Pineal gland, choroid plexus, basal ganglia."""
        between = self.between
        pineal = ((0.0, 25.0, 2.0), (0.0, 27.0, 1.0))
        if self.chance(min(0.75 * self.old, 0.9), "calcified pineal gland"):
            self.spots.append(Spot(*pineal, between(1.5, 3.4), between(80, 500), 0.3, 0.3))
        else:
            self.spots.append(Spot(*pineal, 3.0, 40.0))
        for side, name in ((-1.0, "right"), (1.0, "left")):
            start, end = ((side * p[0], p[1], p[2]) for p in CHOROID)
            if self.chance(min(0.6 * self.old, 0.8), f"calcified choroid plexus, {name}"):
                self.spots.append(
                    Spot(start, end, between(1.8, 4.2), between(70, 450), 0.35, 0.35, edge_mm=1.8)
                )
            else:
                self.spots.append(Spot(start, end, between(2.0, 3.6), between(38, 52), 0.3))
        if self.chance(0.22 * self.old, "calcified basal ganglia"):
            hu, size = between(50, 130), between(2.0, 5.0)
            for side in (-1.0, 1.0):
                y = between(-6, 2)
                ends = ((side * 18.0, y, 0.0), (side * 21.0, y + 8, 3.0))
                self.spots.append(Spot(*ends, size * between(0.7, 1.1), hu, 0.4, 0.6, edge_mm=2.5))

    def dense_folds(self) -> Point:
        """HU of falx, tentorium and basal arteries."""
        between = self.between
        falx, tent, artery = between(48, 60), between(42, 52), between(38, 48)
        if self.chance(0.25 * self.old, "calcified or dense falx"):
            falx = between(65, 140)
            y, z = between(-62, -30), between(15, 45)
            end = (0.0, y + between(4, 18), z + 5)
            self.spots.append(Spot((0.0, y, z), end, between(1.2, 2.8), between(150, 700), 0.3, 0.2))
        if self.chance(0.15, "dense tentorium"):
            tent = between(58, 72)
        if self.chance(0.2, "dense or calcified basal arteries"):
            artery = between(56, 95)
        return falx, tent, artery

    def old_damage(self) -> None:
        """Old infarcts and lacunes: dark, and never a bleed."""
        between = self.between
        if self.chance(0.10, "old infarct"):
            c = self.somewhere((18, 52), (-40, 75), (-15, 45))
            end = (c[0] * 1.15, c[1] + between(-8, 8), c[2] + 4)
            self.spots.append(
                Spot(c, end, between(5, 18), between(8, 22), 0.5, edge_mm=3.0, tissue_only=True)
            )
        if self.chance(0.15, "lacunes"):
            for _ in range(int(self.rng.integers(1, 5))):
                c = self.somewhere((10, 32), (-20, 20), (-2, 24))
                self.spots.append(Spot(c, c, between(1.5, 3.2), between(8, 18), 0.2))

    def masses(self) -> None:
        """Cavernoma, tumor, meningioma, hygroma."""
        between = self.between
        if self.chance(0.07, "small dense lesion (cavernoma or calcified granuloma)"):
            c = self.somewhere((12, 48), (-50, 75), (-20, 50))
            self.spots.append(Spot(c, c, between(1.8, 5.0), between(75, 260), 0.35, 0.35))
        if self.chance(0.06, "iso- to hyperdense tumor"):
            c = self.somewhere((15, 48), (-45, 70), (-15, 45))
            size = between(5, 13)
            edema = float(self.head.white_hu - 8)
            self.spots.append(Spot(c, c, size * 1.7, edema, 0.4, edge_mm=6.0, tissue_only=True))
            self.spots.append(Spot(c, c, size, between(38, 45), 0.3, edge_mm=4.0))
        if self.chance(0.06, "meningioma"):
            ray = (self.side() * 0.7, between(-1, 1), between(0.0, 1.0))
            self.lenses.append(Lens(ray, between(7, 15), between(7, 14), between(42, 52)))
        if self.chance(0.05, "subdural hygroma"):
            ray = (self.side(), between(-0.9, 0.1), between(0.2, 0.9))
            self.lenses.append(Lens(ray, between(35, 60), between(3, 8), between(8, 14)))

    def extracranial_and_devices(self) -> None:
        """Scalp hematoma, drain, clip."""
        between = self.between
        if self.chance(0.22, "scalp hematoma"):
            for _ in range(int(self.rng.integers(1, 3))):
                ray = (between(-1, 1), between(-1, 1), between(-0.2, 0.9))
                self.lenses.append(Lens(ray, between(14, 34), between(4, 12), between(45, 72), scalp=True))
        if self.chance(0.05, "ventricular drain"):
            side = self.side()
            ends = ((side * 6.0, -14.0, 12.0), (side * 30.0, -36.0, 78.0))
            self.spots.append(Spot(*ends, 1.3, between(90, 260), 0.0, outside=True))
        if self.chance(0.04, "metal clip"):
            c = (self.side() * between(6, 20), -8.0, -15.0)
            self.spots.append(Spot(c, (c[0] + 2, c[1] - 4, c[2] + 1), 1.6, 12000.0, 0.0))
