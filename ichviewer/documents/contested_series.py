"""Series of the store on which two locked reads differ, the most contested first; one opens where they do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.annotation_opening import reader_name

if TYPE_CHECKING:
    from ichcore.annotations.contested import Contested
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.waiting_list import WaitingList

KEY = "contested"


class ContestedSeries(QObject):
    """Read from the store when asked for.

    Args:
        annotating: whose store.
        waiting: the worklist, which knows where series lie.
        settings: the reader's name.
        jobs: background work.
        parent: owner.
    """

    changed = Signal()
    notice_raised = Signal(str, str)
    """Level and one sentence."""
    open_wanted = Signal(object)
    """Path of a series to be opened."""
    slice_wanted = Signal(int)
    """The first slice of the open series on which the reads differ."""

    def __init__(
        self,
        annotating: Annotating,
        waiting: WaitingList,
        settings: Settings,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._annotating, self._waiting, self._settings, self._jobs = annotating, waiting, settings, jobs
        self._open_uid = ""
        self._awaited: tuple[str, int] | None = None
        self.entries: tuple[Contested, ...] = ()
        """As last read."""
        self.counting = False
        """Whether they are being read."""

    def refresh(self) -> None:
        """Read the store anew; masks are compared, so it takes a while."""
        opening, reader = self._annotating.opening, reader_name(self._settings.preferences)

        def work(_: JobContext) -> tuple[Contested, ...]:
            from ichcore.annotations.contested import contested

            return contested(opening.store(), reader) if opening.there else ()

        def done(entries: tuple[Contested, ...]) -> None:
            self.entries, self.counting = entries, False
            self.changed.emit()

        def failed(sentence: str) -> None:
            self.counting = False
            self.notice_raised.emit("error", sentence)
            self.changed.emit()

        self.counting = True
        self.changed.emit()
        self._jobs.submit("io", work, key=KEY, done=done, failed=failed)

    def path(self, entry: Contested) -> Path | None:
        """Where the series lies, as the worklist has it; ``None`` where it is not listed."""
        listed = self._waiting.entry(entry.disagreement.series_instance_uid)
        return Path(listed.path) if listed is not None and listed.path else None

    def open(self, entry: Contested) -> None:
        """Ask for a listed series, and for the first slice on which the reads differ."""
        path, uid = self.path(entry), entry.disagreement.series_instance_uid
        self._awaited = None if entry.first is None else (uid, entry.first)
        if uid == self._open_uid:
            self._arrive()
        elif path is not None:
            self.open_wanted.emit(path)

    def set_case(self, case: Case | None) -> None:
        """Another series is open, or none."""
        self._open_uid = "" if case is None else case.volume.identity.series_instance_uid
        if case is not None:
            self._arrive()

    def _arrive(self) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is not None and awaited[0] == self._open_uid:
            self.slice_wanted.emit(awaited[1])
