"""Prediction in the background: nearest slices first, streaming in, cancellable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from ichviewer.documents.busy import Busy

if TYPE_CHECKING:
    from ichcore.predict.prediction import Prediction
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine

KEY = "predict"


class Focus:
    """The shown slice, written by the Qt thread and read by the worker before every batch."""

    def __init__(self) -> None:
        self.index = 0


class PredictionFlow(QObject):
    """Runs the chosen model over a case and hands what it says to that case alone."""

    busy_changed = Signal()
    failed = Signal(str)
    finished = Signal()

    def __init__(self, jobs: Jobs, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._engine = engine
        self._busy: Busy | None = None
        self._clock = QElapsedTimer()
        self._seconds: float | None = None
        self.focus = Focus()

    @property
    def busy(self) -> Busy | None:
        """How far the prediction is; ``None`` where none runs."""
        return self._busy

    @property
    def seconds(self) -> float | None:
        """What the last complete prediction took."""
        return self._seconds

    def start(self, case: Case, model_name: str) -> None:
        """Predict a case, superseding a prediction under way."""
        volume, engine, focus = case.volume, self._engine, self.focus
        self._seconds = None
        self._clock.start()

        def work(context: JobContext) -> Prediction:
            def on_slices(prediction: Prediction) -> None:
                context.post(prediction)
                context.let_urgent_pass()

            return engine.predictor(model_name).predict(
                volume,
                first=lambda: focus.index,
                on_slices=on_slices,
                progress=context.progress,
                cancel=context.cancel,
            )

        def done(prediction: Prediction) -> None:
            self._seconds = self._clock.elapsed() / 1000.0
            case.set_prediction(prediction)
            self._set_busy(None)
            self.finished.emit()

        def failed(sentence: str) -> None:
            self._set_busy(None)
            self.failed.emit(sentence)
            self.finished.emit()

        def stopped() -> None:
            self._set_busy(None)
            self.finished.emit()

        self._set_busy(Busy("Loading the model"))
        self._jobs.submit(
            "device",
            work,
            key=KEY,
            done=done,
            failed=failed,
            stopped=stopped,
            streamed=case.set_prediction,
            progressed=lambda done_, total, _: self._set_busy(Busy("Predicting", done_, total)),
        )

    @property
    def running(self) -> bool:
        """Whether a prediction waits or runs."""
        return self._jobs.running(KEY)

    def cancel(self) -> None:
        """Stop; what is predicted stays."""
        self._jobs.cancel(KEY)

    def drop(self) -> None:
        """Stop, and let nothing more arrive (the case is being closed)."""
        self._jobs.drop(KEY)
        self._seconds = None
        self._set_busy(None)

    def _set_busy(self, busy: Busy | None) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit()
