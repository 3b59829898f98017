"""What readers of the open series changed once the model was shown, where they first read without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.annotation_opening import reader_name

if TYPE_CHECKING:
    from ichcore.annotations.between_stages import Stages
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.blind_reading import BlindReading
    from ichviewer.documents.case import Case
    from ichviewer.documents.reader_comparison import ReaderComparison

KEY = "stages"


class StageComparison(QObject):
    """Of the reader, and of whom they are compared with; computed once the reads are over."""

    changed = Signal()
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self,
        annotating: Annotating,
        blind: BlindReading,
        comparison: ReaderComparison,
        preferences: Settings,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._annotating, self._blind, self._comparison = annotating, blind, comparison
        self._preferences, self._jobs = preferences, jobs
        self._case: Case | None = None
        self._asked: tuple[str, ...] = ()
        self.stages: Stages | None = None
        """``None`` while nobody's read is over, or nobody here read without the model first."""
        blind.changed.connect(self._look)
        comparison.changed.connect(self._look)

    def take(self, case: Case) -> None:
        """Another series is open."""
        self._case = case

    def leave(self) -> None:
        """Let go of the series."""
        self._case = None
        self._look()

    def _look(self) -> None:
        own, pair = self._blind.others.own, self._comparison.pair
        readers = () if self._case is None else tuple(read.reader for read in pair or () if read.reader)
        if self._case is not None and not readers and own is not None:
            readers = (own.reader,)
        if readers != self._asked:
            self._asked, self.stages = readers, None
            self._jobs.drop(KEY)
            if self._case is not None and readers:
                self._compare(self._case, readers)
            self.changed.emit()

    def _compare(self, case: Case, readers: tuple[str, ...]) -> None:
        uid, opening = case.volume.identity.series_instance_uid, self._annotating.opening
        by = reader_name(self._preferences.preferences)

        def work(_: JobContext) -> Stages:
            from ichcore.annotations.between_stages import stages_in_store

            return stages_in_store(opening.store(), uid, readers, by)

        def done(stages: Stages) -> None:
            self.stages = stages if stages.changes else None
            self.changed.emit()

        self._jobs.submit(
            "io", work, key=KEY, done=done, failed=lambda said: self.notice_raised.emit("warning", said)
        )
