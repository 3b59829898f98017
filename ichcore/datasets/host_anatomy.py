"""The anatomy of a real bleed-free slice as phantom bleeds need it, estimated from its HU alone [ours].

The skull's inside is what bone encloses; depth is the distance to that bone. CSF is what lies between the
HU of CSF and of the slice's own brain: deep, sizeable parts of it near the midline and above the cisterns
are ventricles, the rest is sulci, fissures and cisterns. The long axis of the inside is the midline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.phantom.block import Block
from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.phantom.shapes import Field, coverage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.phantom.bleed import MassEffect

LEAST_INSIDE_MM2 = 3500.0
"""A smaller inside is vertex or skull base, where depth from bone means little."""
MOST_BONE_HU = 150.0
SHEETS = 3
"""A slice is sampled this often through its thickness, as phantoms are."""
CSF_HU = 7.0
LOWEST_VENTRICLE_MM = -6.0
"""Below this (head coordinates) deep CSF is cisterns."""
_VENTRICLE_DEPTH_MM, _VENTRICLE_MM2, _VENTRICLE_OFF_MM = 20.0, 25.0, 42.0


@dataclass(frozen=True, eq=False)
class HostSlice:
    """One slice with what was estimated of it; all arrays ``(H, W)``.

    Attributes:
        hu: the slice.
        smooth: the slice without its noise (edges stay); beyond the inside, its nearest value there.
        depth: mm inside the bone, negative outside.
        csf: share of CSF, 0–1.
        ventricle: share of CSF that lies in a ventricle.
        x: head coordinates (left), mm.
        y: back, mm.
        brain_hu: of the slice's brain.
        pixel_mm: size of a pixel.
        axis: rotation of the midline against the columns, (cosine, sine).
        center: row and column of the middle of the inside.
    """

    hu: NDArray[np.float32]
    smooth: NDArray[np.float32]
    depth: NDArray[np.float32]
    csf: NDArray[np.float32]
    ventricle: NDArray[np.float32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    brain_hu: float
    pixel_mm: float
    axis: tuple[float, float]
    center: tuple[float, float]

    @property
    def half_size_mm(self) -> tuple[float, float]:
        """Half the width and half the length of the inside."""
        inside = self.depth > 0
        return float(np.abs(self.x[inside]).max()), float(np.ptp(self.y[inside]) / 2)


def estimate_host(hu: NDArray[np.number], pixel_mm: float, bone_hu: float = MOST_BONE_HU) -> HostSlice | None:
    """Estimate one slice ``(H, W)``; ``None`` where no closed skull with enough inside is seen.

    Args:
        hu: the slice.
        pixel_mm: size of a pixel.
        bone_hu: brighter is bone; below the window's upper end for pictures.
    """
    image = np.asarray(hu, np.float32)
    bone = ndimage.binary_closing(
        image > bone_hu, np.ones((3, 3), bool), iterations=max(1, round(3 / pixel_mm))
    )
    enclosed = ndimage.binary_fill_holes(bone) & ~bone
    enclosed = ndimage.binary_opening(enclosed, np.ones((3, 3), bool), iterations=2)
    labels, number = ndimage.label(enclosed)
    if not number:
        return None
    inside = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    if inside.sum() * pixel_mm**2 < LEAST_INSIDE_MM2:
        return None
    depth = (ndimage.distance_transform_edt(inside) - 0.5) * pixel_mm
    depth -= np.maximum(ndimage.distance_transform_edt(~inside) - 0.5, 0.0) * pixel_mm
    smooth = ndimage.median_filter(image, max(5, 2 * round(2.0 / pixel_mm) + 1))
    brain_hu = float(np.median(smooth[depth > 6.0])) if (depth > 6.0).any() else 32.0
    if not 18.0 < brain_hu < 55.0:
        return None
    fine = ndimage.gaussian_filter(image, 0.6)
    csf = np.clip((brain_hu - 4.0 - fine) / max(brain_hu - 4.0 - CSF_HU, 6.0), 0.0, 1.0)
    csf = np.where(depth > 0.5, csf, 0.0)
    # bone must not be drawn inwards with the tissue that a mass moves
    beyond = depth < max(1.2, 1.2 * pixel_mm)
    nearest = ndimage.distance_transform_edt(beyond, return_distances=False, return_indices=True)
    smooth = smooth[tuple(nearest)]
    x, y, axis, center = _coordinates(inside, pixel_mm)
    ventricle = np.where(_ventricles(csf, depth, x, pixel_mm), csf, 0.0)
    return HostSlice(
        image,
        smooth,
        depth.astype(np.float32),
        csf.astype(np.float32),
        ventricle.astype(np.float32),
        x,
        y,
        brain_hu,
        pixel_mm,
        axis,
        center,
    )


def _coordinates(
    inside: NDArray[np.bool_], pixel_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[float, float], tuple[float, float]]:
    """Head coordinates along the long axis of the inside."""
    rows, columns = np.nonzero(inside)
    center = (float(rows.mean()), float(columns.mean()))
    spread = np.cov(rows - center[0], columns - center[1])
    angle = 0.5 * float(np.arctan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1]))
    if spread[0, 0] < spread[1, 1] or abs(angle) > 0.6:
        angle = 0.0  # nearly round, or lying: the picture's own columns are the better guess
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    row, column = np.mgrid[: inside.shape[0], : inside.shape[1]].astype(np.float32)
    row, column = (row - center[0]) * pixel_mm, (column - center[1]) * pixel_mm
    x = column * cosine - row * sine
    y = column * sine + row * cosine + VAULT_CENTRE[1]
    return x.astype(np.float32), y.astype(np.float32), (cosine, sine), center


def _ventricles(
    csf: NDArray[np.floating], depth: NDArray[np.floating], x: NDArray[np.floating], pixel_mm: float
) -> NDArray[np.bool_]:
    """Where CSF lies deep, in sizeable parts, near the midline."""
    labels, number = ndimage.label((csf > 0.5) & (depth > _VENTRICLE_DEPTH_MM))
    if not number:
        return np.zeros(csf.shape, bool)
    index = np.arange(1, number + 1)
    large = ndimage.sum_labels(np.ones(csf.shape), labels, index) * pixel_mm**2 > _VENTRICLE_MM2
    central = np.abs(ndimage.mean(x, labels, index)) < _VENTRICLE_OFF_MM
    chosen = np.isin(labels, index[large & central])
    return np.asarray(ndimage.binary_dilation(chosen, iterations=2) & (csf > 0))


class HostBlock(Block):
    """A block of points whose anatomy was estimated, so that the bleeds of phantoms can cover it."""

    def noise(self, name: str, *, sheets: bool = False) -> Field:
        """The head's random field ``name``, read at every point of the middle sheet or of all."""
        key = f"noise {name} {sheets}"
        if key not in self.parts:
            chosen = slice(None) if sheets else slice(self.x.shape[0] // 2, self.x.shape[0] // 2 + 1)
            self.parts[key] = self.head.fields[name].at(self.x[chosen], self.y[chosen], self.z[chosen])
        return self.parts[key]


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
    x, y, depth = (np.repeat(a[None], SHEETS, axis=0) for a in (host.x, host.y, host.depth))
    z = np.broadcast_to((z_mm + offsets)[:, None, None], x.shape).astype(np.float32)
    bx, by, bz = (x, y, z) if warp is None else warp(x, y, z)
    at = _pixels(host, bx, by)
    csf, ventricle, smooth = (_read(a, at) for a in (host.csf, host.ventricle, host.smooth))
    if z_mm < LOWEST_VENTRICLE_MM:
        ventricle = np.zeros_like(ventricle)
    block = HostBlock(
        head=head,
        rows=slice(0, x.shape[1]),
        columns=slice(0, x.shape[2]),
        x=x,
        y=y,
        z=z,
        bx=bx,
        by=by,
        bz=bz,
        vault_depth=depth,
        base_depth=np.full_like(depth, 60.0),
        depth=depth,
        brain_depth=depth,
        hu=smooth.copy(),
        coarse=(x, y, z),
        coarse_brain=(bx, by, bz),
        coarse_vault=depth,
        down=np.eye(1, dtype=np.float32),
        right=np.eye(1, dtype=np.float32),
    )
    outer = np.clip(csf - ventricle, 0.0, 1.0)
    away = _signed(ventricle, host.pixel_mm)
    block.parts |= {
        "cavity": coverage(-depth, 1.0),
        "ventricle": ventricle,
        "subarachnoid": outer,
        "sulcus": _signed(outer, host.pixel_mm),
        "ventricle_mm": away,
        "lateral": np.maximum(away, 3.0 - np.abs(bx)),
        "third": np.maximum(away, np.abs(bx) - 6.0),
        "fourth": np.full_like(depth, 50.0),
        "white": 0.5 * (1.0 - csf),
        "csf": csf,
        "under_tent": np.zeros_like(depth),
    }
    return block


def _pixels(host: HostSlice, x: Field, y: Field) -> tuple[Field, Field]:
    """Rows and columns of head coordinates."""
    cosine, sine = host.axis
    back = y - np.float32(VAULT_CENTRE[1])
    column, row = x * cosine + back * sine, back * cosine - x * sine
    return row / host.pixel_mm + host.center[0], column / host.pixel_mm + host.center[1]


def _read(picture: NDArray[np.float32], at: tuple[Field, Field]) -> Field:
    return np.asarray(ndimage.map_coordinates(picture, at, order=1, mode="nearest"), np.float32)


def _signed(share: Field, pixel_mm: float) -> Field:
    """Signed mm to where a share passes a half, sheet by sheet; negative in it."""
    out = np.empty(share.shape, np.float32)
    for index, sheet in enumerate(share):
        within = sheet > 0.5
        if not within.any():
            out[index] = 50.0
            continue
        near = (0.5 - sheet) * pixel_mm
        far = ndimage.distance_transform_edt(~within) - ndimage.distance_transform_edt(within)
        out[index] = np.where(np.abs(far) <= 1.0, near, far * pixel_mm)
    return out


__all__ = ["HostBlock", "HostSlice", "estimate_host", "host_block"]
