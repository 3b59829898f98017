"""What de-identified headers and identity still leave: names and UIDs inside sentences and tables."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ichcore.volume.passport import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ichcore.export.material import Material

_KEPT = ("modality", "body_part", "convolution_kernel", "manufacturer", "scanner_model", "series_number")
"""Parts of an identity that de-identification keeps."""
_SHORTEST = 3
"""Shorter words than this are no names that a sentence would be searched for."""
GONE = "…"
_NAMES_FILES = ("undecodable_slices", "truncated")
"""Findings whose sentence may repeat what a decoder said of a file."""


def scrubbed(clean: Material, original: Material) -> Material:
    """A de-identified material whose sentences and tables do not name the patient either.

    The passport's and the prediction's sentences lose every word of the original's identity; UIDs in the
    prediction's tables become those of the clean material, or go.

    Args:
        clean: de-identified.
        original: what it was made of, with the same slices.
    """
    uids = dict(
        zip(original.volume.sop_instance_uids, clean.volume.sop_instance_uids, strict=True),
    )
    before, after = original.volume.identity, clean.volume.identity
    for name in ("series_instance_uid", "study_instance_uid", "frame_of_reference_uid"):
        if getattr(before, name):
            uids[getattr(before, name)] = getattr(after, name)
    words = _words(original)
    prediction = clean.prediction
    if prediction is not None:
        prediction = replace(
            prediction,
            extra=_mapped(prediction.extra, uids, words),
            warnings=_findings(prediction.warnings, words),
        )
    passport = _findings(clean.volume.passport, words)
    return replace(clean, volume=replace(clean.volume, passport=passport), prediction=prediction)


def _words(original: Material) -> re.Pattern[str] | None:
    """What may appear in no sentence: the values of the identity and the words of the name and the reader."""
    identity = {k: v for k, v in asdict(original.volume.identity).items() if k not in _KEPT}
    found = {str(value).strip() for value in identity.values() if value}
    found |= set(re.split(r"[\^=\s,]+", original.volume.identity.patient_name))
    found |= {*original.volume.sop_instance_uids, *_readers(original)}
    sought = sorted((re.escape(w) for w in found if len(w) >= _SHORTEST), key=len, reverse=True)
    return re.compile("|".join(sought), re.IGNORECASE) if sought else None


def _readers(original: Material) -> set[str]:
    annotation = original.annotation
    model = annotation.model.rpartition("@")[0]
    said = (*annotation.slices.values(), *annotation.study.values())
    return {annotation.reader, *(one.reader for one in said)} - {model}


def _findings(findings: Iterable[Finding], words: re.Pattern[str] | None) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            one.code,
            "Shown as air; why is left out, since it may name a file."
            if one.code in _NAMES_FILES
            else _text(one.detail, words),
        )
        for one in findings
    )


def _text(text: str, words: re.Pattern[str] | None) -> str:
    return text if words is None else words.sub(GONE, text)


def _mapped(value: Any, uids: Mapping[str, str], words: re.Pattern[str] | None) -> Any:
    """A table of JSON with its UIDs and words replaced."""
    if isinstance(value, dict):
        return {str(_mapped(key, uids, words)): _mapped(one, uids, words) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(one, uids, words) for one in value]
    if isinstance(value, str):
        return uids[value] if value in uids else _text(value, words)
    return value
