"""The DICOM files of one known series as a Volume, by one thread, with what could not be decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.reading import read_series
from ichcore.errors import InputError
from ichcore.sources import DiskFile
from ichcore.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.opening.catalogue import SliceSource

_EMPTY = frozenset(("undecodable_slices", "truncated"))


def decode_alone(source: SliceSource) -> tuple[Volume, NDArray[np.bool_], tuple[str, ...]]:
    """Decode a series in this thread alone, since many cases are decoded side by side.

    Returns:
        The volume, bool ``(N,)`` which slices hold a picture, and a sentence for each that does not.
    """
    source.prepare()
    hu = np.empty(source.geometry.shape, np.int16)
    there = np.ones(len(hu), bool)
    notes = []
    for index in range(len(hu)):
        for finding in source.decode_slice(index, hu[index]):
            if finding.code in _EMPTY:
                there[index] = False
                notes.append(f"Slice {index + 1} is left out: {finding.detail}")
    volume = Volume(
        hu=hu,
        geometry=source.geometry,
        sop_instance_uids=source.sop_instance_uids,
        identity=source.identity,
        passport=source.passport,
        windows=source.windows,
        is_hu=source.is_hu,
        decoded=there,
    )
    return volume, there, tuple(notes)


def read_one_series(files: Sequence[Path]) -> tuple[Volume, NDArray[np.bool_], tuple[str, ...]]:
    """The files of one series, ordered by position; where they fall into several grids, the largest part.

    Returns:
        As :func:`decode_alone`, with a sentence on what was left out.

    Raises:
        InputError: if none of the files is a slice.
    """
    found, left = read_series([DiskFile(path, path.name) for path in files])
    if not found:
        reason = left[0].reason if left else "there are no files"
        raise InputError(f"None of its {len(files)} files is a CT slice: {reason.rstrip('.')}.")
    largest = max(found, key=lambda series: series.geometry.shape[0])
    volume, there, notes = decode_alone(largest)
    more = [f"{one.file} is left out: {one.reason}" for one in left]
    others = sum(series.geometry.shape[0] for series in found) - volume.shape[0]
    if others:
        more.append(f"{others} slices on another grid are left out.")
    return volume, there, (*notes, *more)
