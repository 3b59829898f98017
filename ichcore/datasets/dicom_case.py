"""The DICOM files of one known series as a Volume, by one thread, with what could not be decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.dicom.reading import read_series
from ichcore.errors import InputError
from ichcore.opening.decoding import allocated
from ichcore.sources import DiskFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.opening.catalogue import SliceSource
    from ichcore.volume import Volume

_EMPTY = frozenset(("undecodable_slices", "truncated"))


def decode_alone(source: SliceSource) -> tuple[Volume, NDArray[np.bool_], tuple[str, ...]]:
    """Decode a series in this thread alone, since many cases are decoded side by side.

    Returns:
        The volume, bool ``(N,)`` which slices hold a picture, and a sentence for each that does not.
    """
    source.prepare()
    volume = allocated(source, fill=False)
    there = volume.decoded
    there[:] = True
    notes = []
    for index in range(len(there)):
        for finding in source.decode_slice(index, volume.hu[index]):
            if finding.code in _EMPTY:
                there[index] = False
                notes.append(f"Slice {index + 1} is left out: {finding.detail}")
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
