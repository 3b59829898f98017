"""From a path to a catalogue of series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ichcore.dicom.kinds import REFUSED
from ichcore.dicom.reading import read_series
from ichcore.errors import InputError, NothingFoundError, RefusedError
from ichcore.nifti import find_nifti, is_nifti_name
from ichcore.opening.catalogue import Catalogue, SeriesEntry
from ichcore.opening.listing import list_sources
from ichcore.opening.pixel_findings import sampled_findings
from ichcore.opening.proposal import propose, suitability
from ichcore.pictures import find_pictures, is_picture_name
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ichcore.opening.catalogue import SliceSource
    from ichcore.progress import CancelToken, Progress
    from ichcore.sources import ByteSource


def find_series(
    path: Path,
    *,
    look_at_pixels: bool = False,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Catalogue:
    """Every series in a folder (with its subfolders), zip, DICOMDIR, DICOM file, NIfTI file or picture.

    Args:
        path: where to look.
        look_at_pixels: decode a few slices of each series too, so that the passport can say what only pixels
            tell (padding, wrap, sign, metal) before the series is opened.
        progress: told as headers are read.
        cancel: asked between files.

    Returns:
        All series, the one proposed, and each file left out with its reason.

    Raises:
        NothingFoundError: if there is no series, saying what was found instead.
        RefusedError: if everything there was refused, or the archive itself.
        InputError: if the path does not exist or cannot be read.
        CancelledError: if asked to stop.
    """
    sources, left = list_sources(path, cancel=cancel)
    pictures = [source for source in sources if is_picture_name(source.label)]
    niftis = [source for source in sources if is_nifti_name(source.label)]
    special = {id(source) for source in (*pictures, *niftis)}
    others = [source for source in sources if id(source) not in special]
    found: list[SliceSource] = []
    dicom, reasons = read_series(others, progress=progress, cancel=cancel)
    found += dicom
    left = [*left, *reasons]
    volumes, reasons = find_nifti(niftis)
    found += volumes
    left += reasons
    if found:
        left += [LeftOut(source.label, "a picture beside CT series") for source in pictures]
    else:
        stacks, reasons = find_pictures(pictures)
        found += stacks
        left += reasons
    if not found:
        raise _nothing(path, sources, left)
    entries = tuple(SeriesEntry(source, suitability(source)) for source in found)
    if look_at_pixels:
        entries = tuple(replace(entry, sampled=sampled_findings(entry, cancel)) for entry in entries)
    return Catalogue(entries, tuple(left), propose(entries))


def _nothing(path: Path, sources: Sequence[ByteSource], left: Sequence[LeftOut]) -> InputError:
    """One sentence why nothing can be opened."""
    if not sources and not left:
        return NothingFoundError(f"{path.name} holds no files; open a folder, zip or file with a CT series.")
    refused = [one for one in left if one.reason.startswith(REFUSED)]
    if refused:
        one = refused[0]
        return RefusedError(f"{one.file} is {one.reason}")
    if len(left) == 1:
        return NothingFoundError(
            f"{left[0].file} cannot be opened as a CT series: {left[0].reason.rstrip('.')}."
        )
    reasons: dict[str, int] = {}
    for one in left:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    common = max(reasons, key=reasons.__getitem__)
    return NothingFoundError(
        f"{path.name} holds no CT series: of {len(left)} files {reasons[common]} "
        f"{'was' if reasons[common] == 1 else 'were'} left out because {common.rstrip('.')}."
    )
