"""Whether a series is what the models were made for: non-contrast head CT in HU with a soft kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ichcore.models.head import find_head
from ichcore.predict.grey import ASSUMED_WINDOW
from ichcore.predict.slabs import Slabs
from ichcore.volume.passport import Finding

if TYPE_CHECKING:
    from ichcore.volume.volume import SeriesIdentity, Volume

FEW_SLICES = 8
"""A head at 5 mm has about 28 slices; fewer than this show a part of it."""
WIDEST_HEAD_MM = 290.0
"""No head with its head rest is longer in a slice; a chest or an abdomen is."""
SMALLEST_HEAD_MM = 90.0
"""No head is shorter over most of its slices; an extremity or a test object is."""

_HEAD = re.compile(
    r"head|brain|skull|cran|neuro|schaedel|sch[äa]del|kopf|t[êe]te|cabeza|\bhct\b", re.IGNORECASE
)
_CONTRAST = re.compile(
    r"c\+|\+c\b|post.?contrast|with contrast|contrast.?enhanced|\bcta\b|angio"
    r"|\bcecth?\b|\bkm\b|perfusion|venogra",
    re.IGNORECASE,
)
_NO_CONTRAST = re.compile(
    r"non.?contrast|without|w/o|plain|\bnc\b|\bncct\b|no contrast|^none$|^no$", re.IGNORECASE
)
# Siemens H60s, Hr64, J70h; GE BONE, EDGE, DETAIL; Philips YB…YE, E; Canon FC30–FC39, FC80–FC89
_BONE_KERNEL = re.compile(
    r"bone|edge|lung|detail|ultra|sharp|^[hjbq][a-z]{0,2}[6-9]\d|^y[b-e]$|^[ef]$|^fc(3\d|8\d)", re.IGNORECASE
)
_REPAIRED = ("wrap_repaired", "sign_repaired", "truncated_pixels", "slices_missing_pixels")


def scope_warnings(volume: Volume, slabs: Slabs | None = None) -> tuple[Finding, ...]:
    """What a reader must know before trusting a prediction of this series.

    Codes: ``no_hu``, ``not_head``, ``contrast``, ``bone_kernel``, ``few_slices``, ``thin_slices``,
    ``not_decoded``, and the repairs of the passport that change HU.
    """
    identity = volume.identity
    found: list[Finding] = []
    if not volume.is_hu:
        found.append(
            Finding(
                "no_hu",
                "The pictures hold no HU; grey 0 to 255 was taken as the window "
                f"{ASSUMED_WINDOW.center:.0f}/{ASSUMED_WINDOW.width:.0f}, which may be wrong.",
            )
        )
    found += _region(volume)
    if identity.contrast_agent and not _NO_CONTRAST.search(identity.contrast_agent):
        found.append(Finding("contrast", f"The header names a contrast agent ({identity.contrast_agent})."))
    elif _says_contrast(identity):
        found.append(Finding("contrast", f"The description {_description(identity)!r} speaks of contrast."))
    if identity.convolution_kernel and _BONE_KERNEL.search(identity.convolution_kernel.strip()):
        found.append(
            Finding(
                "bone_kernel",
                f"The kernel {identity.convolution_kernel!r} is a sharp one; its noise hides blood.",
            )
        )
    if volume.shape[0] < FEW_SLICES:
        found.append(
            Finding("few_slices", f"The series has {volume.shape[0]} slices, fewer than a whole head needs.")
        )
    slabs = Slabs.for_geometry(volume.geometry) if slabs is None else slabs
    if slabs.averaged:
        step = volume.geometry.spacing_between_slices_mm or 0.0
        found.append(
            Finding(
                "thin_slices",
                f"Slices {step:.2f} mm apart were averaged to about {slabs.thickness_mm:.1f} mm for the "
                "model; every slice carries the result of its average.",
            )
        )
    if not volume.complete:
        missing = int((~volume.decoded).sum())
        found.append(Finding("not_decoded", f"{missing} slices have no pixel data and are not predicted."))
    found += [finding for finding in volume.passport if finding.code in _REPAIRED]
    return tuple(found)


def _region(volume: Volume) -> list[Finding]:
    """``not_head``, from what the header says or, failing that, from the size of the body."""
    identity = volume.identity
    if identity.modality not in {"", "CT"} and volume.is_hu:
        return [Finding("not_head", f"The modality is {identity.modality}, not CT.")]
    part = identity.body_part.strip()
    if part and not _HEAD.search(part) and not _HEAD.search(_description(identity)):
        return [Finding("not_head", f"The header names the body part {part!r}, not a head.")]
    spacing = volume.geometry.pixel_spacing_mm
    if spacing is None or not volume.is_hu:
        return []
    body = find_head(volume.hu)
    if body is None:
        return [Finding("not_head", "No slice shows a body of a head's size.")]
    length = body.length * max(spacing)
    if SMALLEST_HEAD_MM <= length <= WIDEST_HEAD_MM:
        return []
    return [Finding("not_head", f"The body in the slices is {length:.0f} mm long; a head is 150 to 240 mm.")]


def _says_contrast(identity: SeriesIdentity) -> bool:
    said = _description(identity)
    return bool(_CONTRAST.search(said)) and not _NO_CONTRAST.search(said)


def _description(identity: SeriesIdentity) -> str:
    return f"{identity.study_description} {identity.series_description}".strip()
