"""Which series to open first: the best non-contrast axial head series, by rules that can be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.volume.passport import has_code
from ichcore.volume.scope import names_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.opening.catalogue import SeriesEntry, SliceSource

HEAD_EXTENT_MM = (80.0, 300.0)
HEAD_FIELD_MM = (150.0, 350.0)
ENOUGH_SLICES = 10


@dataclass(frozen=True)
class Suitability:
    """How well a series fits as the one to read.

    Attributes:
        score: the sum of the rules' points; larger is better.
        reasons: the rules that applied, each with its points.
    """

    score: float
    reasons: tuple[str, ...]


def suitability(source: SliceSource) -> Suitability:
    """Score a series; each rule that applies adds its points and its reason."""
    identity, geometry = source.identity, source.geometry
    slices = geometry.shape[0]
    rules: list[tuple[float, str]] = []
    if source.is_hu:
        rules.append((50, "values are HU"))
    if identity.modality == "CT":
        rules.append((20, "modality CT"))
    if has_code(source.passport, "not_axial"):
        rules.append((-40, "not axial"))
    rules.append((min(slices, ENOUGH_SLICES) * 3, f"{slices} slices"))
    if has_code(source.passport, "contrast"):
        rules.append((-30, "after contrast"))
    if has_code(source.passport, "bone_kernel"):
        rules.append((-20, "bone kernel"))
    if has_code(source.passport, "derived"):
        rules.append((-10, "reformatted"))
    head = names_head(identity.body_part, f"{identity.series_description} {identity.study_description}")
    if head is not None:
        rules.append((15, "named a head") if head else (-40, "named another body part"))
    rules += _size_rules(source)
    thickness = geometry.slice_thickness_mm
    if thickness is not None and 2.4 <= thickness <= 6.0:
        rules.append((5 if thickness >= 3.0 else 3, f"{thickness:g} mm slices"))
    rules.append((min(slices, 999) / 1000, "number of slices"))
    return Suitability(
        round(sum(points for points, _ in rules), 3),
        tuple(f"{reason} ({points:+g})" for points, reason in rules),
    )


def _size_rules(source: SliceSource) -> list[tuple[float, str]]:
    """Whether stack and field of view have the size of a head."""
    geometry = source.geometry
    rules: list[tuple[float, str]] = []
    if not geometry.positions_known:
        rules.append((-10, "slice positions unknown"))
    elif geometry.shape[0] > 1:
        extent = float(geometry.positions_mm[-1] - geometry.positions_mm[0])
        if HEAD_EXTENT_MM[0] <= extent <= HEAD_EXTENT_MM[1]:
            rules.append((15, f"{extent:.0f} mm long, as a head is"))
        elif extent > HEAD_EXTENT_MM[1]:
            rules.append((-20, f"{extent:.0f} mm long, longer than a head"))
    if geometry.pixel_spacing_mm is not None:
        field = geometry.pixel_spacing_mm[1] * geometry.shape[2]
        if HEAD_FIELD_MM[0] <= field <= HEAD_FIELD_MM[1]:
            rules.append((5, f"field of view {field:.0f} mm"))
    return rules


def propose(entries: Sequence[SeriesEntry]) -> SeriesEntry | None:
    """The series with the highest score; of equals the first."""
    return max(entries, key=lambda entry: entry.suitability.score, default=None)
