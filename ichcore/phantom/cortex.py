"""The folded brain surface: sulci as sheets that run inwards from it, and the grey ribbon along them."""

from __future__ import annotations

import numpy as np

from ichcore.phantom.block import Block
from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.phantom.shapes import Field, ramp

INSULA_MM = 36.0
"""Distance of the insular surface from the midline."""


def measure_sulci(head: Head, x: Field, y: Field, z: Field, depth: Field) -> tuple[Field, Field]:
    """How far points of the cerebrum lie from the subarachnoid space.

    A sulcus is where a narrow-band random field, read at the point's projection on the brain surface,
    is zero: such sheets stand upright on the surface, wind, branch and keep a gyrus between them.

    Args:
        head: the anatomy.
        x: head coordinates, mm; any one shape.
        y: back, mm.
        z: up, mm.
        depth: mm inside the inner table.

    Returns:
        ``(distance, mid)``: mm to the nearest CSF of rim, sulcus, fissure (negative in it), and mm to the
        middle of the nearest sulcal sheet.
    """
    dx, dy, dz = x, y - np.float32(VAULT_CENTRE[1]), z - np.float32(VAULT_CENTRE[2])
    radius = np.sqrt(dx * dx + dy * dy + dz * dz) + np.float32(1.0)
    scale = np.clip((radius + np.maximum(depth, 0)) / radius, 1.0, 4.0) ** np.float32(0.8)
    qx, qy, qz = dx * scale, dy * scale, dz * scale
    reach = 14.0 + 7.0 * head.fields["sulcus_depth"].at(qx, qy, qz)
    width = head.fields["sulcus_width"].at(qx, qy, qz)
    side = np.where(x > 0, np.float32(0.0), np.float32(71.0))  # the hemispheres fold differently
    sheet = np.abs(head.fields["sulci"].at(qx, qy + side, qz)) / scale
    past = np.maximum(depth - reach, 0.0)
    mid = np.sqrt(sheet * sheet + past * past)
    open_mm = np.float32(head.sulcus_mm) * np.clip(1.0 + 0.55 * width, 0.15, 2.6)
    # mouths gape, bottoms close
    open_mm = open_mm * (1.25 - 0.7 * np.clip(depth / np.maximum(reach, 4.0), 0, 1))
    ax = np.abs(x)
    reach_medial = 11.0 + 4.0 * width
    medial = np.abs(head.fields["sulci_medial"].at(side, y, z))
    past_medial = np.maximum(ax - reach_medial, 0.0)
    mid_medial = np.sqrt(medial * medial + past_medial * past_medial)
    callosum = ramp(np.sqrt((y * 0.55) ** 2 + (z + 2.0) ** 2), 22, 32)  # no sulci through corpus callosum
    mid_medial = mid_medial + 30.0 * (1 - callosum)
    mid = np.minimum(mid, mid_medial)
    distance = mid - open_mm
    rim = depth - np.float32(head.csf_rim_mm) * np.clip(1.0 + 0.35 * width, 0.3, 2.0)
    distance = np.minimum(distance, rim)
    fissure = 0.35 + 0.9 * head.atrophy * ramp(-y, -90, 60) - ax
    fissure = np.where(callosum > 0.5, -fissure, 8.0)
    distance = np.minimum(distance, np.maximum(fissure, -3.0))
    return np.asarray(distance, np.float32), np.asarray(mid, np.float32)


def measure_sylvian(head: Head, block: Block) -> Field:
    """Signed distance to the Sylvian fissure and the cleft over the insula, mm (negative in CSF)."""
    x, y, z = block.bx, block.by, block.bz
    ax = np.abs(x)
    noise = head.fields["medium"].at(x[:1], y[:1], z[:1])
    half = np.float32(head.sylvian_mm) * (1.0 + 0.3 * noise)
    curve = np.float32(INSULA_MM) + 0.004 * (y + 4.0) ** 2 + 1.4 * noise
    box = np.maximum(np.abs(y + 3.0) - 23.0, np.abs(z - 3.0) - 17.0)
    insula = np.maximum(np.abs(ax - curve) - half * 0.9, box)
    # the fissure climbs backwards from the sphenoid ridge; its lips meet at the convexity
    climb = np.float32(-12.0) + 0.42 * (y + 22.0) + 3.0 * noise
    lips = np.abs(z - climb) * 0.92 - half * 0.8
    fissure = np.maximum(np.maximum(lips, curve - 1.0 - ax), np.maximum(y - 36.0, -28.0 - y))
    stem = np.maximum(np.abs(y + 14.0 + 0.2 * (ax - 20)) - half - 1.0, np.abs(z + 12.0) - 4.0)
    stem = np.maximum(stem, np.maximum(14.0 - ax, ax - 40.0))
    return np.asarray(np.minimum(np.minimum(insula, fissure), stem), np.float32)
