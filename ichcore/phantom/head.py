"""One person's head: the numbers from which all anatomy follows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.random_fields import RandomField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VAULT_CENTRE = (0.0, 16.0, 4.0)
"""Centre of the cranial vault. Head coordinates are LPS mm with the mid-commissural point as origin:
x to the patient's left, y to the back, z up."""


@dataclass(frozen=True, eq=False)
class Head:
    """Anatomy of one phantom; lengths in mm, tissue in HU.

    Attributes:
        age: years; drives atrophy, ventricles, leukoaraiosis and calcification.
        atrophy: 0 (tight, young brain) to 1 (marked).
        half_width: of the inner table at its widest.
        half_length: of the inner table, front to back.
        height_up: from the vault's centre to the inner table at the vertex.
        height_down: the same downwards (cut by the skull base).
        front_narrowing: how much narrower the forehead is than the parietal bossing, 0–0.25.
        skull_mm: mean thickness of the vault.
        scalp_mm: mean thickness of the scalp.
        csf_rim_mm: CSF between brain and inner table over the convexity.
        sulcus_mm: half width of an average sulcus at its mouth.
        sylvian_mm: half width of the Sylvian fissure.
        cortex_mm: thickness of the grey ribbon.
        ventricle: scale of ventricular cross-sections, 1 = middle age.
        grey_hu: cortex and nuclei.
        white_hu: white matter.
        csf_hu: cerebrospinal fluid.
        offset_hu: calibration of the scanner, added to all soft tissue.
        leukoaraiosis: 0–1.
        sinus_hu: flowing blood in the venous sinuses.
        frontal_sinus: size 0–1.3.
        cistern_mm: how much wider than usual the cisterna magna is, and the valley between the cerebellar
            hemispheres; 0 in most heads.
        fossa_hu: how much brighter the cerebellum looks between the thick bones around it.
        fields: named random fields.
    """

    age: float
    atrophy: float
    half_width: float
    half_length: float
    height_up: float
    height_down: float
    front_narrowing: float
    skull_mm: float
    scalp_mm: float
    csf_rim_mm: float
    sulcus_mm: float
    sylvian_mm: float
    cortex_mm: float
    ventricle: float
    ventricle_asymmetry: float
    grey_hu: float
    white_hu: float
    csf_hu: float
    offset_hu: float
    leukoaraiosis: float
    sinus_hu: float
    frontal_sinus: float
    diploe: float
    seed: int
    fields: dict[str, RandomField] = field(default_factory=dict)
    cistern_mm: float = 0.0
    fossa_hu: float = 0.0

    def with_wide_cistern(self) -> Head:
        """The same head with a large cisterna magna beside a bright cerebellum, which look like a bleed."""
        rng = np.random.default_rng([self.seed, 29])
        return replace(self, cistern_mm=float(rng.uniform(3.0, 14.0)), fossa_hu=float(rng.uniform(2.0, 11.0)))


_FIELDS: dict[str, Callable[[np.random.Generator], RandomField]] = {
    "warp_x": lambda rng: RandomField(rng, 95, nodes=24),
    "warp_y": lambda rng: RandomField(rng, 95, nodes=24),
    "warp_z": lambda rng: RandomField(rng, 95, nodes=24),
    "skull": lambda rng: RandomField(rng, 42, nodes=36),
    "sulci": lambda rng: RandomField(rng, rng.uniform(17.5, 22), bandwidth=0.24, nodes=60, distance=True),
    "sulci_medial": lambda rng: RandomField(
        rng, rng.uniform(24, 32), bandwidth=0.25, nodes=48, distance=True
    ),
    "sulcus_depth": lambda rng: RandomField(rng, 34, nodes=40),
    "sulcus_width": lambda rng: RandomField(rng, 40, nodes=40),
    "fine": lambda rng: RandomField(rng, 7, bandwidth=0.5, nodes=64),
    "medium": lambda rng: RandomField(rng, 16, bandwidth=0.5, nodes=64),
    "broad": lambda rng: RandomField(rng, 48, bandwidth=0.5, nodes=32),
}


def draw_head(rng: np.random.Generator, *, fields: Sequence[str] | None = None) -> Head:
    """A random adult head.

    Args:
        rng: its randomness.
        fields: the random fields that are needed; all by default.
    """
    age = float(np.clip(rng.normal(60, 19), 18, 95))
    atrophy = float(np.clip((age - 25) / 75 + rng.normal(0, 0.18), 0.02, 1.0))
    size = rng.normal(1.0, 0.035)
    drawn = {name: _FIELDS[name](rng) for name in (_FIELDS if fields is None else fields)}
    grey = rng.normal(39.0, 1.2)
    return Head(
        age=age,
        atrophy=atrophy,
        half_width=float(rng.normal(67, 2.2) * size),
        half_length=float(rng.normal(84, 3.0) * size),
        height_up=float(rng.normal(70, 2.5) * size),
        height_down=76.0,
        front_narrowing=float(rng.uniform(0.06, 0.2)),
        skull_mm=float(np.clip(rng.normal(7.0, 1.3), 4.5, 11)),
        scalp_mm=float(np.clip(rng.normal(5.5, 1.6), 3, 10)),
        csf_rim_mm=float(0.15 + 2.2 * atrophy * rng.uniform(0.5, 1.2)),
        sulcus_mm=float(0.28 + 1.05 * atrophy * rng.uniform(0.7, 1.25)),
        sylvian_mm=float(0.6 + 2.2 * atrophy * rng.uniform(0.6, 1.3)),
        cortex_mm=float(rng.uniform(2.8, 3.6)),
        ventricle=float(0.62 + 0.75 * atrophy * rng.uniform(0.6, 1.35)),
        ventricle_asymmetry=float(rng.normal(0, 0.1)),
        grey_hu=float(grey),
        white_hu=float(grey - rng.uniform(8.5, 12.5)),
        csf_hu=float(rng.uniform(4, 11)),
        offset_hu=float(np.clip(rng.normal(0.5, 2.6), -6, 8)),
        leukoaraiosis=float(np.clip(atrophy - 0.35 + rng.normal(0, 0.2), 0, 1)),
        sinus_hu=float(np.clip(rng.normal(54, 6), 42, 70)),
        frontal_sinus=float(max(0.0, rng.normal(0.75, 0.35))),
        diploe=float(rng.uniform(450, 950)),
        seed=int(rng.integers(2**31)),
        fields=drawn,
    )
