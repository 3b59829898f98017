"""A series' pixels into one array: the wanted slice first, the rest in parallel, cancellable."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import DecodeError, InputError
from ichcore.opening.find import find_series
from ichcore.opening.pixel_findings import pixel_findings
from ichcore.volume import Volume
from ichcore.volume.volume import AIR_HU

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ichcore.opening.catalogue import SeriesEntry, SliceSource
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume import Finding


def begin(entry: SeriesEntry) -> Volume:
    """The volume with its array full of air and no slice decoded; fill it with :func:`decode`.

    Raises:
        DecodeError: if there is not enough memory.
    """
    return allocated(entry, fill=True)


def allocated(entry: SeriesEntry | SliceSource, *, fill: bool) -> Volume:
    """The volume of a series of which no slice is decoded yet.

    Args:
        entry: the series.
        fill: whether its array holds air; else whatever the memory held.

    Raises:
        DecodeError: if there is not enough memory.
    """
    shape = entry.geometry.shape
    try:
        hu = np.full(shape, AIR_HU, np.int16) if fill else np.empty(shape, np.int16)
    except MemoryError as error:
        size = np.prod(shape, dtype=float) * 2 / 2**30
        raise DecodeError(
            f"There is not enough memory for the {size:.1f} GiB of this series; close others and try again."
        ) from error
    return Volume(
        hu=hu,
        geometry=entry.geometry,
        sop_instance_uids=entry.sop_instance_uids,
        identity=entry.identity,
        passport=entry.passport,
        windows=entry.windows,
        is_hu=entry.is_hu,
        decoded=np.zeros(shape[0], bool),
    )


def outward(count_: int, first: int) -> list[int]:
    """All indices, ``first`` first, then its neighbours outward."""
    return sorted(range(count_), key=lambda i: (abs(i - first), i < first))


def decode(
    entry: SeriesEntry,
    volume: Volume,
    *,
    first: int | None = None,
    on_slice: Callable[[int], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Volume:
    """Decode every slice that is not in yet, in parallel threads.

    Args:
        entry: the series.
        volume: from :func:`begin`; its array and ``decoded`` fill as slices come in.
        first: slice to decode before all others; the middle one by default.
        on_slice: called with each index once it is in, from worker threads.
        progress: told after each slice, from worker threads.
        cancel: asked before each slice.

    Returns:
        The finished volume: the same array, the passport completed by what the pixels say. A slice that
        cannot be decoded stays air and the passport says which.

    Raises:
        CancelledError: if asked to stop; slices in so far stay.
    """
    if cancel is not None:
        cancel.raise_if_cancelled()
    entry.source.prepare()
    slices = entry.slices
    middle = slices // 2 if first is None else min(max(first, 0), slices - 1)
    order = [i for i in outward(slices, middle) if not volume.decoded[i]]
    findings: dict[int, tuple[Finding, ...]] = {}
    brightest = np.full(slices, AIR_HU, np.int32)
    finished = count(slices - len(order) + 1)

    def one(index: int) -> None:
        target = volume.hu[index]
        findings[index] = entry.source.decode_slice(index, target)
        brightest[index] = target.max()
        volume.decoded[index] = True
        if on_slice is not None:
            on_slice(index)
        if progress is not None:
            progress(next(finished), slices, "decoding")

    if order:
        one(order[0])
    _in_parallel(order[1:], one, cancel)
    found = pixel_findings(findings, brightest if entry.is_hu else None)
    known = {finding.code for finding in volume.passport}
    passport = [finding for finding in volume.passport if finding.code not in {f.code for f in found} & known]
    return replace(volume, passport=(*passport, *found))


def _in_parallel(order: list[int], one: Callable[[int], None], cancel: CancelToken | None) -> None:
    """Run ``one`` over the indices in their order on all cores; the first error ends it."""
    pending = iter(order)  # next() on a list iterator is atomic, so threads can share it
    stop = False

    def worker() -> None:
        for index in pending:
            if stop:
                return
            if cancel is not None:
                cancel.raise_if_cancelled()
            one(index)

    threads = min(len(order), os.cpu_count() or 1, 16)
    if threads == 0:
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        jobs = [pool.submit(worker) for _ in range(threads)]
        done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
        stop = any(job.exception() for job in done)
    for job in jobs:
        job.result()


def open_volume(
    path: Path,
    *,
    series_uid: str | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Volume:
    """Find, choose and decode in one call: the proposed series unless another is asked for.

    Raises:
        InputError: if nothing can be opened there, or ``series_uid`` is not among the series.
        CancelledError: if asked to stop.
    """
    catalogue = find_series(path, progress=progress, cancel=cancel)
    entry = catalogue.proposed if series_uid is None else catalogue.get(series_uid)
    if entry is None:
        known = ", ".join(e.series_instance_uid for e in catalogue.series[:5])
        raise InputError(f"{path.name} holds no series {series_uid}; it holds {known}.")
    return decode(entry, allocated(entry, fill=False), progress=progress, cancel=cancel)
