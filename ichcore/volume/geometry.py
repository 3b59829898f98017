"""Where the voxels of a series lie in the patient (LPS mm), slice by slice."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ichcore.errors import GeometryError

Vector = NDArray[np.float64]

EVEN_TOLERANCE_MM = 0.1
"""Slice steps that differ by less than this are called even (table read-outs round to 0.1 mm)."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Positions of a stack of parallel slices; each slice keeps its own origin.

    Tilted, sheared and unevenly spaced stacks are therefore exact; :attr:`affine` is only their
    nominal, evenly spaced approximation.

    Attributes:
        shape: ``(slices, rows, columns)``.
        origins_mm: ``(slices, 3)`` LPS position of the centre of pixel (0, 0) of each slice, ordered so
            that :attr:`positions_mm` ascends towards the patient's head.
        row_axis: unit LPS vector along increasing row index (down the screen).
        column_axis: unit LPS vector along increasing column index (to the right of the screen).
        pixel_spacing_mm: ``(between rows, between columns)``; ``None`` where the source does not say.
        slice_thickness_mm: collimated or reconstructed thickness; ``None`` where unknown. Never the step.
        positions_known: ``False`` where slice positions are only an order (pictures, bare headers);
            positions then count slices, not mm.

    Source: DICOM PS3.3 C.7.6.2.1.1 (Image Position and Image Orientation).
    """

    shape: tuple[int, int, int]
    origins_mm: Vector
    row_axis: Vector = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    column_axis: Vector = field(default_factory=lambda: np.array([1.0, 0.0, 0.0]))
    pixel_spacing_mm: tuple[float, float] | None = None
    slice_thickness_mm: float | None = None
    positions_known: bool = True

    def __post_init__(self) -> None:
        if self.origins_mm.shape != (self.shape[0], 3):
            raise GeometryError(
                f"The geometry holds {self.origins_mm.shape[0]} slice origins for {self.shape[0]} slices; "
                "give one origin a slice."
            )

    @classmethod
    def regular(
        cls,
        shape: tuple[int, int, int],
        spacing_mm: tuple[float, float, float],
        *,
        origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
        tilt_deg: float = 0.0,
        slice_thickness_mm: float | None = None,
    ) -> Geometry:
        """An axial stack with even steps along the table; the gantry may be tilted about the x axis.

        Args:
            shape: ``(slices, rows, columns)``.
            spacing_mm: ``(table step, between rows, between columns)``.
            origin_mm: LPS position of voxel (0, 0, 0).
            tilt_deg: gantry tilt; the slice planes turn about x while the table still moves along z.
            slice_thickness_mm: thickness, by default the step.
        """
        tilt = np.deg2rad(tilt_deg)
        along_table = np.outer(np.arange(shape[0]) * spacing_mm[0], [0.0, 0.0, 1.0])
        origins = np.asarray(origin_mm, float) + along_table
        return cls(
            shape,
            origins,
            row_axis=np.array([0.0, np.cos(tilt), np.sin(tilt)]),
            pixel_spacing_mm=(spacing_mm[1], spacing_mm[2]),
            slice_thickness_mm=spacing_mm[0] if slice_thickness_mm is None else slice_thickness_mm,
        )

    @property
    def normal(self) -> Vector:
        """Unit LPS slice normal, turned towards the patient's head (or, if it has none, left, then front)."""
        normal: Vector = np.cross(self.column_axis, self.row_axis)
        normal = normal / np.linalg.norm(normal)  # header cosines are rounded
        leading = normal[2] if abs(normal[2]) > 1e-6 else normal[np.argmax(np.abs(normal))]
        return normal if leading > 0 else -normal

    @property
    def positions_mm(self) -> Vector:
        """``(slices,)`` projection of each origin on :attr:`normal`; ascending."""
        positions: Vector = self.origins_mm @ self.normal
        return positions

    @property
    def steps_mm(self) -> Vector:
        """``(slices − 1,)`` distances between neighbouring slices along the normal."""
        return np.diff(self.positions_mm)

    @property
    def spacing_between_slices_mm(self) -> float | None:
        """Median step along the normal; ``None`` for one slice or unknown positions."""
        if self.shape[0] < 2 or not self.positions_known:
            return None
        return float(np.median(self.steps_mm))

    @property
    def spacing_mm(self) -> tuple[float | None, float | None, float | None]:
        """``(between slices, between rows, between columns)``, each ``None`` where unknown."""
        rows, columns = self.pixel_spacing_mm or (None, None)
        return (self.spacing_between_slices_mm, rows, columns)

    @property
    def even(self) -> bool:
        """Whether all steps agree within :data:`EVEN_TOLERANCE_MM`."""
        steps = self.steps_mm
        return bool(steps.size == 0 or np.ptp(steps) <= EVEN_TOLERANCE_MM)

    @property
    def tilt_deg(self) -> float:
        """Angle between the slice normal and the nearest patient axis, signed by the row axis; degrees."""
        return float(np.degrees(np.arcsin(np.clip(self.row_axis[2], -1.0, 1.0))))

    @property
    def shear_deg(self) -> float:
        """Angle between the slice normal and the line through the slice origins; 0 for a right stack."""
        if self.shape[0] < 2:
            return 0.0
        run = self.origins_mm[-1] - self.origins_mm[0]
        length = float(np.linalg.norm(run))
        if length == 0.0:
            return 0.0
        return float(np.degrees(np.arccos(np.clip(abs(run @ self.normal) / length, 0.0, 1.0))))

    @property
    def affine(self) -> NDArray[np.float64]:
        """``(4, 4)`` map from (slice, row, column) index to LPS mm with the nominal (mean) step."""
        rows, columns = self.pixel_spacing_mm or (1.0, 1.0)
        if self.shape[0] > 1:
            step = (self.origins_mm[-1] - self.origins_mm[0]) / (self.shape[0] - 1)
        else:
            step = self.normal * (self.slice_thickness_mm or 1.0)
        affine = np.eye(4)
        affine[:3, 0] = step
        affine[:3, 1] = self.row_axis * rows
        affine[:3, 2] = self.column_axis * columns
        affine[:3, 3] = self.origins_mm[0]
        return affine

    def to_lps_mm(self, slice_index: int, row: float, column: float) -> Vector:
        """LPS position of a point in a slice; exact for uneven and tilted stacks."""
        rows, columns = self.pixel_spacing_mm or (1.0, 1.0)
        point: Vector = (
            self.origins_mm[slice_index]
            + self.row_axis * (row * rows)
            + self.column_axis * (column * columns)
        )
        return point

    def require_in_plane_mm(self) -> tuple[float, float]:
        """``pixel_spacing_mm``, for a measurement that needs it.

        Raises:
            GeometryError: where the source states no pixel spacing.
        """
        if self.pixel_spacing_mm is None:
            raise GeometryError("The series states no pixel spacing, so nothing can be measured in mm on it.")
        return self.pixel_spacing_mm

    @property
    def supports_volumes(self) -> bool:
        """Whether a count of voxels may be turned into mL: spacing known, even and without gaps."""
        return self.pixel_spacing_mm is not None and self.positions_known and self.shape[0] > 1 and self.even

    def orientation_letters(self) -> tuple[str, str, str, str]:
        """Letters at the left, right, top and bottom of the screen, such as ``("R", "L", "A", "P")``."""
        right, down = self.column_axis, self.row_axis
        return (_letter(-right), _letter(right), _letter(-down), _letter(down))


def _letter(direction: Vector) -> str:
    """The anatomical letter of the patient axis nearest to an LPS direction."""
    axis = int(np.argmax(np.abs(direction)))
    return ("LR", "PA", "SI")[axis][0 if direction[axis] > 0 else 1]
