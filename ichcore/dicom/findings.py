"""The passport that headers alone give: geometry, what is unknown, and what the series is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom import tags
from ichcore.volume.passport import Finding, slices_text
from ichcore.volume.scope import is_bone_kernel, names_contrast, names_head
from ichcore.volume.spacing import spacing_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ichcore.dicom.stack import Stack
    from ichcore.volume.geometry import Geometry
    from ichcore.volume.volume import SeriesIdentity

THIN_MM = 3.0
"""Series thinner than this are averaged for inference."""
NOTABLE_DEG = 0.5
"""A tilt or shear below this is rounding."""
_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")


def header_findings(stack: Stack, identity: SeriesIdentity) -> tuple[Finding, ...]:
    """Everything about a stack that can be said before its pixels are read."""
    found: list[Finding] = []
    found += _angles(stack)
    if stack.positions_known:
        found += spacing_findings(stack.geometry)
    found += _thickness(stack.geometry)
    found += _unknown(stack)
    found += _unusual(stack, identity)
    found += _scope(stack, identity)
    return tuple(found)


def _angles(stack: Stack) -> Iterator[Finding]:
    geometry = stack.geometry
    if not stack.orientation_known:
        return
    stated = stack.frames[0].header.number(tags.GANTRY_TILT)
    upright = float(np.degrees(np.arccos(np.clip(abs(geometry.normal[2]), 0.0, 1.0))))
    if upright > 60.0:
        yield Finding("not_axial", f"The slices stand {upright:.0f}° away from axial.")
    elif upright > NOTABLE_DEG:
        header = "the header states no tilt" if stated is None else f"the header states {stated:g}°"
        yield Finding("tilt", f"The slices are tilted by {geometry.tilt_deg or upright:+.1f}° ({header}).")
    elif stated is not None and abs(stated) > NOTABLE_DEG:
        yield Finding(
            "tilt", f"The header states a gantry tilt of {stated:g}°, but the slices' orientation shows none."
        )
    shear = geometry.shear_deg
    if stack.positions_known and shear > NOTABLE_DEG:
        tag = "with" if stated is not None and abs(stated) > NOTABLE_DEG else "without"
        yield Finding(
            "shear",
            f"The stack leans by {shear:.1f}° against its slice normal, {tag} a tilt stated; "
            "every slice is kept in its true place.",
        )


def _thickness(geometry: Geometry) -> Iterator[Finding]:
    thickness = geometry.slice_thickness_mm
    step = geometry.spacing_between_slices_mm
    thin = thickness if thickness is not None else step
    if thin is not None and 0 < thin < THIN_MM:
        yield Finding(
            "thin_slices", f"Slices are {thin:g} mm thin; for inference they are averaged to about 5 mm."
        )
    if thickness is not None and step is not None and step < 0.9 * thickness:
        yield Finding("overlap", f"Slices {thickness:g} mm thick come every {step:.2f} mm, so they overlap.")


def _unknown(stack: Stack) -> Iterator[Finding]:
    header = stack.frames[0].header
    first = stack.frames[0]
    missing = [
        tags.NAMES[tag]
        for tag in (tags.MODALITY, tags.SERIES_INSTANCE, tags.KERNEL, tags.BODY_PART)
        if tag not in header
    ]
    if first.slice_thickness_mm is None:
        missing.append(tags.NAMES[tags.SLICE_THICKNESS])
    if first.pixel_spacing_mm is None:
        missing.append(tags.NAMES[tags.PIXEL_SPACING])
    if not stack.orientation_known:
        missing.append(tags.NAMES[tags.IMAGE_ORIENTATION])
    if not header.has_element(tags.GANTRY_TILT) and not stack.orientation_known:
        missing.append(tags.NAMES[tags.GANTRY_TILT])
    if first.storage.lut is None and header.frames == 1:
        missing += [
            tags.NAMES[tag] for tag in (tags.RESCALE_INTERCEPT, tags.RESCALE_SLOPE) if tag not in header
        ]
    # the Contrast/Bolus module is there only where contrast was given (PS3.3 A.3.3), so its absence from an
    # otherwise full header says "none"; from a header that states little it says nothing
    if missing and not header.has_element(tags.CONTRAST_AGENT):
        missing.append("whether contrast was given")
    if missing:
        yield Finding("header_unknown", f"The header does not state: {', '.join(missing)}.")
    if not stack.positions_known:
        yield Finding(
            "positions_unknown",
            "Slice positions are not stated (or all the same); the order is by slice location, number or "
            "name, and nothing can be measured between slices.",
        )


def _unusual(stack: Stack, identity: SeriesIdentity) -> Iterator[Finding]:
    irregular = {f.header.elements.irregular for f in stack.frames} - {""}
    if irregular:
        yield Finding("file_format", f"Files depart from the DICOM format: {', '.join(sorted(irregular))}.")
    bad = [
        uid
        for uid in (identity.series_instance_uid, *(f.sop_instance_uid for f in stack.frames))
        if not _UID.fullmatch(uid) or len(uid) > 64
    ]
    if bad:
        yield Finding("invalid_uid", f"{len(bad)} UIDs are missing or not valid; they are used as they are.")
    if any(f.storage.lut is not None for f in stack.frames):
        yield Finding("modality_lut", "HU come from a modality lookup table.")
    short = [i for i, f in enumerate(stack.frames) if not f.stored_whole]
    if short:
        yield Finding("truncated", f"Pixel data end too early in {slices_text(short)}; shown as air.")
    kind = stack.frames[0].rescale_type
    if kind not in ("", "HU", "US", "HU_MOD"):
        yield Finding("no_hu", f"The values are {kind}, not HU.")


def _scope(stack: Stack, identity: SeriesIdentity) -> Iterator[Finding]:
    words = " ".join((identity.series_description, stack.frames[0].header.text(tags.PROTOCOL)))
    reason = names_contrast(identity.contrast_agent, identity.series_description)
    if reason:
        yield Finding("contrast", f"A series after contrast ({reason}).")
    if is_bone_kernel(identity.convolution_kernel, identity.series_description):
        name = identity.convolution_kernel or identity.series_description
        yield Finding("bone_kernel", f"A sharp (bone) reconstruction ({name}).")
    if names_head(identity.body_part, words) is False:
        yield Finding("not_head", f"Body part {identity.body_part or 'by its description'}: not a head.")
    if any(
        word in ("MPR", "REFORMATTED", "MIP", "MINIP", "AVERAGE")
        for word in stack.frames[0].header.image_type
    ):
        yield Finding("derived", "A reformatted or averaged series, not the scanner's own slices.")
