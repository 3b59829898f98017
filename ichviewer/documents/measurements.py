"""Distances, angles and regions that the reader drew, as values on the series' own grid."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import GeometryError, IchError

if TYPE_CHECKING:
    from ichcore.volume import Geometry, Volume

Point = tuple[float, float]
"""(row, column) in pixels; a pixel's centre has whole numbers."""

KINDS = {"distance": 2, "angle": 3, "ellipse": 2, "rectangle": 2}
"""Kinds of measurement and how many points each has; the two shapes hold opposite corners."""


@dataclass(frozen=True)
class Measurement:
    """One thing measured on one slice.

    Attributes:
        identifier: unique within the series.
        kind: ``distance``, ``angle``, ``ellipse`` or ``rectangle``.
        slice_index: slice it lies on.
        points: (row, column) pixels; for an angle the vertex is the middle point.
        name: what the reader calls it; may be empty.
    """

    identifier: int
    kind: str
    slice_index: int
    points: tuple[Point, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or len(self.points) != KINDS[self.kind]:
            raise IchError(
                f"A measurement of kind {self.kind!r} with {len(self.points)} points is not one we know."
            )

    def as_json(self) -> dict[str, Any]:
        """A JSON object that :func:`from_json` reads back."""
        return asdict(self)


def from_json(data: dict[str, Any]) -> Measurement:
    """Read a measurement back.

    Raises:
        IchError: if the object is not a measurement.
    """
    try:
        points = tuple((float(row), float(column)) for row, column in data["points"])
        return Measurement(
            int(data["identifier"]),
            str(data["kind"]),
            int(data["slice_index"]),
            points,
            str(data.get("name", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IchError(f"A stored measurement cannot be read ({error}); it was left out.") from error


def length_mm(geometry: Geometry, a: Point, b: Point) -> float:
    """Distance between two points of a slice, mm.

    Raises:
        GeometryError: where the pixel spacing is unknown.
    """
    rows, columns = geometry.require_in_plane_mm()
    return float(np.hypot((b[0] - a[0]) * rows, (b[1] - a[1]) * columns))


def angle_deg(geometry: Geometry, a: Point, vertex: Point, b: Point) -> float:
    """Angle at ``vertex`` in degrees; pixel spacing matters where it is not square, and is 1:1 if unknown."""
    scale = np.array(geometry.pixel_spacing_mm or (1.0, 1.0))
    one, two = (np.subtract(a, vertex) * scale, np.subtract(b, vertex) * scale)
    norm = float(np.linalg.norm(one) * np.linalg.norm(two))
    return 0.0 if norm == 0 else float(np.degrees(np.arccos(np.clip(one @ two / norm, -1.0, 1.0))))


@dataclass(frozen=True)
class RegionStatistics:
    """What a region holds: mean, SD, minimum and maximum in HU (grey values for pictures), pixels, mm²."""

    mean: float
    sd: float
    minimum: float
    maximum: float
    pixels: int
    area_mm2: float | None


def region_statistics(volume: Volume, measurement: Measurement) -> RegionStatistics:
    """Statistics of the pixels whose centres lie inside an ellipse or rectangle.

    Raises:
        GeometryError: if no pixel centre lies inside.
    """
    (r0, c0), (r1, c1) = measurement.points
    r0, r1, c0, c1 = min(r0, r1), max(r0, r1), min(c0, c1), max(c0, c1)
    plane = volume.hu[measurement.slice_index]
    top, left = max(0, int(np.ceil(r0))), max(0, int(np.ceil(c0)))
    patch = plane[top : int(np.floor(r1)) + 1, left : int(np.floor(c1)) + 1]
    if measurement.kind == "ellipse" and patch.size:
        rows = (np.arange(patch.shape[0]) + top - (r0 + r1) / 2) / max((r1 - r0) / 2, 1e-9)
        columns = (np.arange(patch.shape[1]) + left - (c0 + c1) / 2) / max((c1 - c0) / 2, 1e-9)
        patch = patch[rows[:, None] ** 2 + columns[None, :] ** 2 <= 1.0]
    if patch.size == 0:
        raise GeometryError("The region holds no pixel centre; draw it larger.")
    values = patch.astype(np.float64)
    spacing = volume.geometry.pixel_spacing_mm
    area = None if spacing is None else float(values.size * spacing[0] * spacing[1])
    return RegionStatistics(
        float(values.mean()),
        float(values.std()),
        float(values.min()),
        float(values.max()),
        int(values.size),
        area,
    )


def reading(volume: Volume, measurement: Measurement) -> str:
    """The measurement in one line, such as ``23.4 mm`` or ``61.2 ± 4.5 HU · 1.24 cm²``."""
    if measurement.kind == "distance":
        a, b = measurement.points
        if volume.geometry.pixel_spacing_mm is None:
            return f"{np.hypot(b[0] - a[0], b[1] - a[1]):.1f} px"
        return f"{length_mm(volume.geometry, a, b):.1f} mm"
    if measurement.kind == "angle":
        return f"{angle_deg(volume.geometry, *measurement.points):.1f}°"
    try:
        region = region_statistics(volume, measurement)
    except GeometryError:
        return "too small"
    unit = "HU" if volume.is_hu else "grey"
    area = f"{region.area_mm2 / 100:.2f} cm²" if region.area_mm2 is not None else f"{region.pixels} px"
    return f"{region.mean:.1f} ± {region.sd:.1f} {unit} · {area}"
