"""Going through what two readers differ in, and deciding it in an annotation of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.annotation_opening import reader_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.differing import Difference
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.blind_reading import BlindReading
    from ichviewer.documents.case import Case
    from ichviewer.documents.reader_comparison import ReaderComparison
    from ichviewer.documents.view_state import ViewState

BEGIN = "adjudication-begin"


class Adjudicating(QObject):
    """A queue of differences, and decisions on them; each decision is one step that can be undone."""

    changed = Signal()
    begun = Signal()
    """The adjudication is in the store and is to be opened in place of the read."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self,
        annotating: Annotating,
        blind: BlindReading,
        comparison: ReaderComparison,
        view: ViewState,
        preferences: Settings,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._annotating, self._blind, self._comparison = annotating, blind, comparison
        self._view, self._preferences, self._jobs = view, preferences, jobs
        self._case: Case | None = None
        self._at: int | None = None
        self._beginning = False
        comparison.changed.connect(self._look)
        annotating.history_changed.connect(self.changed)
        annotating.ready_changed.connect(self.changed)
        blind.changed.connect(self.changed)
        view.slice_changed.connect(self._moved)

    def take(self, case: Case) -> None:
        """Another series is open."""
        self._case, self._at, self._beginning = case, None, False

    def leave(self) -> None:
        """Let go of the series."""
        self._jobs.drop(BEGIN)
        self._case = self._at = None
        self._beginning = False

    # the queue

    @property
    def queue(self) -> tuple[Difference, ...]:
        """What the readers differ in: the study first, then slices in order."""
        compared = self._comparison.compared
        return () if compared is None else compared.differences

    @property
    def at(self) -> Difference | None:
        """The difference that is looked at; ``None`` on a slice on which the readers agree."""
        return self.queue[self._at] if self._at is not None and self._at < len(self.queue) else None

    @property
    def place(self) -> int | None:
        """Which of the queue :attr:`at` is, from 0."""
        return self._at if self.at is not None else None

    def go(self, by: int) -> None:
        """The next difference, or with −1 the one before; it ends at the ends."""
        queue = self.queue
        if not queue:
            self.notice_raised.emit("info", "No differences of two locked reads are listed here.")
            return
        if self._at is None:
            index = self._view.slice_index
            after = [i for i, d in enumerate(queue) if d.index is not None and d.index > index]
            before = [i for i, d in enumerate(queue) if d.index is None or d.index < index]
            found = after[:1] if by > 0 else before[-1:]
            target = found[0] if found else None
        else:
            target = self._at + by if 0 <= self._at + by < len(queue) else None
        if target is None:
            self.notice_raised.emit("info", "No further difference that way.")
            return
        self._at = target
        index_there = queue[target].index
        if index_there is not None:
            self._view.go_to_slice(index_there)
        self.changed.emit()

    def _look(self) -> None:
        """Begin at the shown slice, else at the study."""
        of_study = 0 if self.queue and self.queue[0].index is None else None
        shown = self._view.slice_index
        self._at = next((i for i, d in enumerate(self.queue) if d.index == shown), of_study)
        self.changed.emit()

    def _moved(self, index: int) -> None:
        """Another slice is shown: its difference is looked at; without one that of the study stays."""
        here = next((i for i, d in enumerate(self.queue) if d.index == index), None)
        at = self.at
        if here != self._at and (here is not None or (at is not None and at.index is not None)):
            self._at = here
            self.changed.emit()

    # deciding

    @property
    def on(self) -> bool:
        """Whether the annotation that is open is an adjudication."""
        from ichcore.annotations.blinding import Purpose

        annotation = self._annotating.annotation
        return annotation is not None and annotation.purpose == Purpose.ADJUDICATION

    @property
    def over(self) -> bool:
        """Whether it is locked."""
        annotation = self._annotating.annotation
        return self.on and annotation is not None and annotation.read.done

    @property
    def readers(self) -> tuple[str, str] | None:
        """Between whose reads can be decided: the compared ones, or two others' of one who has not read."""
        pair, others = self._comparison.pair, self._blind.others
        if pair is not None:
            return pair[0].reader, pair[1].reader
        locked = [name for name in others.names if name in others.locked]
        if self._annotating.annotation is None and others.own is None and len(locked) > 1:
            return locked[0], locked[1]
        return None

    @property
    def beginning(self) -> bool:
        """Whether an adjudication is on its way into the store."""
        return self._beginning

    @property
    def may_begin(self) -> bool:
        """Whether the reader can adjudicate and has not begun."""
        return self._case is not None and not self.on and not self._beginning and self.readers is not None

    def begin(self) -> None:
        """Begin with what both reads share, and open that in place of the own read, which stays locked."""
        case, readers, opening = self._case, self.readers, self._annotating.opening
        if case is None or readers is None or not self.may_begin:
            return
        uid = case.volume.identity.series_instance_uid
        reader = reader_name(self._preferences.preferences)

        def work(_: JobContext) -> None:
            from ichcore.annotations.adjudication import adjudicate

            adjudicate(opening.store(), uid, reader, readers).close()

        def done(_: object) -> None:
            self._beginning = False
            if self._case is case:
                self.begun.emit()

        self._beginning = True
        self._jobs.submit("io", work, key=BEGIN, done=done, failed=self._fail)
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._beginning = False
        self.notice_raised.emit("error", sentence)
        self.changed.emit()

    @property
    def settled(self) -> Mapping[int | None, str]:
        """What is decided, by slice or ``None`` for the study: as which reader."""
        annotation = self._annotating.annotation
        if annotation is None or not self.on:
            return {}
        from ichcore.annotations.settling import settled_parts

        names = self._annotating.names[: self._annotating.position]
        return settled_parts(names)

    def settle(self, which: int | None) -> None:
        """Decide the difference that is looked at.

        Args:
            which: 0 or 1 for the first or the second of :attr:`readers`; ``None`` for what is there now.
        """
        at, pair, annotation = self.at, self._comparison.pair, self._annotating.annotation
        if at is None or pair is None or annotation is None:
            self.notice_raised.emit("info", "Go to a slice on which the readers differ first.")
        elif not self.on:
            self.notice_raised.emit("info", "Begin the adjudication first; your read stays as it was locked.")
        elif self.over:
            self.notice_raised.emit("info", "This adjudication is locked and is not changed any more.")
        else:
            from ichcore.annotations.settling import settled

            read: Annotation | None = None if which is None else pair[which]
            self._annotating.change(visible=True)
            self._annotating.do(settled(annotation.contents, at.index, read, annotation.reader))
