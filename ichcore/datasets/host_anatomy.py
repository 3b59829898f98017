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

from ichcore.phantom.head import VAULT_CENTRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_INSIDE_MM2 = 1500.0
"""A smaller inside is the last slice of the vertex or a part of the skull base."""
MOST_BONE_HU = 150.0
CSF_HU = 7.0
FAR_MM = 50.0
"""Distance to a space that the slice does not have."""
_VENTRICLE_DEPTH_MM, _VENTRICLE_MM2, _VENTRICLE_OFF_MM = 20.0, 25.0, 42.0
_FURROW_MM, _FURROW_HU, _FURROW_MM2 = 1.3, 2.0, 25.0
_MARGIN = 3
_MOST_TURNED = 0.75
_SOFT_HU = -10.0
_BEHIND_VAULT_MM = 40.0
"""Skull, scalp and muscle are thinner than this; petrous and sphenoid bones lie deeper."""


@dataclass(frozen=True, eq=False)
class HostSlice:
    """One slice with what was estimated of it; all arrays but :attr:`hu` cover :attr:`crop` alone.

    Attributes:
        hu: the slice, ``(H, W)``.
        crop: rows and columns around the inside; outside of them a bleed changes nothing.
        smooth: the slice without its noise (edges stay); beyond the inside, its nearest value there.
        depth: mm inside the bone, negative outside.
        csf: share of CSF, 0–1.
        ventricle: share of CSF that lies in a ventricle.
        sulcus_mm: signed mm to sulci, fissures and cisterns, negative in them; the sulci of a tight brain
            are there too, though their CSF fills no pixel.
        ventricle_mm: signed mm to the ventricles.
        x: head coordinates (left), mm.
        y: back, mm.
        foot: x and y of the nearest point of the inner table.
        vault: share of that table around there that is vault; the rest is petrous bone, sphenoid, clivus.
        brain_hu: of the slice's brain.
        pixel_mm: size of a pixel.
        axis: rotation of the midline against the columns, (cosine, sine).
        center: row and column of the middle of the inside, in the crop.
    """

    hu: NDArray[np.float32]
    crop: tuple[slice, slice]
    smooth: NDArray[np.float32]
    depth: NDArray[np.float32]
    csf: NDArray[np.float32]
    ventricle: NDArray[np.float32]
    sulcus_mm: NDArray[np.float32]
    ventricle_mm: NDArray[np.float32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    foot: tuple[NDArray[np.float32], NDArray[np.float32]]
    vault: NDArray[np.float32]
    brain_hu: float
    pixel_mm: float
    axis: tuple[float, float]
    center: tuple[float, float]

    @property
    def half_size_mm(self) -> tuple[float, float]:
        """Half the width and half the length of the inside."""
        inside = self.depth > 0
        return float(np.abs(self.x[inside]).max()), float(np.ptp(self.y[inside]) / 2)

    @property
    def area_mm2(self) -> float:
        """Of the inside."""
        return float((self.depth > 0).sum()) * self.pixel_mm**2

    def pixels(
        self, x: NDArray[np.floating], y: NDArray[np.floating]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Rows and columns of the crop (not rounded) at head coordinates."""
        cosine, sine = self.axis
        back = y - np.float32(VAULT_CENTRE[1])
        column, row = x * cosine + back * sine, back * cosine - x * sine
        return row / self.pixel_mm + self.center[0], column / self.pixel_mm + self.center[1]


def estimate_host(
    hu: NDArray[np.number],
    pixel_mm: float,
    bone_hu: float = MOST_BONE_HU,
    *,
    everywhere: NDArray[np.bool_] | None = None,
    angle: float | None = None,
) -> HostSlice | None:
    """Estimate one slice ``(H, W)``; ``None`` where no closed skull with enough inside is seen.

    Args:
        hu: the slice.
        pixel_mm: size of a pixel.
        bone_hu: brighter is bone; below the window's upper end for pictures.
        everywhere: its inside as :func:`enclosed` gives it, where that is known.
        angle: of the midline, as :func:`midline_angle` gives it for the whole head; else of this slice.
    """
    whole = np.asarray(hu, np.float32)
    if everywhere is None:
        everywhere = enclosed(whole, pixel_mm, bone_hu)
    if everywhere is None:
        return None
    crop = _around(everywhere, max(_MARGIN, round(4.0 / pixel_mm)))
    image, inside = whole[crop], everywhere[crop]
    outward, foot_found = ndimage.distance_transform_edt(inside, return_indices=True)
    foot_pixel: NDArray[np.intp] = np.asarray(foot_found, np.intp)
    beyond_mm = np.maximum(ndimage.distance_transform_edt(~inside) - 0.5, 0.0) * pixel_mm
    depth = np.asarray((outward - 0.5) * pixel_mm - beyond_mm, np.float32)
    smooth = ndimage.median_filter(image, max(5, 2 * round(2.0 / pixel_mm) + 1))
    brain_hu = float(np.median(smooth[depth > 6.0])) if (depth > 6.0).any() else 32.0
    if not 18.0 < brain_hu < 55.0:
        return None
    fine = ndimage.gaussian_filter(image, 0.6)
    csf = np.clip((brain_hu - 4.0 - fine) / max(brain_hu - 4.0 - CSF_HU, 6.0), 0.0, 1.0)
    csf = np.where(depth > 0.5, csf, np.float32(0.0)).astype(np.float32)
    # bone must not be drawn inwards with the tissue that a mass moves
    beyond = depth < max(1.2, 1.2 * pixel_mm)
    nearest = ndimage.distance_transform_edt(beyond, return_distances=False, return_indices=True)
    smooth = smooth[tuple(nearest)]
    x, y, axis, center = _coordinates(inside, pixel_mm, midline_angle([inside]) if angle is None else angle)
    ventricle = np.where(_ventricles(csf, depth, x, pixel_mm), csf, np.float32(0.0))
    return HostSlice(
        hu=whole,
        crop=crop,
        smooth=smooth,
        depth=depth,
        csf=csf,
        ventricle=ventricle,
        sulcus_mm=_signed(np.maximum(csf - ventricle, _furrows(image, smooth, depth, pixel_mm)), pixel_mm),
        ventricle_mm=_signed(ventricle, pixel_mm),
        x=x,
        y=y,
        foot=(x[tuple(foot_pixel)], y[tuple(foot_pixel)]),
        vault=_vault(whole, crop, inside, foot_pixel, pixel_mm),
        brain_hu=brain_hu,
        pixel_mm=pixel_mm,
        axis=axis,
        center=center,
    )


def enclosed(
    image: NDArray[np.number], pixel_mm: float, bone_hu: float = MOST_BONE_HU
) -> NDArray[np.bool_] | None:
    """The largest part ``(H, W)`` of a slice that bone encloses; ``None`` where it is too small."""
    bone = image > bone_hu
    if not bone.any():
        return None
    steps = max(1, round(3 / pixel_mm))
    part = _around(bone, steps + 2)
    closed = ndimage.binary_closing(bone[part], np.ones((3, 3), bool), iterations=steps)
    holes = ndimage.binary_fill_holes(closed) & ~closed
    holes = ndimage.binary_opening(holes, np.ones((3, 3), bool), iterations=2)
    labels, number = ndimage.label(holes)
    if not number:
        return None
    largest = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    if largest.sum() * pixel_mm**2 < LEAST_INSIDE_MM2:
        return None
    inside = np.zeros(image.shape, bool)
    inside[part] = largest
    return inside


def _around(mask: NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    """The rows and columns that hold a mask, and some more."""
    spans = []
    for axis in (1, 0):
        at = np.flatnonzero(mask.any(axis=axis))
        spans.append(slice(max(int(at[0]) - margin, 0), min(int(at[-1]) + margin + 1, mask.shape[1 - axis])))
    return spans[0], spans[1]


def midline_angle(insides: Sequence[NDArray[np.bool_]]) -> float:
    """Angle of the long axis of some insides against the columns, radians; 0 where it is not clear."""
    upright, slanted = 0.0, 0.0
    for inside in insides:
        spread = np.cov(np.stack(np.nonzero(inside)))
        upright += float(spread[0, 0] - spread[1, 1])
        slanted += float(spread[0, 1])
    angle = 0.5 * float(np.arctan2(2 * slanted, upright))
    # nearly round, or lying: the picture's own columns are the better guess
    return 0.0 if abs(angle) > _MOST_TURNED else angle


def _coordinates(
    inside: NDArray[np.bool_], pixel_mm: float, angle: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[float, float], tuple[float, float]]:
    """Head coordinates along the midline."""
    rows, columns = np.nonzero(inside)
    center = (float(rows.mean()), float(columns.mean()))
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    row, column = np.mgrid[: inside.shape[0], : inside.shape[1]].astype(np.float32)
    row, column = (row - center[0]) * pixel_mm, (column - center[1]) * pixel_mm
    x = column * cosine - row * sine
    y = column * sine + row * cosine + VAULT_CENTRE[1]
    return x.astype(np.float32), y.astype(np.float32), (cosine, sine), center


def _vault(
    whole: NDArray[np.float32],
    crop: tuple[slice, slice],
    inside: NDArray[np.bool_],
    foot_pixel: NDArray[np.intp],
    pixel_mm: float,
) -> NDArray[np.float32]:
    """Share of vault around each pixel's nearest bone: behind the vault the head ends soon."""
    labels, _ = ndimage.label(whole > _SOFT_HU)
    at_bone = tuple(foot + part.start for foot, part in zip(foot_pixel, crop, strict=True))
    # skull and scalp, and not the table beside them
    largest = 1 + int(np.argmax(np.bincount(labels[labels > 0])[1:])) if labels.any() else 1
    head = ndimage.binary_fill_holes(labels == largest)
    rows, columns = np.nonzero(inside)
    away_row = foot_pixel[0] - np.float32(rows.mean())
    away_column = foot_pixel[1] - np.float32(columns.mean())
    reach = np.float32(_BEHIND_VAULT_MM / pixel_mm) / np.maximum(np.hypot(away_row, away_column), 1.0)
    row = np.clip(np.rint(at_bone[0] + away_row * reach), 0, whole.shape[0] - 1).astype(np.intp)
    column = np.clip(np.rint(at_bone[1] + away_column * reach), 0, whole.shape[1] - 1).astype(np.intp)
    away = (~head[row, column]).astype(np.float32)
    return np.asarray(ndimage.gaussian_filter(away, 2.0 / pixel_mm), np.float32)


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


def _furrows(
    image: NDArray[np.float32], smooth: NDArray[np.float32], depth: NDArray[np.float32], pixel_mm: float
) -> NDArray[np.float32]:
    """Share of dark lines, 0–1: where a slice curves most at the width of a sulcus, in long parts."""
    tissue = np.where(depth > 1.2, image, smooth)
    sigma = _FURROW_MM / pixel_mm
    rows, columns, mixed = (
        ndimage.gaussian_filter(tissue, sigma, order=order) for order in ((2, 0), (0, 2), (1, 1))
    )
    curvature = 0.5 * (rows + columns) + np.hypot(0.5 * (rows - columns), mixed)
    share = np.clip((curvature * sigma**2 - _FURROW_HU) / _FURROW_HU, 0.0, 1.0) * (depth > 1.5)
    labels, number = ndimage.label(share > 0.2, np.ones((3, 3)))
    area = np.bincount(labels.ravel(), minlength=number + 1) * pixel_mm**2
    area[0] = 0.0
    return np.asarray(share * (area > _FURROW_MM2)[labels], np.float32)


def _signed(share: NDArray[np.float32], pixel_mm: float) -> NDArray[np.float32]:
    """Signed mm to where a share passes a half; negative in it."""
    within = share > 0.5
    if not within.any():
        return np.full(share.shape, FAR_MM, np.float32)
    near = (0.5 - share) * pixel_mm
    far = ndimage.distance_transform_edt(~within) - ndimage.distance_transform_edt(within)
    return np.asarray(np.where(np.abs(far) <= 1.0, near, far * pixel_mm), np.float32)


__all__ = ["CSF_HU", "FAR_MM", "MOST_BONE_HU", "HostSlice", "enclosed", "estimate_host", "midline_angle"]
