"""DICOM files → series, from one pass over their headers, in parallel where files are slow to come."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ichcore.dicom.elements import read_elements
from ichcore.dicom.enhanced import NestedError, frames_of
from ichcore.dicom.grouping import group_series
from ichcore.dicom.header import Header
from ichcore.dicom.kinds import REFUSED, why_left_out
from ichcore.errors import InputError, RefusedError
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ichcore.dicom.frame import Frame
    from ichcore.dicom.series import DicomSeries
    from ichcore.progress import CancelToken, Progress
    from ichcore.sources import ByteSource

    _Batch = tuple[list[Frame], list[LeftOut]]

THREADS = 4
"""Enough to hide a slow disk or network; parsing itself holds the interpreter lock."""
SLOW_S = 0.001
"""Files that keep a thread waiting longer than this each are read by several. From a warm disk one thread is
two to three times as fast as four, which hand the interpreter lock around at every read."""
BATCH = 16


def read_series(
    sources: Sequence[ByteSource], *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> tuple[list[DicomSeries], list[LeftOut]]:
    """Read every header once and group the images.

    Args:
        sources: the files.
        progress: told after each batch of files.
        cancel: asked between batches.

    Returns:
        The series in the order their first file came, and each file that belongs to none with the reason.

    Raises:
        CancelledError: if asked to stop.
    """
    batches = [sources[i : i + BATCH] for i in range(0, len(sources), BATCH)]
    frames: list[Frame] = []
    left: list[LeftOut] = []
    for number, (found, reasons) in enumerate(_read_batches(batches, cancel), start=1):
        frames += found
        left += reasons
        if progress is not None:
            progress(min(len(sources), number * BATCH), len(sources), "reading headers")
    series, unfit = group_series(frames)
    return series, left + unfit


def _read_batches(batches: list[Sequence[ByteSource]], cancel: CancelToken | None) -> Iterator[_Batch]:
    """What is in each batch, in order: read in this thread, by several once one has kept it waiting."""
    for number, batch in enumerate(batches, start=1):
        waited = time.thread_time() - time.perf_counter()
        read = _read_batch(batch, cancel)
        waited += time.perf_counter() - time.thread_time()
        yield read
        if waited > SLOW_S * len(batch):
            yield from _read_together(batches[number:], cancel)
            return


def _read_together(batches: list[Sequence[ByteSource]], cancel: CancelToken | None) -> Iterator[_Batch]:
    with ThreadPoolExecutor(THREADS, thread_name_prefix="headers") as pool:
        jobs = [pool.submit(_read_batch, batch, cancel) for batch in batches]
        try:
            for job in jobs:
                yield job.result()
        finally:
            for job in jobs:
                job.cancel()


def _read_batch(sources: Sequence[ByteSource], cancel: CancelToken | None) -> _Batch:
    if cancel is not None:
        cancel.raise_if_cancelled()
    frames: list[Frame] = []
    left: list[LeftOut] = []
    for source in sources:
        found = _read_one(source)
        if isinstance(found, LeftOut):
            left.append(found)
        else:
            frames += found
    return frames, left


def _read_one(source: ByteSource) -> list[Frame] | LeftOut:
    try:
        header = Header(read_elements(source))
        reason = why_left_out(header)
        if reason is None:
            return frames_of(header)
    except RefusedError as error:
        reason = f"{REFUSED}{error}"
    except (InputError, NestedError) as error:
        reason = str(error)
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error})"
    return LeftOut(source.label, reason)
