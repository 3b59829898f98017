"""The model's mask for the annotator: of the whole series or one slice, by the weak chain as it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.busy import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.weak_masks import WeakMasks

KEY = "suggestion"


class SuggestionFlow(QObject):
    """Makes label maps in the device lane; one request at a time, a newer one supersedes it."""

    busy_changed = Signal()
    failed = Signal(str)

    def __init__(self, jobs: Jobs, engine: Engine, masks: WeakMasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._masks = jobs, engine, masks
        self.busy: Busy | None = None

    def drop(self) -> None:
        """Let nothing arrive any more."""
        self._jobs.drop(KEY)
        self._say(None)

    def cancel(self) -> None:
        """Stop."""
        self._jobs.cancel(KEY)

    def request(
        self, case: Case, index: int | None, receive: Callable[[NDArray[np.uint8], str, float], None]
    ) -> bool:
        """Ask for the model's mask; ``False`` where the series is not predicted.

        Args:
            case: the open case.
            index: of one slice; ``None`` for all.
            receive: gets uint8 ``(slices, rows, columns)``, or ``(rows, columns)`` of one slice; the model as
                ``name@sha256``; and the chain's threshold.
        """
        prediction = case.prediction
        if prediction is None or not prediction.done.all():
            return False
        engine, volume, thresholds = self._engine, case.volume, case.thresholds.copy()
        settings, pointed = self._masks.settings, self._masks.pointing
        model = f"{prediction.model_name}@{prediction.model_sha256}"

        def work(context: JobContext) -> NDArray[np.uint8]:
            segmenter = engine.segmenter(prediction.model_name)
            pointing = pointed or segmenter.point(
                volume, prediction, thresholds=thresholds, cancel=context.cancel
            )

            def step(done: int, total: int, message: str = "") -> None:
                context.progress(done, total, message)
                context.let_urgent_pass()

            if index is not None:
                return segmenter.slice_mask(pointing, settings.chain, index, draw=settings.draw).labels
            return segmenter.labels(
                pointing, settings.chain, draw=settings.draw, progress=step, cancel=context.cancel
            )

        def done(labels: NDArray[np.uint8]) -> None:
            self._say(None)
            receive(labels, model, settings.chain.threshold)

        def failed(sentence: str) -> None:
            self._say(None)
            self.failed.emit(sentence)

        self._say(Busy("Drawing masks"))
        self._jobs.submit(
            "device",
            work,
            key=KEY,
            done=done,
            failed=failed,
            stopped=lambda: self._say(None),
            progressed=lambda at, total, _: self._say(Busy("Drawing masks", at, total)),
        )
        return True

    def _say(self, busy: Busy | None) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit()
