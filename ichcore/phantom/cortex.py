"""The folded brain surface: sulci as sheets that run inwards from it, and the grey ribbon along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.phantom.shapes import Field, ramp

if TYPE_CHECKING:
    from ichcore.phantom.block import Block

INSULA_MM = 36.0
"""Distance of the insular surface from the midline."""


def measure_sulci(head: Head, block: Block) -> Field:
    """Distance from points of the cerebrum to the nearest CSF of rim, sulcus or fissure (negative in it).

    A sulcus is where a narrow-band random field, read at the point's projection on the brain surface,
    is zero: such sheets stand upright on the surface, wind, branch and keep a gyrus between them. Fields
    are read coarsely and signed; only their zero crossings are looked for on the fine grid.
    """
    sheet, reach, width, medial = (block.fine(f) for f in _coarse_fields(head, block))
    depth = block.brain_depth
    past = np.maximum(depth - reach, 0.0)
    mid = np.sqrt(sheet * sheet + past * past)
    openness = np.float32(head.sulcus_mm) * np.clip(1.0 + 0.55 * width, 0.2, 2.8)
    # mouths gape, bottoms close
    distance: Field = mid - openness * (1.35 - 0.8 * np.clip(depth / np.maximum(reach, 4.0), 0, 1))
    x, y, z = block.bx, block.by, block.bz
    ax = np.abs(x)
    past = np.maximum(ax - (7.0 + 4.0 * width), 0.0)
    callosum = ramp(np.sqrt((y * 0.55) ** 2 + (z + 2.0) ** 2), 22, 32)  # no sulci through the corpus callosum
    medial_mid = np.sqrt(medial * medial + past * past) + 30.0 * (1 - callosum)
    np.minimum(distance, medial_mid - openness * 0.9, out=distance)
    # brain that a mass pushed off the bone leaves no gap beside the mass: its pia still follows the dura
    np.minimum(
        distance,
        np.maximum(depth, np.float32(0.7) * block.depth)
        - np.float32(head.csf_rim_mm) * np.clip(1.0 + 0.5 * width, 0.2, 2.2),
        out=distance,
    )
    fissure = 0.35 + 0.9 * head.atrophy * ramp(-y, -90, 60) - ax
    fissure = np.where(callosum > 0.5, -fissure, 8.0)
    np.minimum(distance, np.maximum(fissure, -3.0), out=distance)
    return distance


def _coarse_fields(head: Head, block: Block) -> tuple[Field, Field, Field, Field]:
    """Signed mm to the lateral sulcal sheets, their depth (mm), a width field, signed mm to medial sheets."""
    x, y, z = block.coarse_brain
    dx, dy, dz = x, y - np.float32(VAULT_CENTRE[1]), z - np.float32(VAULT_CENTRE[2])
    radius = np.sqrt(dx * dx + dy * dy + dz * dz) + np.float32(1.0)
    scale = np.clip((radius + np.maximum(block.coarse_vault, 0)) / radius, 1.0, 4.0) ** np.float32(0.62)
    qx, qy, qz = dx * scale, dy * scale, dz * scale
    reach = 16.0 + 7.0 * head.fields["sulcus_depth"].at(qx, qy, qz)
    width = head.fields["sulcus_width"].at(qx, qy, qz)
    sheet = head.fields["sulci"].at(qx, qy, qz) / scale
    medial = head.fields["sulci_medial"].at(x, y, z)
    return sheet, reach, width, medial


def measure_sylvian(head: Head, block: Block) -> Field:
    """Signed distance to the Sylvian fissure and the cleft over the insula, mm (negative in CSF)."""
    x, y, z = block.bx, block.by, block.bz
    ax = np.abs(x)
    noise = block.noise("medium")
    # the lips of the fissure touch in places, so the cleft over the insula is never one even line
    half = np.float32(head.sylvian_mm) * np.clip(0.75 + 0.9 * noise, -0.4, 2.4)
    curve = np.float32(INSULA_MM) + 0.005 * (y + 6.0) ** 2 + 1.8 * block.noise("broad") + 1.2 * noise
    box = np.maximum(np.abs(y + 5.0) - 20.0 - 2.0 * noise, np.abs(z - 3.0) - 16.0)
    insula = np.maximum(np.abs(ax - curve) - half * 0.9, box)
    # the fissure climbs backwards from the sphenoid ridge; its lips meet at the convexity
    climb = np.float32(-12.0) + 0.42 * (y + 22.0) + 3.0 * noise
    lips = np.abs(z - climb) * 0.92 - half * 0.8
    fissure = np.maximum(np.maximum(lips, curve - 1.0 - ax), np.maximum(y - 36.0, -28.0 - y))
    stem = np.maximum(np.abs(y + 14.0 + 0.2 * (ax - 20)) - half - 1.0, np.abs(z + 12.0) - 4.0)
    stem = np.maximum(stem, np.maximum(14.0 - ax, ax - 40.0))
    return np.asarray(np.minimum(np.minimum(insula, fissure), stem), np.float32)
