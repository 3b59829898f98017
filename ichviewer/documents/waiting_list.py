"""The worklist as one reader has it: filled from a folder, ordered by the store, marked as it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.annotation_opening import reader_name
from ichviewer.documents.busy import Busy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ichcore.annotations.work_state import WorkState
    from ichcore.annotations.worklist import Argument, WorkEntry, Worklist
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case

FILL, LIST = "worklist-fill", "worklist"


class WaitingList(QObject):
    """Entries as last read from the store; every change goes there first, in the lane for files."""

    changed = Signal()
    busy_changed = Signal()
    filled = Signal()
    """Studies of a folder are listed; some may be new."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self, jobs: Jobs, annotating: Annotating, preferences: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._annotating, self._preferences = jobs, annotating, preferences
        self.entries: tuple[WorkEntry, ...] = ()
        """Open ones by priority, skipped ones, then flagged and done ones."""
        self.busy: Busy | None = None

    @property
    def next(self) -> WorkEntry | None:
        """What waits most: the first open entry, else the longest skipped one."""
        return next((e for e in self.entries if e.state.value in {"open", "skipped"}), None)

    def entry(self, series_uid: str) -> WorkEntry | None:
        """The entry of a series, if it is listed."""
        return next((e for e in self.entries if e.series_instance_uid == series_uid), None)

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read the list anew."""
        self._change(lambda _: None, then)

    def mark(
        self, series_uid: str, state: WorkState, note: str = "", then: Callable[[], None] | None = None
    ) -> None:
        """Skip, flag or finish an entry, or open it again."""
        reader = reader_name(self._preferences.preferences)
        self._change(lambda worklist: worklist.mark(series_uid, reader, state, note), then)

    def argue(self, case: Case) -> None:
        """Have what models said of a listed series as its reason."""
        uid = case.volume.identity.series_instance_uid
        entry = self.entry(uid)
        said = [p for name, p in case.predictions.said.items() if case.predictions.complete(name)]
        if entry is None or not said:
            return
        from ichcore.annotations.arguing import argument_of

        self.take(uid, argument_of(said))

    def take(self, series_uid: str, argument: Argument) -> None:
        """Have new numbers for a listed series; those that are ``None`` stay as they were."""
        self._change(lambda worklist: worklist.argue(series_uid, argument), None)

    def _change(self, change: Callable[[Worklist], None], then: Callable[[], None] | None) -> None:
        opening, reader = self._annotating.opening, reader_name(self._preferences.preferences)

        def work(_: JobContext) -> tuple[WorkEntry, ...]:
            worklist = opening.store().worklist
            change(worklist)
            return worklist.entries(reader)

        def done(entries: tuple[WorkEntry, ...]) -> None:
            self._take(entries)
            if then is not None:
                then()

        self._jobs.submit("io", work, done=done, failed=self._fail)

    def fill(self, folder: Path) -> None:
        """List a folder's studies: each folder and archive in it, or itself where it holds files alone."""
        opening, reader = self._annotating.opening, reader_name(self._preferences.preferences)

        def work(context: JobContext) -> tuple[tuple[WorkEntry, ...], int, int]:
            from ichcore.annotations.filling import fill

            worklist = opening.store().worklist
            added, left_out = fill(worklist, folder, progress=context.progress, cancel=context.cancel)
            return worklist.entries(reader), added, left_out

        def done(answer: tuple[tuple[WorkEntry, ...], int, int]) -> None:
            entries, added, left_out = answer
            self._say(None)
            self._take(entries)
            rest = f"; {left_out} hold no head CT" if left_out else ""
            self.notice_raised.emit("info", f"{added} studies are new on the worklist{rest}.")
            self.filled.emit()

        def stopped() -> None:
            self._say(None)
            self.refresh()

        self._say(Busy("Listing studies"))
        self._jobs.submit(
            "io",
            work,
            key=FILL,
            done=done,
            failed=self._fail,
            stopped=stopped,
            progressed=lambda at, total, _: self._say(Busy("Listing studies", at, total)),
        )

    def cancel(self) -> None:
        """Stop listing; what is listed stays."""
        self._jobs.cancel(FILL)

    def _take(self, entries: tuple[WorkEntry, ...]) -> None:
        self.entries = entries
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._say(None)
        self.notice_raised.emit("error", sentence)

    def _say(self, busy: Busy | None) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit()
