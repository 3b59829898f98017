"""Series of the store on which two locked reads differ, the most contested first; one opens where they do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.annotation_opening import reader_name

if TYPE_CHECKING:
    from ichcore.annotations.contested import Contested
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.workspace import Workspace

KEY = "contested"


class ContestedSeries(QObject):
    """Read from the store when asked for.

    Args:
        workspace: whose store, and in which a series is opened.
        parent: owner.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._awaited: tuple[str, int] | None = None
        self.entries: tuple[Contested, ...] = ()
        """As last read."""
        self.counting = False
        """Whether they are being read."""
        workspace.case_changed.connect(self._arrive)

    def refresh(self) -> None:
        """Read the store anew; masks are compared, so it takes a while."""
        workspace = self._workspace
        opening, reader = workspace.annotating.opening, reader_name(workspace.settings.preferences)

        def work(_: JobContext) -> tuple[Contested, ...]:
            from ichcore.annotations.contested import contested

            return contested(opening.store(), reader) if opening.there else ()

        def done(entries: tuple[Contested, ...]) -> None:
            self.entries, self.counting = entries, False
            self.changed.emit()

        def failed(sentence: str) -> None:
            self.counting = False
            workspace.notice_raised.emit("error", sentence)
            self.changed.emit()

        self.counting = True
        self.changed.emit()
        workspace.jobs.submit("io", work, key=KEY, done=done, failed=failed)

    def path(self, entry: Contested) -> Path | None:
        """Where the series lies, as the worklist has it; ``None`` where it is not listed."""
        listed = self._workspace.reading.waiting.entry(entry.disagreement.series_instance_uid)
        return Path(listed.path) if listed is not None and listed.path else None

    def open(self, entry: Contested) -> None:
        """Open a listed series and go to the first slice on which the reads differ."""
        path, uid = self.path(entry), entry.disagreement.series_instance_uid
        self._awaited = None if entry.first is None else (uid, entry.first)
        if uid == self._workspace.series_uid:
            self._arrive()
        elif path is not None:
            self._workspace.open_path(path)

    def _arrive(self) -> None:
        case = self._workspace.case
        if case is None or self._awaited is None:
            return  # the series before was left
        uid, index = self._awaited
        self._awaited = None
        if case.volume.identity.series_instance_uid == uid:
            self._workspace.view.go_to_slice(index)
