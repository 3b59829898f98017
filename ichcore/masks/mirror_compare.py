"""A slice beside its mirror image, so that what one side alone has is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.blurred_within import blurred_within
from ichcore.masks.cranial_cavity import cranial_cavity
from ichcore.masks.midline import HEAD_ABOVE_HU, Midline, find_midline
from ichcore.masks.midline_of_series import Inner, common_angle, midline_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTH_MM = 2.0
"""Sides are compared after a blur of this standard deviation; finer, no two of them are alike."""
SOFT_HU = (-20.0, 110.0)
"""HU are cut to these before: a border of bone that is a pixel off says nothing."""
DENSER_HU = 10.0
"""So much more than on the other side belongs to a piece that is denser [ours]."""
RIM_MM = 2.5
"""At the skull pixels are part bone; what is compared beyond it comes from so deep."""
UNEVEN_MM = 15.0
"""So far the inside of the skull may reach beyond the mirror image of its other side [ours]."""
LOOKED_AT = (0.45, 0.53, 0.61, 0.69, 0.77, 0.85)
"""Slices that the midline's angle is found in, as shares of the way up: above the skull base."""
LEAST_CM2 = 0.5
"""Sides of a healthy head differ by smaller pieces."""


@dataclass(frozen=True)
class DenserPiece:
    """The largest piece of a slice that is denser than the other side.

    Attributes:
        middle: (row, column) of its centre of mass.
        area_cm2: its area.
        more_hu: mean of HU by which it is denser.
    """

    middle: tuple[float, float]
    area_cm2: float
    more_hu: float


@dataclass(frozen=True, eq=False)
class MirrorView:
    """What is shown.

    Attributes:
        midline: that the slice is flipped about.
        hu: int16 ``(rows, columns)`` the slice flipped, on its own grid; air where its other side is not in
            the picture.
        difference_hu: float32 ``(rows, columns)`` HU of the slice less those of its mirror image, both
            blurred; 0 outside the skull. Blood is positive on its side, and negative on the
            other.
    """

    midline: Midline
    hu: NDArray[np.int16]
    difference_hu: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MirrorGround:
    """All of a slice that is the same about whatever line it is flipped.

    Attributes:
        image: float32 ``(rows, columns)`` HU.
        inner: the inside of its skull.
        whole: HU without noise, at the rim and beyond as deeper inside.
        away_mm: how far from where both sides may be compared.
    """

    image: NDArray[np.float32]
    inner: Inner
    whole: NDArray[np.float32]
    away_mm: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        hu: NDArray[np.number],
        pixel_mm: float,
        midline: Midline | None = None,
        soft_hu: tuple[float, float] = SOFT_HU,
    ) -> MirrorGround:
        """Of a slice; arguments as for :func:`mirror_view`."""
        image = np.asarray(hu, np.float32)
        one = _inner(image, pixel_mm, soft_hu, midline)
        # a skull is uneven: where its other side ends sooner, the outermost brain there is compared
        deep = ndimage.binary_erosion(one.inside, iterations=max(1, round(RIM_MM / pixel_mm)))
        away, nearest = ndimage.distance_transform_edt(~deep, return_indices=True)
        whole = np.where(one.inside, one.smooth, one.smooth[tuple(nearest)])
        return cls(image, one, whole, (away * pixel_mm).astype(np.float32))


def mirror_view(
    hu: NDArray[np.number],
    pixel_mm: float,
    midline: Midline | None = None,
    *,
    angle: float | None = None,
    soft_hu: tuple[float, float] = SOFT_HU,
) -> MirrorView:
    """Flip a slice about its midline, and compare.

    Skull and scalp take no part where the skull encloses something: neither is the same on both sides, and
    the blur would carry them over the brain.

    Args:
        hu: ``(rows, columns)``.
        pixel_mm: size of a pixel.
        midline: ``None`` to find it.
        angle: of the midlines of the series (:func:`series_angle`); ``None`` to go by the head's outline in
            this slice alone.
        soft_hu: what HU are cut to; for grey values of a picture all that it may hold.
    """
    ground = MirrorGround.of(hu, pixel_mm, midline, soft_hu)
    if midline is None:
        midline = ground.inner.outline if angle is None else midline_at(ground.inner, angle)
    return flipped_about(ground, midline)


def flipped_about(ground: MirrorGround, midline: Midline) -> MirrorView:
    """Flip a slice about any line, and compare."""
    image, one = ground.image, ground.inner
    at = midline.mirrored((image.shape[0], image.shape[1])).astype(np.float32)
    air = float(min(image.min(), -1000.0))
    flipped = ndimage.map_coordinates(image, at, order=1, cval=air)
    both = one.inside & (ndimage.map_coordinates(ground.away_mm, at, order=1, cval=np.inf) < UNEVEN_MM)
    other = ndimage.map_coordinates(ground.whole, at, order=1)
    difference = np.where(both, one.smooth - other, np.float32(0)).astype(np.float32)
    return MirrorView(midline, np.rint(flipped).astype(np.int16), difference)


def series_angle(hu: NDArray[np.number], pixel_mm: float, *, soft_hu: tuple[float, float] = SOFT_HU) -> float:
    """The angle of the midlines of a series.

    Args:
        hu: ``(slices, rows, columns)``, from the lowest slice to the highest; some of them are looked at.
        pixel_mm: size of a pixel.
        soft_hu: as for :func:`mirror_view`.
    """
    last = hu.shape[0] - 1
    chosen = sorted({round(last * share) for share in LOOKED_AT})
    return common_angle([_inner(np.asarray(hu[k], np.float32), pixel_mm, soft_hu) for k in chosen])


def _inner(
    image: NDArray[np.float32],
    pixel_mm: float,
    soft_hu: tuple[float, float],
    midline: Midline | None = None,
) -> Inner:
    inside = cranial_cavity(image, pixel_mm)
    if inside is None:
        inside = ndimage.binary_fill_holes(image > HEAD_ABOVE_HU)
    smooth = blurred_within(np.clip(image, *soft_hu), inside, SMOOTH_MM / pixel_mm)
    return Inner(smooth, inside, midline or find_midline(image, pixel_mm), pixel_mm)


def denser_piece(difference_hu: NDArray[np.floating], pixel_mm: float) -> DenserPiece | None:
    """Where a slice is denser than on its other side; ``None`` where the sides are about alike.

    Args:
        difference_hu: ``(rows, columns)`` as :class:`MirrorView` has it.
        pixel_mm: size of a pixel.
    """
    pieces, count = ndimage.label(difference_hu > DENSER_HU)
    if not count:
        return None
    # what is much denser counts for more than what is a little denser and large
    sums = np.bincount(pieces.ravel(), difference_hu.ravel(), count + 1)[1:]
    inside = pieces == int(sums.argmax()) + 1
    area = float(inside.sum()) * pixel_mm**2 / 100.0
    if area < LEAST_CM2:
        return None
    row, column = (float(axis.mean()) for axis in np.nonzero(inside))
    return DenserPiece((row, column), area, float(difference_hu[inside].mean()))
