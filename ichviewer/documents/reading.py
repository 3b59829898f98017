"""A reader's read of the open series beside its mask: what is said, hidden, exported, imported, and next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.adjudicating import Adjudicating
from ichviewer.documents.blind_reading import BlindReading
from ichviewer.documents.label_export import LabelExport
from ichviewer.documents.label_import import LabelImport
from ichviewer.documents.labelling import Labelling
from ichviewer.documents.reader_comparison import ReaderComparison
from ichviewer.documents.stage_comparison import StageComparison
from ichviewer.documents.waiting_list import WaitingList

if TYPE_CHECKING:
    from ichviewer.base.jobs import Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.busy import Busy
    from ichviewer.documents.case import Case
    from ichviewer.documents.inference import Inference
    from ichviewer.documents.view_state import ViewState


class Reading(QObject):
    """Puts the documents together and tells them of every series.

    Attributes:
        labelling: answers and notes of slices and study, in the same annotation as the mask.
        blind: what is hidden from the reader until a read is locked.
        readers: the reader's own read beside another's, once both are locked.
        adjudicating: deciding what the two differ in.
        stages: what readers changed once the model was shown.
        export: the annotation, or the model's suggestion, as files.
        importing: labels from elsewhere, taken over into the annotation.
        waiting: series that wait for the reader.
    """

    busy_changed = Signal()
    shown_changed = Signal()
    """The model is hidden now, or shown."""
    anew_wanted = Signal()
    """Another annotation of the open series is to be opened: the reader's, or an adjudication."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self,
        annotating: Annotating,
        inference: Inference,
        view: ViewState,
        preferences: Settings,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._case: Case | None = None
        self.labelling = Labelling(annotating, view, jobs, self)
        self.blind = BlindReading(annotating, self.labelling, preferences, jobs, self)
        self.readers = ReaderComparison(annotating, self.blind, jobs, self)
        self.adjudicating = Adjudicating(annotating, self.blind, self.readers, view, preferences, jobs, self)
        self.stages = StageComparison(annotating, self.blind, self.readers, preferences, jobs, self)
        self.export = LabelExport(jobs, inference, annotating, self)
        self.importing = LabelImport(jobs, annotating, view, self)
        self.waiting = WaitingList(jobs, annotating, preferences, self)
        for part in (
            self.labelling,
            self.blind,
            self.readers,
            self.adjudicating,
            self.stages,
            self.importing,
            self.waiting,
        ):
            part.notice_raised.connect(self.notice_raised)
        for busy in (self.export, self.waiting):
            busy.busy_changed.connect(self.busy_changed)
        self.blind.changed.connect(self.shown_changed)
        self.blind.changed.connect(self._know_final)
        inference.finished.connect(self._argue)
        self.adjudicating.begun.connect(self.anew_wanted)
        preferences.changed.connect(self._preferred)

    def take(self, case: Case) -> None:
        """Another series is open."""
        self._case = case
        self.blind.take(case)
        self.labelling.take(case)
        self.adjudicating.take(case)
        self.stages.take(case)

    def complete(self) -> None:
        """Every slice is in."""
        self.blind.complete()

    def leave(self) -> None:
        """Let go of the series, before its annotation is left."""
        self.export.forget()
        self.labelling.leave()
        self.adjudicating.leave()
        self.stages.leave()
        self.blind.leave()
        self._case = None

    def shut_down(self) -> None:
        """Store what is not on the disk yet, before the annotation is closed."""
        self.labelling.shut_down()

    @property
    def busy(self) -> Busy | None:
        """How far an export or a listing is."""
        return self.export.busy or self.waiting.busy

    def cancel(self) -> None:
        """Stop what is under way."""
        if self.export.busy is not None:
            self.export.cancel()
        else:
            self.waiting.cancel()

    def _know_final(self) -> None:
        self.export.final = self.blind.others.final

    def _preferred(self, name: str) -> None:
        if name == "reader_name":
            self.anew_wanted.emit()

    def _argue(self) -> None:
        if self._case is not None:
            self.waiting.argue(self._case)
