"""A host's slice as a block of points, so that the bleeds of phantoms can cover it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.datasets.host_anatomy import FAR_MM, HostSlice
from ichcore.phantom.block import Block
from ichcore.phantom.shapes import Field, coverage, ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.bleed import MassEffect
    from ichcore.phantom.bleed_extraaxial import Patch
    from ichcore.phantom.head import Head

SHEETS = 3
"""A slice is sampled this often through its thickness, as phantoms are."""
LOWEST_VENTRICLE_MM, HIGHEST_VENTRICLE_MM = -6.0, 45.0
"""Beyond these heights (head coordinates) deep CSF is cisterns, or sulci of the midline."""
FOURTH_VENTRICLE_MM = -20.0
"""Below this deep CSF near the midline is the fourth ventricle."""
LEAST_VENTRICLE_MM2, LEAST_HIGH_VENTRICLE_MM2 = 60.0, 180.0
"""Area of CSF that passes for a ventricle, and above its body, where sulci of the midline are as deep."""
_HIGH_MM = 25.0
_NOT_VAULT_MM = 200.0


class HostBlock(Block):
    """A block of points whose anatomy was estimated; what does not change through it has one sheet."""

    host: HostSlice

    def noise(self, name: str, *, sheets: bool = False) -> Field:
        """The head's random field ``name``, read at every point of the middle sheet or of all."""
        key = f"noise {name} {sheets}"
        if key not in self.parts:
            chosen = slice(None) if sheets else slice(self.x.shape[0] // 2, self.x.shape[0] // 2 + 1)
            self.parts[key] = self.head.fields[name].at(self.x[chosen], self.y[chosen], self.z[chosen])
        return self.parts[key]

    def along(self, patch: Patch) -> tuple[Field, Field, Field]:
        """Distance from a patch's middle along the host's own inner table (see :meth:`Block.along`).

        In each slice the patch's middle is where the inner table lies in the patch's direction.
        """
        foot_x, foot_y = self.host.foot
        middle = inner_table_at(self.host, patch.point[0], patch.point[1])
        across, forward = foot_x - np.float32(middle[0]), foot_y - np.float32(middle[1])
        # the table leans inwards towards vertex and base, so the way along it is longer than the height
        lean = np.hypot(middle[0] - patch.point[0], middle[1] - patch.point[1])
        up = self.z - np.float32(patch.point[2])
        up = np.copysign(np.sqrt(up * up + np.float32(lean**2)), up)
        total = np.sqrt(across * across + forward * forward + up * up)
        total = total + np.float32(_NOT_VAULT_MM) * ramp(1.0 - self.host.vault, 0.25, 0.75)
        return total, np.broadcast_to(forward, total.shape), up


def shows_ventricles(host: HostSlice, z_mm: float) -> bool:
    """Whether the deep CSF of a slice is ventricle."""
    if not LOWEST_VENTRICLE_MM < z_mm < HIGHEST_VENTRICLE_MM:
        return False
    area = float((host.ventricle > 0.5).sum()) * host.pixel_mm**2
    return area > (LEAST_VENTRICLE_MM2 if z_mm < _HIGH_MM else LEAST_HIGH_VENTRICLE_MM2)


def inner_table_at(host: HostSlice, x: float, y: float) -> tuple[float, float]:
    """The outermost point of a slice's inside in the direction of (x, y) from its middle; mm."""
    middle_y = float(host.y[host.depth > 0].mean())
    length = float(np.hypot(x, y - middle_y)) or 1.0
    steps = np.arange(0.0, 130.0, 0.5)
    along_x, along_y = steps * x / length, middle_y + steps * (y - middle_y) / length
    rows, columns = (np.rint(a).astype(int) for a in host.pixels(along_x, along_y))
    height, width = host.depth.shape
    there = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    within = np.zeros(len(steps), bool)
    within[there] = host.depth[rows[there], columns[there]] > 0
    last = int(np.flatnonzero(within)[-1]) if within.any() else 0
    return float(along_x[last]), float(along_y[last])


def host_block(
    host: HostSlice, head: Head, z_mm: float, thickness_mm: float, warp: MassEffect | None
) -> HostBlock:
    """The slice as a block of :data:`SHEETS` sheets; its parts are moved by the mass effect.

    Args:
        host: the estimated slice.
        head: whose random fields and sizes the bleeds use.
        z_mm: height of the slice, head coordinates.
        thickness_mm: what the slice averages over.
        warp: mass effect, if any.
    """
    offsets = ((np.arange(SHEETS) + 0.5) / SHEETS - 0.5) * thickness_mm
    shape = (SHEETS, *host.x.shape)
    x, y, depth = (np.broadcast_to(a, shape) for a in (host.x, host.y, host.depth))
    z = np.broadcast_to((z_mm + offsets).astype(np.float32)[:, None, None], shape)
    bx, by, bz = (x, y, z) if warp is None else warp(x, y, z)
    # a slice tells nothing of how its anatomy changes through it: one sheet of it is enough
    middle = SHEETS // 2
    pictures: tuple[NDArray[np.float32], ...] = (
        host.csf,
        host.ventricle,
        host.smooth,
        host.sulcus_mm,
        host.ventricle_mm,
    )
    if warp is not None:
        pictures = _moved(host, pictures, bx[middle], by[middle])
    csf, ventricle, smooth, sulcus, away = (p[None] for p in pictures)
    outer, fourth = np.clip(csf - ventricle, 0.0, 1.0), np.full_like(away, FAR_MM)
    if z_mm < FOURTH_VENTRICLE_MM:
        fourth = away
    elif not shows_ventricles(host, z_mm):
        sulcus, outer = np.minimum(sulcus, away), csf
        ventricle, away = np.zeros_like(ventricle), fourth
    block = HostBlock(
        head=head,
        rows=host.crop[0],
        columns=host.crop[1],
        x=x,
        y=y,
        z=z,
        bx=bx,
        by=by,
        bz=bz,
        vault_depth=depth,
        base_depth=np.broadcast_to(np.float32(60.0), shape),
        depth=depth,
        brain_depth=depth,
        hu=np.repeat(smooth, SHEETS, axis=0),
        coarse=(x, y, z),
        coarse_brain=(bx, by, bz),
        coarse_vault=depth,
        down=np.eye(1, dtype=np.float32),
        right=np.eye(1, dtype=np.float32),
    )
    block.host = host
    block.parts |= {
        "cavity": coverage(-host.depth, 1.0)[None],
        "ventricle": ventricle,
        "subarachnoid": outer,
        "sulcus": sulcus,
        "ventricle_mm": away,
        "lateral": np.maximum(away, 3.0 - np.abs(bx)),
        "third": np.maximum(away, np.abs(bx) - 6.0),
        "fourth": fourth,
        "white": 0.5 * (1.0 - csf),
        "csf": csf,
        "under_tent": np.zeros_like(away),
    }
    return block


def _moved(
    host: HostSlice, pictures: tuple[NDArray[np.float32], ...], x: Field, y: Field
) -> tuple[NDArray[np.float32], ...]:
    """Pictures of a slice, read where the tissue that now lies at each point came from."""
    away = (np.abs(x - host.x) > 0.05) | (np.abs(y - host.y) > 0.05)
    if not away.any():
        return pictures
    rows, columns = np.flatnonzero(away.any(axis=1)), np.flatnonzero(away.any(axis=0))
    part = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    at = np.stack(host.pixels(x[part], y[part]))
    moved = []
    for picture in pictures:
        changed = picture.copy()
        changed[part] = ndimage.map_coordinates(picture, at, order=1, mode="nearest", output=np.float32)
        moved.append(changed)
    return tuple(moved)


__all__ = ["HostBlock", "host_block", "inner_table_at", "shows_ventricles"]
