"""Whether a series is what the models were made for: non-contrast head CT in HU with a soft kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.models.head import find_head
from ichcore.volume.passport import Finding
from ichcore.volume.scope import is_bone_kernel, names_contrast, names_head
from ichcore.volume.volume import AIR_HU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ichcore.predict.model_input import ModelInput
    from ichcore.volume.volume import Volume

FEW_SLICES = 8
"""A head at 5 mm has about 28 slices; fewer than this show a part of it."""
WIDEST_HEAD_MM = 290.0
"""No head with its head rest is longer in a slice; a chest or an abdomen is."""
SMALLEST_HEAD_MM = 90.0
"""No head is shorter over most of its slices; an extremity or a test object is."""
WORTH_SAYING_HU = 5.0
"""Scanners differ by about ± 3 HU; from here on a series is said to differ."""
GUARDED = ("not_head", "not_axial", "contrast")
"""What no model here was made for: such a series is scored only for a reader who asks for it knowingly."""
_CT = frozenset({"", "CT"})
_PICTURES = _CT | {"OT", "SC"}
"""A picture without HU may have been a CT, whatever made the picture."""
_CARRIED = (
    "not_head",
    "not_axial",
    "contrast",
    "bone_kernel",
    "derived",
    "wrap_repaired",
    "sign_repaired",
    "truncated",
    "undecodable_slices",
    "positions_unknown",
)
"""Findings of the passport that touch what a model may be trusted with."""


def scope_warnings(prepared: ModelInput) -> tuple[Finding, ...]:
    """What a reader must know before trusting a prediction of this series, each code once.

    Codes: ``no_hu``, ``brain_level``, ``not_head``, ``contrast``, ``bone_kernel``, ``few_slices``,
    ``thin_slices``, ``empty_slices``, and the passport's repairs and doubts that change what a model sees.
    """
    volume = prepared.volume
    found = {finding.code: finding for finding in volume.passport if finding.code in _CARRIED}
    for finding in (*_from_header(prepared), *_from_pixels(prepared)):
        found.setdefault(finding.code, finding)
    return tuple(found.values())


def outside_scope(volume: Volume) -> tuple[Finding, ...]:
    """Why a series should not be scored without asking, each code of :data:`GUARDED` once; mostly nothing.

    Needs no model, so that a series can be refused before any is loaded.
    """
    found = {finding.code: finding for finding in volume.passport if finding.code in GUARDED}
    for finding in (*_of_identity(volume), *_of_body(volume)):
        if finding.code in GUARDED:
            found.setdefault(finding.code, finding)
    return tuple(found.values())


def _from_header(prepared: ModelInput) -> Iterator[Finding]:
    volume = prepared.volume
    if prepared.grey is not None:
        yield Finding("no_hu", f"The pictures hold no HU; {prepared.grey}")
    if abs(prepared.offset_hu) >= WORTH_SAYING_HU:
        where = "brighter" if prepared.offset_hu < 0 else "darker"
        yield Finding(
            "brain_level",
            f"Brain is {abs(prepared.offset_hu):.0f} HU {where} here than heads have it; the model was given "
            "the series with its brain at the usual level.",
        )
    yield from _of_identity(volume)
    if volume.shape[0] < FEW_SLICES:
        yield Finding("few_slices", f"Fewer slices ({volume.shape[0]}) than a whole head needs.")


def _of_identity(volume: Volume) -> Iterator[Finding]:
    """What the words of the header tell."""
    identity = volume.identity
    words = f"{identity.series_description} {identity.study_description}".strip()
    if identity.modality not in (_CT if volume.is_hu else _PICTURES):
        yield Finding("not_head", f"The modality is {identity.modality}, not CT.")
    if names_head(identity.body_part, words) is False:
        yield Finding("not_head", f"The header names {identity.body_part or words!r}, not a head.")
    reason = names_contrast(identity.contrast_agent, words)
    if reason:
        yield Finding("contrast", f"A series after contrast ({reason}).")
    if is_bone_kernel(identity.convolution_kernel, identity.series_description):
        kernel = identity.convolution_kernel or identity.series_description
        yield Finding("bone_kernel", f"A sharp (bone) kernel ({kernel}); its noise hides blood.")


def _from_pixels(prepared: ModelInput) -> Iterator[Finding]:
    volume, slabs = prepared.volume, prepared.slabs
    if slabs.averaged:
        step = volume.geometry.spacing_between_slices_mm or 0.0
        yield Finding(
            "thin_slices",
            f"Slices {step:.2f} mm apart were averaged to about {slabs.thickness_mm:.1f} mm for the model; "
            "every slice carries the result of its average.",
        )
    empty = int((~prepared.seen).sum())
    if empty:
        yield Finding(
            "empty_slices", f"{empty} of {volume.shape[0]} slices hold no picture; none is predicted."
        )
    if empty < volume.shape[0]:
        yield from _of_body(volume)


def _of_body(volume: Volume) -> Iterator[Finding]:
    """Whether a body of a head's size is in the slices; silent without HU, millimetres or any picture."""
    spacing = volume.geometry.pixel_spacing_mm
    if spacing is None or not volume.is_hu:
        return
    body = find_head(volume.hu)
    if body is None:
        if volume.hu.max() > AIR_HU:
            yield Finding("not_head", "No slice shows a body of a head's size.")
    elif not SMALLEST_HEAD_MM <= body.length * max(spacing) <= WIDEST_HEAD_MM:
        length = body.length * max(spacing)
        yield Finding("not_head", f"The body in the slices is {length:.0f} mm long; a head is 150 to 240 mm.")
