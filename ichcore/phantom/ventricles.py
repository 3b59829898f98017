"""The ventricular system with its choroid plexus."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.shapes import Field, capsule, ellipsoid, smooth_min

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head

_CENTRELINE = (
    ((10.0, -25.0, -4.0), 3.6),
    ((13.0, -35.0, 4.0), 4.2),
    ((10.0, -24.0, 12.0), 5.6),
    ((8.5, -6.0, 19.0), 4.8),
    ((12.0, 14.0, 22.0), 4.8),
    ((20.0, 31.0, 17.0), 6.0),
    ((25.0, 40.0, 6.0), 6.8),
    ((32.0, 27.0, -10.0), 3.2),
    ((32.0, 8.0, -18.0), 2.6),
    ((29.0, -6.0, -20.0), 2.4),
)
"""Centre (|x|, y, z) and radius in mm of a lateral ventricle: frontal horn, body, atrium, temporal horn."""
_OCCIPITAL = ((25.0, 42.0, 6.0), (21.0, 66.0, 2.0))
CHOROID = ((21.0, 34.0, 13.0), (26.0, 37.0, 2.0))
"""Start and end of the choroid glomus in the atrium, (|x|, y, z) mm."""


def lateral_ventricles(head: Head, x: Field, y: Field, z: Field) -> Field:
    """Signed distance to both lateral ventricles, mm."""
    ax = np.abs(x) - np.float32(1.2)
    scale = head.ventricle * (1.0 + head.ventricle_asymmetry * np.tanh(x / 6.0))
    # the horns of older heads are wider as well as longer, so the walls move out by a share of the radius
    grow = (scale - 1.0) * np.float32(4.6)
    distance: Field = capsule(ax, y, z, *_OCCIPITAL, 5.5, 2.6) - grow
    for (start, r0), (end, r1) in itertools.pairwise(_CENTRELINE):
        thin = np.float32(0.55 if start[2] < -5 else 1.0)
        distance = smooth_min(distance, capsule(ax, y, z, start, end, r0, r1) - grow * thin, 2.0)
    return distance


def midline_ventricles(head: Head, x: Field, y: Field, z: Field) -> tuple[Field, Field]:
    """Signed distances to the third and fourth ventricles (with the aqueduct), mm."""
    half = 0.6 + 2.2 * max(head.ventricle - 0.5, 0.05)
    slab = np.maximum(np.abs(x) - np.float32(half), ellipsoid(x, y, z, (0.0, 2.0, 0.0), (30.0, 13.0, 11.0)))
    aqueduct = capsule(x, y, z, (0.0, 14.0, -2.0), (0.0, 32.0, -22.0), 0.9, 1.0)
    third = np.minimum(slab, aqueduct)
    tent = 0.8 + 0.35 * head.ventricle
    roof = ellipsoid(x, y, z, (0.0, 38.5, -32.0), (9.0 * tent, 6.0 * tent, 11.0))
    fourth = np.maximum(roof, (y - 38.0) + 0.9 * np.abs(x) - 6.0 * tent)
    return np.asarray(third, np.float32), np.asarray(fourth, np.float32)


def measure_ventricles(head: Head, block: Block) -> tuple[Field, Field, Field]:
    """Lateral, third and fourth ventricle distances of a block, mm; cached in ``block.parts``."""
    if "lateral" not in block.parts:
        far = np.full(block.x.shape, 50.0, np.float32)
        lateral, third, fourth = far, far, far
        if block.reaches(-40, 45):
            lateral = block.smooth(lambda x, y, z: lateral_ventricles(head, x, y, z)) + 0.6 * block.noise(
                "medium"
            )
            lateral = np.maximum(lateral, np.float32(0.7) - np.abs(block.bx))  # the septum
        if block.reaches(-60, 25):
            third, fourth = midline_ventricles(head, block.bx, block.by, block.bz)
        block.parts["lateral"], block.parts["third"], block.parts["fourth"] = lateral, third, fourth
    return block.parts["lateral"], block.parts["third"], block.parts["fourth"]
