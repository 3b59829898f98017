"""A bleed painted out of a slice: the same head at the same height without its blood [ours].

What lies on the other side of the midline takes the bleed's place, since nothing resembles a patch of brain
more. Where that side bleeds too, or shows bone, calcium or air, the mean of the tissue around is taken.
Texture is always a real one: that of the mirrored tissue, or of healthy tissue elsewhere in the slice.
Judging by such pairs asks a model for the blood itself, which the height of a slice cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import ndimage

from ichcore.masks.midline import HEAD_ABOVE_HU, bone_of, find_midline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Picture = NDArray[np.float32]

GROWN_MM = 2.5
"""The rim of a drawn bleed, which is part blood, is painted too."""
FADE_MM = 3.0
"""Over this distance beyond it the painting passes into the slice."""
_SMOOTH_MM = 1.3
"""What is finer is texture, what is coarser anatomy."""
_TISSUE_HU = (0.0, 50.0)
"""Smoothed HU of brain and CSF without blood or calcium."""
_PATCHES = 24
_MOST_SHIFT_HU = 10.0
"""Sides of one head differ by less, save where one of them is diseased."""


def paint_out(
    hu: NDArray[np.number], mask: NDArray[np.bool_], pixel_mm: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A slice without what a mask covers.

    Args:
        hu: ``(H, W)`` HU, or HU of a picture through its window (nothing leaves the range of the slice).
        mask: ``(H, W)`` of the bleed, best with its edema.
        pixel_mm: size of a pixel.
        rng: chooses where texture comes from where the mirrored side has none.

    Returns:
        float32 ``(H, W)``; the slice as it is beyond :data:`GROWN_MM` + :data:`FADE_MM` of the mask, and in
        bone and air.
    """
    image = np.asarray(hu, np.float32)
    if not mask.any():
        return image.copy()
    away = ndimage.distance_transform_edt(~mask) * pixel_mm
    solid = _solid(image, pixel_mm)
    hidden = (away <= GROWN_MM) & ~solid
    smooth, weight = _smooth(image, ~solid, _SMOOTH_MM / pixel_mm)
    texture = np.where(solid, 0.0, image - smooth)
    tissue = ~solid & (away > GROWN_MM) & (smooth > _TISSUE_HU[0]) & (smooth < _TISSUE_HU[1]) & (weight > 0.5)
    at = find_midline(image, pixel_mm).mirrored(image.shape)
    other = _at(smooth, at)
    usable = _at(tissue.astype(np.float32), at) > 0.99
    around = _spread(smooth, tissue, pixel_mm)
    alike = tissue & usable & (np.abs(smooth - other) < _MOST_SHIFT_HU)
    other += _spread(smooth - other, alike, pixel_mm)
    share = _fade(usable, hidden, pixel_mm)
    coarse = share * np.where(usable, other, around) + (1 - share) * around
    # reading between pixels would take away noise
    fine = np.where(
        usable, _at(texture, at, order=0), _elsewhere(texture, tissue, ~usable & (away < 9.0), rng)
    )
    new = np.clip((GROWN_MM + FADE_MM - away) / FADE_MM, 0.0, 1.0)
    new = np.where(solid, 0.0, new * new * (3 - 2 * new))
    # two noises that are mixed half and half have less of it than either
    loud = np.sqrt(new**2 + (1 - new) ** 2)
    painted = new * coarse + (1 - new) * smooth + (new * fine + (1 - new) * texture) / loud
    painted = np.clip(painted, image.min(), image.max())
    return np.where(new > 0, painted, image).astype(np.float32)


def _solid(image: _Picture, pixel_mm: float) -> NDArray[np.bool_]:
    """Where nothing is painted: the skull, what lies outside it, and air."""
    bone = bone_of(image, pixel_mm)
    parts, number = ndimage.label(bone)
    if number:
        # the brightest of a clot may be white in a picture too; the skull is the largest part
        bone = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    closed = ndimage.binary_closing(bone, np.ones((3, 3), bool), iterations=max(1, round(3 / pixel_mm)))
    inside = ndimage.binary_fill_holes(closed) & ~bone
    inside &= ndimage.binary_opening(~bone & inside, np.ones((3, 3), bool), iterations=2)
    head = ndimage.binary_fill_holes(image > HEAD_ABOVE_HU)
    # an open skull (vertex, base) encloses next to nothing; then only bone and air are left alone
    within = inside if inside.sum() > 0.25 * head.sum() else head & (image > HEAD_ABOVE_HU)
    solid: NDArray[np.bool_] = bone | ~within
    return solid


def _smooth(picture: _Picture, where: NDArray[np.bool_], sigma: float) -> tuple[_Picture, _Picture]:
    """Gaussian mean over ``where`` alone, and the share of the kernel that it had."""
    weight = ndimage.gaussian_filter(where.astype(np.float32), sigma)
    mean = ndimage.gaussian_filter(np.where(where, picture, 0.0).astype(np.float32), sigma)
    return (mean / np.maximum(weight, 1e-6)).astype(np.float32), weight


def _spread(picture: _Picture, where: NDArray[np.bool_], pixel_mm: float) -> _Picture:
    """What a picture is near each pixel, from ``where`` alone: near ones first, far ones where none are."""
    filled = np.full(picture.shape, float(picture[where].mean()) if where.any() else 0.0, np.float32)
    for sigma_mm in (24.0, 8.0, 3.0):
        mean, weight = _smooth(picture, where, sigma_mm / pixel_mm)
        sure = np.clip(weight / 0.2, 0.0, 1.0)
        filled = sure * mean + (1 - sure) * filled
    return filled


def _fade(usable: NDArray[np.bool_], hidden: NDArray[np.bool_], pixel_mm: float) -> _Picture:
    """``(H, W)`` share of the mirrored tissue, 0 where there is none, rising to 1 inside it."""
    depth = ndimage.distance_transform_edt(usable | ~hidden) * pixel_mm
    share: _Picture = (np.clip(depth / FADE_MM, 0.0, 1.0) * usable).astype(np.float32)
    return share


def _at(picture: _Picture, at: NDArray[np.float64], order: Literal[0, 1] = 1) -> _Picture:
    """A picture read at ``(2, H, W)`` places: between pixels, or (order 0) at the nearest."""
    return np.asarray(ndimage.map_coordinates(picture, at, order=order), np.float32)


def _elsewhere(
    texture: _Picture, tissue: NDArray[np.bool_], wanted: NDArray[np.bool_], rng: np.random.Generator
) -> _Picture:
    """Texture of tissue somewhere else in the slice, patch by patch, where it is wanted."""
    filled = np.zeros(texture.shape, np.float32)
    donors, left = np.argwhere(ndimage.binary_erosion(tissue, iterations=3)), wanted.copy()
    for _ in range(_PATCHES):
        places = np.argwhere(left)
        if not len(donors) or not len(places):
            break
        shift = donors[rng.integers(len(donors))] - places[rng.integers(len(places))]
        moved = np.clip(places + shift, 0, np.array(texture.shape) - 1)
        there = tissue[tuple(moved.T)]
        filled[tuple(places[there].T)] = texture[tuple(moved[there].T)]
        left[tuple(places[there].T)] = False
    return filled
