"""How much blood a label map holds: mL by subtype, and ABC/2 as it is estimated at the bedside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist, squareform

from ichcore.errors import GeometryError
from ichcore.subtypes import HEMORRHAGE_CLASSES, UNSTATED_LABEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.geometry import Geometry

UNSTATED = "unstated"
"""Key of hemorrhage whose subtype nobody said."""
_ALL_LABELS = {c.name: c.label for c in HEMORRHAGE_CLASSES if c.label is not None} | {
    UNSTATED: UNSTATED_LABEL
}
_SOLID = np.ones((3, 3, 3), bool)


@dataclass(frozen=True)
class AbcOverTwo:
    """The largest bleed by the formula of Kothari 1996.

    It was made for slices of 10 mm; with thin ones it says less than a count of voxels.

    Attributes:
        a_mm: greatest diameter on the slice where the bleed is largest.
        b_mm: greatest width at a right angle to it, on the same slice.
        c_mm: height: slices with at least 75 % of the largest area count whole, those with 25 to 75 % half,
            smaller ones not at all.
        slice_index: where A and B were measured.
    """

    a_mm: float
    b_mm: float
    c_mm: float
    slice_index: int

    @property
    def ml(self) -> float:
        """A · B · C / 2 in mL."""
        return self.a_mm * self.b_mm * self.c_mm / 2.0 / 1000.0


def why_no_volumes(geometry: Geometry) -> str:
    """Why a count of voxels is no volume in this series; empty where it is one."""
    if geometry.supports_volumes:
        return ""
    if geometry.pixel_spacing_mm is None:
        return "The series states no pixel spacing, so volumes are withheld."
    if not geometry.positions_known:
        return "The positions of the slices are not known, so volumes are withheld."
    if geometry.shape[0] < 2:
        return "The series has one slice, so volumes are withheld."
    return "The slices are not evenly spaced, so volumes are withheld."


def volumes_ml(labels: NDArray[np.uint8], geometry: Geometry) -> dict[str, float]:
    """ML of every subtype, of ``unstated`` hemorrhage, and of ``any``, their union.

    Args:
        labels: ``(slices, rows, columns)`` label map.
        geometry: of the series.

    Raises:
        GeometryError: where the geometry does not support volumes.
    """
    voxel_ml = _voxel_mm3(geometry) / 1000.0
    counts = np.bincount(labels.ravel(), minlength=UNSTATED_LABEL + 1)
    return {"any": float(counts[1:].sum() * voxel_ml)} | {
        name: float(counts[label] * voxel_ml) for name, label in _ALL_LABELS.items()
    }


def areas_mm2(labels: NDArray[np.uint8], geometry: Geometry) -> NDArray[np.float64]:
    """``(slices,)`` area of hemorrhage.

    Raises:
        GeometryError: where the series states no pixel spacing.
    """
    rows_mm, columns_mm = geometry.require_in_plane_mm()
    areas: NDArray[np.float64] = (labels > 0).sum(axis=(1, 2)) * (rows_mm * columns_mm)
    return areas


def abc_over_2(labels: NDArray[np.uint8], geometry: Geometry) -> AbcOverTwo | None:
    """ABC/2 of the largest connected bleed, of whatever subtypes; ``None`` where there is none.

    Raises:
        GeometryError: where the geometry does not support volumes.
    """
    _voxel_mm3(geometry)
    pieces, count = ndimage.label(labels > 0, _SOLID)
    if count == 0:
        return None
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    bleed = pieces == int(sizes.argmax())
    areas = bleed.sum(axis=(1, 2))
    at = int(areas.argmax())
    a_mm, b_mm = _diameters(bleed[at], geometry.require_in_plane_mm())
    share = areas / areas[at]
    counted = (share >= 0.75).sum() + 0.5 * ((share >= 0.25) & (share < 0.75)).sum()
    step = geometry.spacing_between_slices_mm or 0.0
    return AbcOverTwo(a_mm, b_mm, float(counted * step), at)


def _voxel_mm3(geometry: Geometry) -> float:
    """What a voxel stands for: its area times the step along the normal, tilted or not."""
    withheld = why_no_volumes(geometry)
    rows_mm, columns_mm = geometry.pixel_spacing_mm or (0.0, 0.0)
    step = geometry.spacing_between_slices_mm
    if withheld or step is None:
        raise GeometryError(withheld or "The step between slices is not known, so volumes are withheld.")
    return rows_mm * columns_mm * step


def _diameters(inside: NDArray[np.bool_], spacing_mm: tuple[float, float]) -> tuple[float, float]:
    """Greatest diameter of a region and its greatest width at a right angle, between pixels' corners; mm."""
    at = np.argwhere(inside)
    corners = np.concatenate([at + step for step in ((0, 0), (0, 1), (1, 0), (1, 1))]) * np.array(spacing_mm)
    outline = corners[ConvexHull(corners).vertices]  # a pixel has an area, so there always is a hull
    distances = squareform(pdist(outline))
    first, second = np.unravel_index(int(distances.argmax()), distances.shape)
    along = outline[second] - outline[first]
    across = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    reach = outline @ across
    return float(distances[first, second]), float(np.ptp(reach))
