"""Reading without the model until a first read is locked, and other readers' marks once the read is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.annotation_opening import reader_name
from ichviewer.documents.other_readers import OtherReaders, other_readers

if TYPE_CHECKING:
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.labelling import Labelling

OTHERS = "other-readers"


class BlindReading(QObject):
    """Hides and shows, as the store's log of reads has it."""

    changed = Signal()
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self,
        annotating: Annotating,
        labelling: Labelling,
        preferences: Settings,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._annotating, self._labelling = annotating, labelling
        self._preferences, self._jobs = preferences, jobs
        self._case: Case | None = None
        self._others = OtherReaders()
        self._asked_for: tuple[int, bool] | None = None
        # the annotating document tells us before any widget hears of it
        annotating.ready_changed.connect(self._look)
        labelling.changed.connect(self._look)

    @property
    def others(self) -> OtherReaders:
        """Who else has read the series."""
        return self._others

    def take(self, case: Case) -> None:
        """Another series is open; until it is known how it is read, the preference holds."""
        self._case = case
        self._others, self._asked_for = OtherReaders(), None
        case.hide_model(self._preferences.preferences.model_hidden)

    def complete(self) -> None:
        """Every slice is in: where the model is hidden, the read begins now, so that it is logged."""
        if self._preferences.preferences.model_hidden:
            self._annotating.prepare()
        if self._case is not None and self._annotating.opening.there:
            self._ask(self._case)

    def leave(self) -> None:
        """Let go of the series."""
        self._jobs.drop(OTHERS)
        self._case = None
        self._others, self._asked_for = OtherReaders(), None
        self.changed.emit()

    def _look(self) -> None:
        """Show what may be seen now."""
        case, annotation = self._case, self._annotating.annotation
        if case is None or annotation is None:
            return
        read = annotation.read
        was = case.model_hidden
        case.hide_model(not read.model_shown)
        if was and not read.model_hidden:
            self.notice_raised.emit(
                "info", "This series was first read with the model shown, so it is not hidden here."
            )
        asked = (id(annotation), read.done)
        if asked != self._asked_for:
            self._asked_for = asked
            self._ask(case)
        self.changed.emit()

    def _ask(self, case: Case) -> None:
        opening = self._annotating.opening
        uid = case.volume.identity.series_instance_uid
        reader = reader_name(self._preferences.preferences)

        def work(_: JobContext) -> OtherReaders:
            return other_readers(opening.store(), uid, reader)

        def done(others: OtherReaders) -> None:
            if self._case is case:
                self._others = others
                self.changed.emit()

        self._jobs.submit(
            "io", work, key=OTHERS, done=done, failed=lambda said: self.notice_raised.emit("warning", said)
        )
