"""Deletion and insertion curves (Petsiuk 2018): does what a map points at carry what the network says?

Deleting the pixels of highest activation first should take a probability away quickly, showing them alone
should bring it soon. [ours] Deleted is what a strong blur leaves, in both directions, since a hole of one
value is a finding of its own in a CT; shares are of the head's pixels, in steps that are fine where a bleed's
size lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage
from scipy.integrate import trapezoid

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SHARES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Of the head's pixels."""
BLUR_MM = 12.0
"""Standard deviation of the blur that stands for "not there"."""
_AIR_HU = -300.0
SOFT_HU = (-100.0, 150.0)
"""Soft tissue and blood; bone, calcification, fat and air lie outside."""


class DeletionCurves(NamedTuple):
    """What a network says while a slice is taken away and while it is brought back.

    Attributes:
        shares: ``(S,)`` of the head's pixels that are deleted, or inserted, by now.
        deletion: ``(S,)`` probability; starts at that of the slice.
        insertion: ``(S,)`` probability; ends at that of the slice.
    """

    shares: NDArray[np.float64]
    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]

    @property
    def deletion_area(self) -> float:
        """Area under the deletion curve, 0 to 1; less is better."""
        return float(trapezoid(self.deletion, self.shares))

    @property
    def insertion_area(self) -> float:
        """Area under the insertion curve, 0 to 1; more is better."""
        return float(trapezoid(self.insertion, self.shares))


def deletion_curves(
    says: Callable[[NDArray[np.float32]], NDArray[np.floating]],
    hu: NDArray[np.number],
    activation: NDArray[np.floating],
    pixel_mm: float,
    *,
    seed: int = 0,
) -> DeletionCurves:
    """Curves of one slice and one map.

    Args:
        says: HU ``(N, H, W)`` to probabilities ``(N,)`` of the class.
        hu: the slice, ``(H, W)``.
        activation: ``(H, W)``; where it is equal, above all where it is zero, the order is drawn by lot.
        pixel_mm: size of a pixel.
        seed: of the lot.
    """
    whole = np.asarray(hu, np.float32)
    bare = blurred(whole, pixel_mm)
    head = np.flatnonzero(in_head(whole))
    lot = np.random.default_rng(seed).permutation(len(head))
    order = head[lot][np.argsort(-np.asarray(activation, np.float64).ravel()[head[lot]], kind="stable")]
    deleted, inserted = [], []
    for share in SHARES:
        chosen = np.zeros(whole.size, bool)
        chosen[order[: round(share * len(order))]] = True
        inside = chosen.reshape(whole.shape)
        deleted.append(np.where(inside, bare, whole))
        inserted.append(np.where(inside, whole, bare))
    said = np.asarray(says(np.stack(deleted + inserted)), np.float64)
    return DeletionCurves(np.array(SHARES), said[: len(SHARES)], said[len(SHARES) :])


def blurred(hu: NDArray[np.floating], pixel_mm: float) -> NDArray[np.float32]:
    """``(H, W)`` the slice without the detail of its soft tissue; bone and air stay and lend nothing."""
    soft = soft_tissue(hu)
    sigma = BLUR_MM / pixel_mm
    weight = ndimage.gaussian_filter(soft.astype(np.float32), sigma)
    total = ndimage.gaussian_filter(np.where(soft, hu, 0.0).astype(np.float32), sigma)
    smooth = np.divide(total, weight, out=np.zeros_like(total), where=weight > 1e-6)
    return np.where(soft, smooth, hu).astype(np.float32)


def soft_tissue(hu: NDArray[np.floating]) -> NDArray[np.bool_]:
    """``(H, W)`` the pixels that a blur mixes."""
    soft: NDArray[np.bool_] = (hu > SOFT_HU[0]) & (hu < SOFT_HU[1])
    return soft


def in_head(hu: NDArray[np.floating]) -> NDArray[np.bool_]:
    """``(H, W)`` the largest body in the slice, holes filled; all of the slice where there is none."""
    labels, count = ndimage.label(hu > _AIR_HU)
    if count == 0:
        return np.ones(hu.shape, bool)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    body: NDArray[np.bool_] = ndimage.binary_fill_holes(labels == int(sizes.argmax()))
    return body
