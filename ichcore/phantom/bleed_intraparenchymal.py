"""Intraparenchymal hematoma: an irregular body with edema and mass effect; the blend sign and its mimics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.bleed import Push
from ichcore.phantom.bleed_statistics import MEAN_HU, core_hu, draw_mean_hu
from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.phantom.shapes import Field, coverage, ellipsoid, ramp
from ichcore.phantom.vault import measure_base, measure_vault

if TYPE_CHECKING:
    from ichcore.phantom.block import Block

Site = tuple[str, tuple[float, float, float]]
"""Name of a place in the brain, and a point there (head coordinates, mm)."""
BLEND_SIGN_HU = 18.0
"""Least difference between the two parts of a blend sign (Li 2015)."""
MIMICS = ("heterogeneous", "swirl", "island", "black hole")
"""Textures that are no blend sign: a gradual change, dark streaks, small clots around the main one (Li 2017),
and a dark part that bright blood surrounds (Li 2016)."""
BRIGHT_HU = (67.0, 80.0)
"""Brighter part of a blend sign, from the faintest clot to the densest [ours, after pictures in Li 2015]."""
DARK_HU = 46.0
"""Least of its darker part: no darker than brain, or a reader sees one part and edema beside it [ours]."""
_SEEN_ML = 5.0
"""Smaller clots show no texture."""


class Intraparenchymal:
    """Blood in the brain's substance.

    Attributes:
        blend_sign: two parts at least :data:`BLEND_SIGN_HU` apart with a sharp border.
        mimic: one of :data:`MIMICS`, or none.
    """

    subtype = "intraparenchymal"

    def __init__(
        self,
        rng: np.random.Generator,
        head: Head,
        z_range: tuple[float, float],
        volume_ml: float,
        blend_sign: bool | None = None,
        site: Site | None = None,
        mimic: bool | None = None,
    ) -> None:
        self.blend_sign = bool(rng.random() < 0.12) if blend_sign is None else blend_sign
        self.mimic: str | None = None
        if not self.blend_sign and (bool(rng.random() < 0.3) if mimic is None else mimic):
            self.mimic = str(rng.choice(MIMICS)) if mimic or volume_ml > _SEEN_ML else MIMICS[0]
        self.volume_ml = 1.3 * max(volume_ml, _SEEN_ML if self.blend_sign or mimic else 0.15)
        self.radius_mm = float((self.volume_ml * 1000.0 * 3 / (4 * np.pi)) ** (1 / 3))
        self.place, self.centre = site or _place(rng, head, z_range, self.radius_mm)
        stretch = rng.uniform(0.62, 1.5, 3)
        self.axes = tuple((stretch / np.prod(stretch) ** (1 / 3)).tolist())
        self.turn = float(rng.uniform(-0.6, 0.6))
        self.rough = float(rng.uniform(0.14, 0.34))
        mean = draw_mean_hu(rng, self.subtype)
        bright = float(np.interp(mean, MEAN_HU[self.subtype][::2], BRIGHT_HU))
        self.drop_hu = 0.0
        if self.blend_sign:
            self.drop_hu = min(float(rng.uniform(21.0, 30.0)), bright - DARK_HU)
        elif self.mimic == "black hole":
            mean, self.drop_hu = max(mean, 47.0), float(rng.uniform(28.0, 34.0))
        elif self.mimic in {"heterogeneous", "swirl"}:
            self.drop_hu = float(rng.uniform(10.0, 22.0))
        if self.blend_sign or mimic:
            # a mimic that was asked for is as bright as a sign, so that brightness alone tells neither
            self.hu = bright
        else:
            self.hu = core_hu(mean, 30.0, 0.86 if self.volume_ml > 2 else 0.74)
            self.hu += (0.12 if self.mimic == "black hole" else 0.42) * self.drop_hu
        angle = rng.uniform(0, 2 * np.pi)
        self.normal = (float(np.cos(angle)), float(np.sin(angle)), float(rng.normal(0, 0.3)))
        self.cut = float(rng.uniform(-0.15, 0.25) * self.radius_mm)
        self.edema_mm = float(rng.uniform(0.15, 0.55) * self.radius_mm + rng.uniform(0.5, 4.0))
        self.edema_hu = float(rng.uniform(6, 12))
        self.islands = _islands(rng, self.centre, self.radius_mm) if self.mimic == "island" else ()
        x, y, z = (c + float(rng.uniform(-0.3, 0.3)) * self.radius_mm for c in self.centre)
        self.hole = (x, y, z)
        self.hole_mm = float(rng.uniform(0.22, 0.36) * self.radius_mm)
        kind = ", blend sign" if self.blend_sign else (f", {self.mimic}" if self.mimic else "")
        self.note = f"intraparenchymal, {self.place}, {self.volume_ml:.1f} mL{kind}"

    def pushes(self) -> tuple[Push, ...]:
        """Tissue is spread around the clot; a large one shifts the midline."""
        around = Push(self.centre, (0.0, 0.0, 0.0), self.radius_mm * 0.95, 2.2 * self.radius_mm + 6.0)
        if self.volume_ml < 15 or abs(self.centre[0]) < 10:
            return (around,)
        across = -float(np.sign(self.centre[0]))
        shift = min(0.09 * self.volume_ml, 9.0)
        return (around, Push((0.0, self.centre[1], self.centre[2]), (across, 0.0, 0.0), shift, 42.0))

    def heights(self) -> tuple[float, float]:
        """As far as clot and edema reach."""
        reach = 1.9 * self.radius_mm + self.edema_mm + 4.0
        return self.centre[2] - reach, self.centre[2] + reach

    def _distance(self, head: Head, block: Block) -> Field:
        x, y, z = block.x, block.y, block.z
        dx, dy, dz = (a - np.float32(c) for a, c in zip((x, y, z), self.centre, strict=True))
        cos, sin = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        ex, ey = (dx * cos + dy * sin) / self.axes[0], (dy * cos - dx * sin) / self.axes[1]
        radius = np.sqrt(ex * ex + ey * ey + (dz / self.axes[2]) ** 2)
        size = np.float32(self.radius_mm)
        lobes = block.noise("broad", sheets=True) * min(1.0, self.radius_mm / 12.0)
        lobes = lobes + 0.62 * block.noise("medium", sheets=True) * min(1.0, self.radius_mm / 6.0)
        distance = radius - size * (1.0 + np.float32(self.rough) * lobes)
        for x0, y0, z0, clot in self.islands:
            distance = np.minimum(distance, np.sqrt((x - x0) ** 2 + (y - y0) ** 2 + (z - z0) ** 2) - clot)
        return np.asarray(distance, np.float32)

    def darker(self, x: Field, y: Field, z: Field) -> Field:
        """Signed mm across the border of a blend sign, positive in its darker part (before it undulates)."""
        away = sum(
            (a - np.float32(c)) * np.float32(n)
            for a, c, n in zip((x, y, z), self.centre, self.normal, strict=True)
        )
        return np.asarray(away - np.float32(self.cut), np.float32)

    def cover(self, head: Head, block: Block) -> tuple[Field, Field] | None:
        """The clot; its edema is painted into the block first."""
        if not block.reaches(*self.heights()):
            return None
        distance = self._distance(head, block)
        if float(distance.min()) > self.edema_mm + 2:
            return None
        tissue = block.parts["cavity"] * (1.0 - block.parts["ventricle"])
        rim = ramp(self.edema_mm - distance, -0.35 * self.edema_mm, 0.6 * self.edema_mm)
        open_space = block.parts["subarachnoid"]
        rim = rim * tissue * (1.0 - open_space) * (0.45 + 0.55 * block.parts["white"])
        block.hu -= np.float32(self.edema_hu) * rim
        share = coverage(distance, 1.5) * tissue
        if float(share.max()) <= 0.0:
            return None
        medium = block.noise("medium", sheets=True)
        hu = np.float32(self.hu + head.offset_hu) + 1.6 * medium
        drop = np.float32(self.drop_hu)
        if self.blend_sign:
            hu = hu - drop * ramp(self.darker(block.x, block.y, block.z) + 1.6 * medium, -0.9, 0.9)
        elif self.mimic == "heterogeneous":
            hu = hu - drop * ramp(0.9 * medium + block.noise("broad", sheets=True), -1.2, 1.2)
        elif self.mimic == "swirl":
            hu = hu - drop * ramp(0.55 - np.abs(medium), 0.0, 0.4) * ramp(-distance, 0.5, 2.5)
        elif self.mimic == "black hole":
            hole = ellipsoid(block.x, block.y, block.z, self.hole, (self.hole_mm,) * 3) + 1.2 * medium
            hu = hu - drop * ramp(-np.maximum(hole, distance + 2.5), -0.7, 0.7)
        hu = hu + 2.5 * ramp(-distance, 0.0, 0.7 * self.radius_mm)
        return share, np.asarray(hu, np.float32)


def _islands(
    rng: np.random.Generator, centre: tuple[float, float, float], radius_mm: float
) -> tuple[tuple[float, float, float, float], ...]:
    """Three to six small clots just outside the main one: x, y, z and radius, mm."""
    clots = []
    for _ in range(int(rng.integers(3, 7))):
        ray = rng.normal(0.0, 1.0, 3) * (1.0, 1.0, 0.4)
        away = ray / np.linalg.norm(ray) * radius_mm * rng.uniform(1.15, 1.7)
        x, y, z = (float(c + a) for c, a in zip(centre, away, strict=True))
        clots.append((x, y, z, float(rng.uniform(1.8, 4.0))))
    return tuple(clots)


def _place(rng: np.random.Generator, head: Head, z_range: tuple[float, float], radius_mm: float) -> Site:
    """A site and centre that keeps the clot inside the cavity and among the slices."""
    sites = ["basal ganglia", "thalamus", "lobar", "pons", "cerebellum"]
    odds = np.array([0.34, 0.16, 0.34, 0.06, 0.10])
    if radius_mm > 11:
        odds[3] = 0.0
    if z_range[0] > -38:
        odds[3:] = 0.0
    for _ in range(40):
        site = str(rng.choice(sites, p=odds / odds.sum()))
        side = 1.0 if rng.random() < 0.5 else -1.0
        centre = {
            "basal ganglia": (side * rng.uniform(23, 31), rng.uniform(-12, 8), rng.uniform(-3, 10)),
            "thalamus": (side * rng.uniform(9, 15), rng.uniform(8, 17), rng.uniform(2, 9)),
            "lobar": (side * rng.uniform(14, 52), rng.uniform(-55, 82), rng.uniform(-25, 58)),
            "pons": (rng.normal(0, 3), rng.uniform(21, 26), rng.uniform(-36, -26)),
            "cerebellum": (side * rng.uniform(8, 36), rng.uniform(52, 76), rng.uniform(-44, -26)),
        }[site]
        point = tuple(np.array([c], np.float32) for c in centre)
        depth = min(float(measure_vault(head, *point)[0]), float(measure_base(*point)[0]))
        if z_range[0] + 3 < centre[2] < z_range[1] - 8 and depth > min(0.8 * radius_mm, 18.0) + 2.0:
            return site, (float(centre[0]), float(centre[1]), float(centre[2]))
    z = float(np.clip(10.0, z_range[0] + 4, max(z_range[1] - 10, z_range[0] + 5)))
    return "deep", (26.0, VAULT_CENTRE[1] - 10.0, z)
