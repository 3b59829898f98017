"""The last step before an export: the source's headers where a format needs them, no patient if asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ichcore.export.deidentify import deidentified
from ichcore.export.scrubbing import scrubbed
from ichcore.export.source_headers import source_headers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ichcore.export.confidentiality import UidMap
    from ichcore.export.material import Material
    from ichcore.progress import CancelToken

NEED_HEADERS = frozenset(("seg", "sr", "pmap", "bundle"))
"""Formats that name their source instances, or keep their headers."""


def completed(
    material: Material,
    path: Path | None,
    formats: Iterable[str],
    *,
    deidentify: bool,
    uids: UidMap | None = None,
    cancel: CancelToken | None = None,
) -> Material:
    """The material that these formats are written from.

    Args:
        material: mask, answers and what a model says.
        path: what the volume was opened from; ``None`` for one that never was a file.
        formats: that will be written.
        deidentify: take the patient out, in headers and in sentences (PS3.15 E.1, Basic Profile).
        uids: which new UIDs; one that nobody can repeat by default. Several series of one export share it,
            so that those of one patient stay together.
        cancel: asked between files.

    Raises:
        InputError: if the path cannot be read, or a header is damaged.
        CancelledError: if asked to stop.
    """
    if path is not None and not NEED_HEADERS.isdisjoint(formats):
        material = replace(material, headers=source_headers(path, material.volume, cancel=cancel))
    # sentences are searched for the original's words, so they are scrubbed after the identity has gone
    return scrubbed(deidentified(material, uids), material) if deidentify else material
