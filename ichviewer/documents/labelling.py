"""What the reader says of slices and of the study: answers, notes, verdicts on the model, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ichcore.errors import IchError
from ichcore.subtypes import CLASSES
from ichviewer.documents.slice_clock import SliceClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.annotations.answer import Answer, Said
    from ichcore.annotations.blinding import Read
    from ichcore.annotations.contents import Contents
    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.step import Step
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState

SPEND_MS = 5000
"""Time spent is stored this often."""


class Labelling(QObject):
    """Answers beside the mask, in the same annotation: one order of steps, one store, one undo.

    What is said before the annotation is open is done as soon as it is.
    """

    changed = Signal()
    """An answer or note is another, the annotation is there or gone, or the read was locked."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self, annotating: Annotating, view: ViewState, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._annotating, self._view, self._jobs = annotating, view, jobs
        self._case: Case | None = None
        self._waiting: list[Callable[[Contents], Step]] = []
        self.clock = SliceClock(view, self)
        self._spending = QTimer(self)
        self._spending.setInterval(SPEND_MS)
        self._spending.timeout.connect(self._spend)
        annotating.ready_changed.connect(self._ready)
        annotating.history_changed.connect(self.changed)

    # the series

    def take(self, case: Case) -> None:
        """Another series is open."""
        self._case = case
        self._waiting.clear()
        self.clock.start()
        self._spending.start()

    def leave(self) -> None:
        """Store the time spent and let go; before the annotation is left."""
        self._spend()
        self._spending.stop()
        self.clock.stop()
        self._waiting.clear()
        self._case = None

    def shut_down(self) -> None:
        """Store the time spent now; before the annotation is closed."""
        annotation = self._annotating.annotation
        if annotation is not None:
            try:
                _spend(annotation, self.clock.take())
            except IchError as error:
                self.notice_raised.emit("warning", str(error))

    # what is there

    @property
    def contents(self) -> Contents | None:
        """Of the annotation, to be looked at; ``None`` until it is open."""
        annotation = self._annotating.annotation
        return None if annotation is None else annotation.contents

    @property
    def read(self) -> Read | None:
        """When the read began and what of it is locked; ``None`` until the annotation is open."""
        annotation = self._annotating.annotation
        return None if annotation is None else annotation.read

    def answer(self, index: int | None, name: str) -> Said | None:
        """What was said of a class on a slice, or with ``None`` on the study."""
        contents = self.contents
        return None if contents is None else contents.answers.get((index, name))

    def note(self, index: int | None) -> str:
        """The note on a slice, or on the study; empty where there is none."""
        contents = self.contents
        return "" if contents is None else contents.notes.get(index, "")

    def finished(self, index: int) -> bool:
        """Whether nothing of a slice is left to say."""
        from ichcore.annotations.judging import is_finished

        contents = self.contents
        return contents is not None and is_finished(contents, index)

    def suggested(self, index: int | None) -> dict[str, bool]:
        """What the shown model flags, by class that it predicts; empty where it said nothing or is hidden."""
        case = self._case
        prediction = None if case is None else case.prediction
        if case is None or prediction is None or not (index is None or prediction.done[index]):
            return {}
        flags = case.flags()
        hits = np.atleast_1d(flags.any(axis=0) if index is None else flags[index])
        stated = ~np.isnan(prediction.thresholds)
        return {name: bool(hits[c]) for c, name in enumerate(CLASSES) if stated[c]}

    @property
    def model(self) -> str:
        """``name@sha256`` of the model that the reader sees; empty where none has spoken."""
        prediction = None if self._case is None else self._case.prediction
        return "" if prediction is None else f"{prediction.model_name}@{prediction.model_sha256}"

    # saying

    def say(self, index: int | None, name: str, answer: Answer | None) -> None:
        """Answer for a class on a slice or, with ``None``, on the study; no answer takes it back."""
        from ichcore.annotations.judging import judged
        from ichcore.annotations.steps import answered

        suggested, model = self.suggested(index).get(name), self.model

        def step(contents: Contents) -> Step:
            said = None if answer is None else judged(answer, self._reader, suggested, model)
            return answered(contents, index, name, said)

        self._do(step)

    def turn(self, index: int | None, name: str) -> None:
        """Yes, then no, then unsure, then nothing; for a key."""
        from ichcore.annotations.answer import Answer

        order: tuple[Answer | None, ...] = (None, *Answer)
        said = self.answer(index, name)
        at = order.index(None if said is None else said.answer)
        self.say(index, name, order[(at + 1) % len(order)])

    def accept_model(self, index: int | None) -> None:
        """Take over everything that the shown model suggests on a slice, or on the study."""
        from ichcore.annotations.judging import accepted

        suggested, model = self.suggested(index), self.model
        if not suggested:
            self.notice_raised.emit("info", "The model has said nothing here yet, so nothing is accepted.")
            return
        self._do(lambda contents: accepted(contents, index, suggested, self._reader, model))

    def finish(self, index: int) -> None:
        """Say the rest of a slice: what is drawn is there, and what nobody spoke of is not."""
        from ichcore.annotations.judging import finished

        suggested, model = self.suggested(index), self.model
        self._do(lambda contents: finished(contents, index, suggested, self._reader, model))

    def write_note(self, index: int | None, text: str) -> None:
        """Have another note; an empty one is none."""
        from ichcore.annotations.steps import noted

        if text != self.note(index):
            self._do(lambda contents: noted(contents, index, text))

    def lock(self) -> None:
        """End the first read, or else the read; it waits for the disk, since nothing may come between."""
        annotation = self._annotating.annotation
        if annotation is None:
            self.notice_raised.emit("info", "Nothing is read yet, so there is nothing to lock.")
            return
        if not self._annotating.saved:
            self.notice_raised.emit(
                "warning", "The last step is not on the disk yet; lock the read in a moment."
            )
            return
        try:
            stage = annotation.lock_read()
        except IchError as error:
            annotation.drop_pending()
            self.notice_raised.emit("error", str(error))
            return
        what = "read" if annotation.purpose == "read" else "adjudication"
        self.notice_raised.emit("info", f"The {stage} {what} is locked.")
        self.changed.emit()

    # on the way

    @property
    def _reader(self) -> str:
        annotation = self._annotating.annotation
        return "" if annotation is None else annotation.reader

    def _do(self, make: Callable[[Contents], Step]) -> None:
        """Make a step of what is there, at once or as soon as there is something."""
        contents = self.contents
        if contents is not None:
            self._annotating.do(make(contents))
        elif self._case is not None:
            self._waiting.append(make)
            self._annotating.prepare()

    def _ready(self) -> None:
        waiting, self._waiting = self._waiting, []
        for make in waiting:
            self._do(make)
        self.changed.emit()

    def _spend(self) -> None:
        """Store the seconds since the last time; without an annotation they wait for one."""
        annotation = self._annotating.annotation
        if annotation is None or annotation.read.done:
            return
        seconds = self.clock.take()
        if not seconds:
            return

        def work(_: JobContext) -> None:
            _spend(annotation, seconds)

        self._jobs.submit("io", work, failed=lambda sentence: self.notice_raised.emit("warning", sentence))


def _spend(annotation: OpenAnnotation, seconds: dict[int, float]) -> None:
    for index, spent in seconds.items():
        annotation.spend(index, round(spent, 3))
