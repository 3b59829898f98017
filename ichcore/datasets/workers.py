"""Work on many cases in processes of one thread each: in this process for one, spawned for more."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ichcore.errors import IchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ichcore.progress import CancelToken

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Result = TypeVar("Result")


def run_jobs(
    work: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    *,
    workers: int = 1,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[int, Result]]:
    """Run ``work(*job)`` for every job; yield each job's index and result as it is done.

    Args:
        work: a function at the top of a module, so that a spawned process finds it.
        jobs: arguments; must be picklable where there are several workers.
        workers: processes; 1 stays in this one.
        cancel: looked at between jobs; what is done stays.

    Raises:
        CancelledError: if asked to stop.
        IchError: if a process was killed, most likely for memory.
    """
    if workers <= 1 or len(jobs) <= 1:
        for index, job in enumerate(jobs):
            if cancel is not None:
                cancel.raise_if_cancelled()
            yield index, work(*job)
        return
    # spawned, since a fork of a process that has torch's threads may hang
    context = multiprocessing.get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as pool:
        of = {pool.submit(work, *job): index for index, job in enumerate(jobs)}
        pending = set(of)
        while pending:
            finished, pending = wait(pending, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in finished:
                try:
                    yield of[future], future.result()
                except BrokenProcessPool as error:
                    raise IchError(
                        "A worker process was killed, most likely for want of memory; run again with fewer "
                        "workers, what is done stays."
                    ) from error
            if cancel is not None and cancel.cancelled:
                pool.shutdown(wait=True, cancel_futures=True)
                cancel.raise_if_cancelled()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started inside compute with one thread: more would spin for each other, at twice the cost."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
