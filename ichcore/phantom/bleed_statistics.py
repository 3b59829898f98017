"""Size and density of real bleeds (components at 5 mm slices), and draws from them."""

from __future__ import annotations

import numpy as np

VOLUME_ML = {
    "epidural": (0.08, 3.0, 35.0),
    "intraparenchymal": (0.05, 1.2, 56.0),
    "intraventricular": (0.05, 0.5, 12.0),
    "subarachnoid": (0.02, 0.2, 2.6),
    "subdural": (0.03, 0.5, 42.0),
}
"""5, 50 and 95 % of component volumes, mL."""
MEAN_HU = {
    "epidural": (38.0, 56.0, 67.0),
    "intraparenchymal": (34.0, 48.0, 60.0),
    "intraventricular": (26.0, 40.0, 54.0),
    "subarachnoid": (32.0, 43.0, 57.0),
    "subdural": (29.0, 51.0, 68.0),
}
"""5, 50 and 95 % of the mean HU of components."""


def _from_quantiles(rng: np.random.Generator, low: float, middle: float, high: float) -> float:
    """A value whose 5, 50 and 95 % quantiles are the given ones (two half normals)."""
    deviate = float(np.clip(rng.standard_normal(), -2.2, 2.2))
    side = (high - middle) if deviate > 0 else (middle - low)
    return middle + side * deviate / 1.645


def draw_volume_ml(rng: np.random.Generator, subtype: str, smallest_ml: float = 0.0) -> float:
    """A component's volume in mL, log-normal on either side of the median."""
    low, middle, high = np.log(VOLUME_ML[subtype])
    drawn = float(np.exp(_from_quantiles(rng, low, middle, high)))
    return float(np.clip(drawn, smallest_ml, 1.8 * VOLUME_ML[subtype][2]))


COMPONENTS = {"epidural": 0.4, "intraparenchymal": 1.0, "subdural": 2.5}
"""How many components a bleed has beside its main one, on average [ours]."""
_MOST_COMPONENTS = 6


def draw_component_volumes_ml(rng: np.random.Generator, subtype: str) -> list[float]:
    """Volumes of one head's components of a subtype, the largest first, mL.

    The figures above are of components, most of which are small satellites of the bleed that made the reader
    look: a head whose only component were a median one would often show nothing to see.
    """
    count = min(1 + int(rng.poisson(COMPONENTS[subtype])), _MOST_COMPONENTS)
    return sorted((draw_volume_ml(rng, subtype) for _ in range(count)), reverse=True)


def draw_mean_hu(rng: np.random.Generator, subtype: str) -> float:
    """A component's mean HU."""
    return _from_quantiles(rng, *MEAN_HU[subtype])


def core_hu(mean_hu: float, background_hu: float, fill: float) -> float:
    """HU of undiluted blood that gives ``mean_hu`` when it fills the share ``fill`` of its voxels."""
    return float(np.clip(background_hu + (mean_hu - background_hu) / fill, 12.0, 95.0))
