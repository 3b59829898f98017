"""A first look at the listed series in the background, so that the worklist orders itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.annotations.work_state import WorkState
from ichviewer.documents.busy import Busy
from ichviewer.documents.torch_import import import_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.annotations.worklist import Argument, WorkEntry
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.models_in_use import ModelsInUse
    from ichviewer.documents.waiting_list import WaitingList

KEY = "worklist-look"
PAUSE_S = 0.02
"""How often a look that waits asks whether it may go on."""


class Looking(QObject):
    """Opens, predicts and draws one series after another in the lane of the device; the reader goes first.

    Between its steps every other job of the lane passes, and while :meth:`hold` says so nothing goes on: what
    is done for the open series never waits for a look, and never runs beside one.
    """

    busy_changed = Signal()
    changed = Signal()
    """Other series than before could not be looked at."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self,
        jobs: Jobs,
        engine: Engine,
        models: ModelsInUse,
        waiting: WaitingList,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._models, self._waiting = jobs, engine, models, waiting
        self._queue: list[str] = []
        self._asked: list[str] = []
        self._looked: set[str] = set()
        self._free = threading.Event()
        self._free.set()
        self.busy: Busy | None = None
        self.failures: dict[str, str] = {}
        """Why a series could not be looked at, by its UID; tried again when that is asked for."""

    @property
    def missing(self) -> tuple[WorkEntry, ...]:
        """Entries that wait for the reader and were not looked at, in the order of the list."""
        return tuple(
            e
            for e in self._waiting_entries()
            if e.argument.activation_mismatch is None and e.series_instance_uid not in self._looked
        )

    def start(self) -> None:
        """Look at what is missing; goes on where an earlier look was stopped."""
        self._run([e.series_instance_uid for e in self.missing])

    def start_all(self) -> None:
        """Look at what is missing, and again at what failed; at all anew where everything was tried."""
        if not self._models.shown:
            self.notice_raised.emit("error", "No model is installed, so nothing can be looked at.")
            return
        untried = bool(self.missing)
        self.failures.clear()
        self._looked.clear()
        self.changed.emit()
        self._run([e.series_instance_uid for e in (self.missing if untried else self._waiting_entries())])

    def cancel(self) -> None:
        """Stop; what is known stays, and the next start goes on."""
        self._queue.clear()
        self._jobs.cancel(KEY)

    def hold(self, *, held: bool) -> None:
        """Wait while something else is done for the reader, and go on after it."""
        if held:
            self._free.clear()
        else:
            self._free.set()

    def _waiting_entries(self) -> tuple[WorkEntry, ...]:
        waits = (WorkState.OPEN, WorkState.SKIPPED)
        return tuple(e for e in self._waiting.entries if e.state in waits)

    def _run(self, uids: list[str]) -> None:
        """Look at these, after those that are asked for already."""
        if not self._models.shown:
            return
        going_on = self.busy is not None
        if not going_on:
            self._asked.clear()
        new = [uid for uid in uids if uid not in self._asked]
        self._queue += new
        self._asked += new
        if new and not going_on:
            self._next()

    def _next(self) -> None:
        """Look at the next series that is still listed, or be done."""
        entry = None
        while entry is None and self._queue:
            entry = self._waiting.entry(self._queue.pop(0))
        if entry is None:
            self._say(None)
            self._say_failures()
            return
        uid = entry.series_instance_uid

        def done(argument: Argument) -> None:
            self._looked.add(uid)
            self._waiting.take(uid, argument)
            self._next()

        def failed(sentence: str) -> None:
            self._looked.add(uid)
            self.failures[uid] = sentence
            self.changed.emit()
            self._next()

        self._say(Busy("Looking at studies", len(self._asked) - len(self._queue) - 1, len(self._asked)))
        self._jobs.submit(
            "device", self._work(entry), key=KEY, done=done, failed=failed, stopped=lambda: self._say(None)
        )

    def _work(self, entry: WorkEntry) -> Callable[[JobContext], Argument]:
        path, uid = Path(entry.path), entry.series_instance_uid
        names = sorted(self._models.ticked, key=lambda name: name != self._models.shown)
        engine, free = self._engine, self._free

        def work(context: JobContext) -> Argument:
            def step(done: int = 0, total: int = 0, message: str = "") -> None:
                context.let_others_pass()
                while not free.wait(PAUSE_S):
                    context.cancel.raise_if_cancelled()
                    context.let_others_pass()

            import_engine()
            from ichcore.annotations.looking import look_at
            from ichcore.opening import open_volume

            step()
            # in a thread of its own: neither lane is kept from the reader by files that are slow to come
            with ThreadPoolExecutor(1, thread_name_prefix="look") as reading:
                opened = reading.submit(open_volume, path, series_uid=uid, cancel=context.cancel)
                while not opened.done():
                    step()
                    threading.Event().wait(PAUSE_S)
            predictors = [engine.predictor(name) for name in names]
            return look_at(
                opened.result(), predictors, engine.segmenter(names[0]), progress=step, cancel=context.cancel
            )

        return work

    def _say_failures(self) -> None:
        failed = sum(uid in self.failures for uid in self._asked)
        if failed:
            studies = "1 study" if failed == 1 else f"{failed} studies"
            self.notice_raised.emit(
                "warning", f"{studies} could not be looked at; the worklist says why (Ctrl+Shift+W)."
            )

    def _say(self, busy: Busy | None) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit()
