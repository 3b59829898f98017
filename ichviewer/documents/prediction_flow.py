"""Prediction in the background: one model after another, nearest slices first, streaming in, cancellable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from ichviewer.documents.busy import Busy
from ichviewer.documents.torch_import import import_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ichcore.predict.prediction import Prediction
    from ichcore.volume.passport import Finding
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine

KEY = "predict"


class Focus:
    """The shown slice, written by the Qt thread and read by the worker before every batch."""

    def __init__(self) -> None:
        self.index = 0


@dataclass(frozen=True)
class _Refused:
    """The series is not what the models were made for, so nothing was scored."""

    reasons: tuple[Finding, ...]


class PredictionFlow(QObject):
    """Runs models over a case and hands what they say to that case alone."""

    busy_changed = Signal()
    failed = Signal(str)
    refused = Signal()
    """The case says why it was not scored; it is to be asked for by :meth:`Case.accept_scope`."""
    finished = Signal()
    """No model runs or waits any more."""

    def __init__(self, jobs: Jobs, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._engine = engine
        self._busy: Busy | None = None
        self._clock = QElapsedTimer()
        self._seconds: dict[str, float] = {}
        self._case: Case | None = None
        self._running = ""
        self._waiting: list[str] = []
        self._asked = 0
        self.focus = Focus()

    @property
    def busy(self) -> Busy | None:
        """How far the prediction is; ``None`` where none runs."""
        return self._busy

    def seconds(self, model_name: str) -> float | None:
        """What the last complete prediction of a model took."""
        return self._seconds.get(model_name)

    @property
    def running(self) -> bool:
        """Whether a prediction waits or runs."""
        return self._jobs.running(KEY)

    @property
    def current(self) -> str:
        """Name of the model that runs; empty where none does."""
        return self._running if self.running else ""

    def start(self, case: Case, model_names: Sequence[str]) -> None:
        """Predict a case with these models and no others, in this order.

        A model among them that runs already goes on; any other that runs is stopped.
        """
        going_on = self.current if self._case is case else ""
        self._case = case
        self._asked = len(model_names)
        self._waiting = [name for name in model_names if name != going_on]
        if going_on not in model_names:
            self._next()

    def keep_only(self, model_names: Collection[str]) -> None:
        """Stop, and wait for, no model but these."""
        self._waiting = [name for name in self._waiting if name in model_names]
        if self.running and self._running not in model_names:
            self._jobs.drop(KEY)
            self._next()

    def cancel(self) -> None:
        """Stop; what is predicted stays."""
        self._waiting.clear()
        self._jobs.cancel(KEY)

    def drop(self) -> None:
        """Stop, and let nothing more arrive (the case is being closed)."""
        self._waiting.clear()
        self._jobs.drop(KEY)
        self._case = None
        self._seconds.clear()
        self._set_busy(None)

    def _next(self) -> None:
        """Run the next model, or be done."""
        case = self._case
        if case is None or not self._waiting:
            self._set_busy(None)
            self.finished.emit()
            return
        name = self._running = self._waiting.pop(0)
        self._seconds.pop(name, None)
        self._clock.start()

        def done(answer: Prediction | _Refused) -> None:
            if isinstance(answer, _Refused):
                self._waiting.clear()
                case.refuse(answer.reasons)
                self.refused.emit()
            else:
                self._seconds[name] = self._clock.elapsed() / 1000.0
                case.take_prediction(answer, complete=True)
            self._next()

        def failed(sentence: str) -> None:
            self.failed.emit(sentence)
            self._next()

        self._set_busy(Busy("Loading the model"))
        number = self._asked - len(self._waiting)
        label = "Predicting" if self._asked < 2 else f"Predicting, model {number} of {self._asked},"
        self._jobs.submit(
            "device",
            self._work(case, name),
            key=KEY,
            done=done,
            failed=failed,
            stopped=self._next,
            streamed=case.take_prediction,
            progressed=lambda done_, total, _: self._set_busy(Busy(label, done_, total)),
        )

    def _work(self, case: Case, name: str) -> Callable[[JobContext], Prediction | _Refused]:
        """What the device lane does, from a snapshot of the case."""
        volume, engine, focus, accepted = case.volume, self._engine, self.focus, case.scope_accepted

        def work(context: JobContext) -> Prediction | _Refused:
            def on_slices(prediction: Prediction) -> None:
                context.post(prediction)
                context.let_urgent_pass()

            import_engine()
            if not accepted:
                from ichcore.predict.scope import outside_scope

                reasons = outside_scope(volume)
                if reasons:
                    return _Refused(reasons)
            return engine.predictor(name).predict(
                volume,
                first=lambda: focus.index,
                on_slices=on_slices,
                progress=context.progress,
                cancel=context.cancel,
            )

        return work

    def _set_busy(self, busy: Busy | None) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit()
