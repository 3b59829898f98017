"""Background work in two lanes, one thread each: the compute device, and files.

A worker gets a snapshot and returns a value. It never touches a document or a widget: everything it says
(result, failure, progress, streamed values) is handed to callbacks on the Qt thread, and is dropped there
if the request was superseded in the meantime.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from ichcore.errors import CancelledError, IchError
from ichcore.progress import CancelToken

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_log = logging.getLogger(__name__)

LaneName = Literal["device", "io"]
T = TypeVar("T")

DRAIN_MS = 6
"""The Qt thread hands out messages for at most this long before events pass, so scrolling stays smooth."""


@dataclass(eq=False)
class _Job:
    request_id: int
    key: str | None
    work: Callable[[JobContext], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[str], None] | None
    stopped: Callable[[], None] | None
    streamed: Callable[[Any], None] | None
    progressed: Callable[[int, int, str], None] | None
    urgent: bool
    cancel: CancelToken = field(default_factory=CancelToken)
    progress: tuple[int, int, str] | None = None
    progress_waiting: bool = False


class JobContext:
    """What a worker may say and ask while it runs, from its own thread."""

    def __init__(self, jobs: Jobs, lane: _Lane, job: _Job) -> None:
        self._jobs = jobs
        self._lane = lane
        self._job = job

    @property
    def cancel(self) -> CancelToken:
        """Set when the user cancels, or when a newer request with the same key came."""
        return self._job.cancel

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Report progress; reports that the Qt thread has not fetched yet are replaced by newer ones."""
        job = self._job
        job.progress = (done, total, message)
        if job.progressed is not None and not job.progress_waiting:
            job.progress_waiting = True
            self._jobs.hand_over(job, self._report)

    def _report(self) -> None:
        job = self._job
        job.progress_waiting = False
        if job.progressed is not None and job.progress is not None:
            job.progressed(*job.progress)

    def post(self, value: Any) -> None:
        """Stream an intermediate value to the ``streamed`` callback on the Qt thread."""
        streamed = self._job.streamed
        if streamed is not None:
            self._jobs.hand_over(self._job, lambda: streamed(value))

    def let_urgent_pass(self) -> None:
        """Run the urgent jobs that wait in this lane, in this thread; for between the steps of long work."""
        self._lane.run_waiting(urgent=True)

    def let_others_pass(self) -> None:
        """Run all jobs that wait in this lane, in this thread; between the steps of work without haste."""
        self._lane.run_waiting(urgent=False)


class Jobs(QObject):
    """Submits work to the lanes and brings its results back to the Qt thread."""

    idle_changed = Signal()
    """The number of unfinished jobs became zero, or stopped being it."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._current: dict[str, _Job] = {}
        self._open: set[_Job] = set()
        self._woken = False
        self._messages: deque[tuple[_Job, Callable[[], None], bool]] = deque()
        self._lanes = {"device": _Lane("device", self), "io": _Lane("io", self)}
        self._arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        lane: LaneName,
        work: Callable[[JobContext], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
        key: str | None = None,
        stopped: Callable[[], None] | None = None,
        streamed: Callable[[Any], None] | None = None,
        progressed: Callable[[int, int, str], None] | None = None,
        urgent: bool = False,
    ) -> int:
        """Queue ``work`` in a lane; returns its request id.

        Args:
            lane: ``device`` for anything that computes with torch, ``io`` for files and decoding.
            work: runs in the lane's thread with a :class:`JobContext`; must not touch Qt objects.
            done: gets the returned value.
            failed: gets one sentence for the user.
            key: a newer job with the same key supersedes this one: it is cancelled and its words are dropped.
            stopped: called when the job was cancelled without being superseded.
            streamed: gets what the worker posts.
            progressed: gets ``(done, total, message)``.
            urgent: goes before ordinary jobs, and passes a running one that yields.
        """
        job = _Job(next(self._ids), key, work, done, failed, stopped, streamed, progressed, urgent)
        if key is not None:
            older = self._current.get(key)
            if older is not None:
                older.cancel.cancel()
            self._current[key] = job
        self._open.add(job)
        if len(self._open) == 1:
            self.idle_changed.emit()
        self._lanes[lane].put(job)
        return job.request_id

    def cancel(self, key: str) -> None:
        """Ask the job with this key to stop; its ``stopped`` is called once it has."""
        job = self._current.get(key)
        if job is not None:
            job.cancel.cancel()

    def drop(self, key: str) -> None:
        """Cancel the job with this key and let nothing of it arrive any more."""
        job = self._current.pop(key, None)
        if job is not None:
            job.cancel.cancel()

    def running(self, key: str) -> bool:
        """Whether a job with this key is waiting or running."""
        return key in self._current

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs in any lane."""
        return not self._open

    def shut_down(self, wait_s: float = 3.0) -> None:
        """Cancel everything and wait a moment for the threads; nothing is delivered afterwards."""
        for job in list(self._open):
            job.cancel.cancel()
        for lane in self._lanes.values():
            lane.stop(wait_s)
        self._messages.clear()
        self._current.clear()
        self._open.clear()

    # from the worker threads

    def hand_over(self, job: _Job, call: Callable[[], None], last: bool = False) -> None:
        """Queue a call for the Qt thread; callable from any thread."""
        self._messages.append((job, call, last))
        if not self._woken:
            self._woken = True
            self._arrived.emit()

    # on the Qt thread

    def _drain(self) -> None:
        self._woken = False
        timer = QElapsedTimer()
        timer.start()
        try:
            while self._messages and timer.elapsed() < DRAIN_MS:
                self._deliver(*self._messages.popleft())
        finally:
            if self._messages:
                # A timer, not another queued signal: input and paint events go first.
                QTimer.singleShot(0, self._drain)

    def _deliver(self, job: _Job, call: Callable[[], None], last: bool) -> None:
        superseded = job.key is not None and self._current.get(job.key) is not job
        if last:
            self._open.discard(job)
            if not superseded and job.key is not None:
                del self._current[job.key]
        if not superseded:
            call()
        if last and not self._open:
            self.idle_changed.emit()


class _Lane:
    """One thread that runs jobs in order, urgent ones first."""

    def __init__(self, name: str, jobs: Jobs) -> None:
        self._name = name
        self._jobs = jobs
        self._queue: list[tuple[int, int, _Job]] = []
        self._wake = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def put(self, job: _Job) -> None:
        with self._wake:
            heapq.heappush(self._queue, (0 if job.urgent else 1, job.request_id, job))
            if self._thread is None:
                # A daemon, since a worker may be deep inside native code when the program ends.
                self._thread = threading.Thread(target=self._loop, name=f"ich-{self._name}", daemon=True)
                self._thread.start()
            self._wake.notify()

    def stop(self, wait_s: float) -> None:
        with self._wake:
            self._stopping = True
            self._queue.clear()
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(wait_s)

    def run_waiting(self, *, urgent: bool) -> None:
        """Run the jobs that wait, or the urgent ones of them, until there is none."""
        while True:
            with self._wake:
                if self._stopping or not self._queue or (urgent and self._queue[0][0] != 0):
                    return
                job = heapq.heappop(self._queue)[2]
            self._run(job)

    def _loop(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._stopping:
                    self._wake.wait()
                if self._stopping:
                    return
                job = heapq.heappop(self._queue)[2]
            self._run(job)
            del job

    def _run(self, job: _Job) -> None:
        outcome = _Outcome()
        with outcome:
            job.cancel.raise_if_cancelled()
            outcome.value = job.work(JobContext(self._jobs, self, job))
        if not self._stopping:
            self._jobs.hand_over(job, partial(_conclude, job, outcome), last=True)
        # an error's traceback holds this frame; what this held in turn (a case) would wait for the collector
        del job, outcome


class _Outcome:
    """What became of a job: a value, or the exception that ended it, kept for the Qt thread."""

    def __init__(self) -> None:
        self.value: Any = None
        self.error: Exception | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self.error = error
            return True
        return False


def _conclude(job: _Job, outcome: _Outcome) -> None:
    """Tell the submitter, on the Qt thread."""
    error = outcome.error
    if error is None:
        if job.cancel.cancelled:
            if job.stopped is not None:
                job.stopped()
        elif job.done is not None:
            job.done(outcome.value)
        return
    if isinstance(error, CancelledError):
        if job.stopped is not None:
            job.stopped()
        return
    sentence = _sentence(error)
    if job.failed is not None:
        job.failed(sentence or "Something unexpected went wrong; a report was written.")
    if sentence is None:
        # A defect of ours: raised again here, where the crash hook writes its report.
        raise error


def _sentence(error: Exception) -> str | None:
    """One sentence for an error that the world may cause; ``None`` for a defect."""
    if isinstance(error, IchError):
        return str(error)
    if isinstance(error, OSError):
        return f"A file could not be used: {error.strerror or type(error).__name__}."
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; close other programs or open a smaller series."
    return None
