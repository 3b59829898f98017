"""What the old and the new model of a retraining say of the open series, before either is chosen.

Neither joins the models in use: what they say is kept here alone, and goes into no export and no worklist.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.errors import RefusedError
from ichcore.predict.flag_changes import FlagChange, flag_changes
from ichviewer.base.timers import single_shot
from ichviewer.documents.busy import Busy
from ichviewer.documents.torch_import import import_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.predict.prediction import Prediction
    from ichcore.progress import Progress
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.workspace import Workspace

KEY = "old-and-new"


class Side(StrEnum):
    """Which of the two."""

    OLD = "old"
    NEW = "new"


class OldAndNew(QObject):
    """Predicts the open series with both models while somebody looks, and keeps that for the series.

    Args:
        workspace: whose open series and newest retraining.
        parent: owner.
    """

    changed = Signal()
    """One says more of the series, another series is open, or there is another reason why not."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._retraining = workspace, workspace.retraining
        self._looked_at = False
        self._case: Case | None = None
        self._run = ""
        self._said: dict[Side, Prediction] = {}
        self._complete: set[Side] = set()
        self._failure = ""
        self.busy: Busy | None = None
        """How far the prediction is; ``None`` where none runs."""
        self._soon = single_shot(self, self._begin)
        workspace.case_changed.connect(self.request)
        workspace.busy_changed.connect(self.request)
        workspace.inference.finished.connect(self.request)
        workspace.reading.shown_changed.connect(self.request)
        self._retraining.changed.connect(self.request)
        workspace.view.slice_changed.connect(self._follow)
        self._shown_index = 0

    # what there is to see

    @property
    def case(self) -> Case | None:
        """The series that both speak of."""
        return self._workspace.case

    @property
    def engine(self) -> Engine:
        """The loaded models; for the lane of the device alone."""
        return self._workspace.inference.engine

    def name(self, side: Side) -> str:
        """What the engine finds a model by: the installed name of the old one, the new one's folder."""
        run, state = self._retraining.run, self._retraining.state
        if side is Side.OLD:
            return "" if state is None else state.old
        return "" if run is None else str(run)

    def said(self, side: Side) -> Prediction | None:
        """What one says, perhaps of some slices only yet; ``None`` while models are hidden or none has."""
        hidden = self.case is None or self.case is not self._case or self.case.model_hidden
        return None if hidden else self._said.get(side)

    @property
    def both(self) -> tuple[Prediction, Prediction] | None:
        """What old and new say, once both have begun."""
        old, new = self.said(Side.OLD), self.said(Side.NEW)
        return None if old is None or new is None else (old, new)

    @property
    def changes(self) -> tuple[FlagChange, ...]:
        """Flags that differ, as far as both have come."""
        return () if self.both is None else flag_changes(*self.both)

    @property
    def complete(self) -> bool:
        """Whether both went through the whole series."""
        return self.both is not None and len(self._complete) == len(Side)

    @property
    def why_not(self) -> str:
        """Why there is nothing to see; empty where there is, or will be soon."""
        case = self.case
        if self._retraining.gone:
            return self._retraining.gone
        if case is None:
            return self.tr("Open a series, or choose one of the cases that were held back.")
        if case.model_hidden:
            return self.tr("What models say is hidden until you lock your read.")
        if case.refused:
            return self.tr("This is no plain head CT, which the models are made for; F5 asks to score it.")
        return self._failure

    @property
    def warning(self) -> str:
        """What is to be known of what is seen; mostly nothing."""
        old, state = self.said(Side.OLD), self._retraining.state
        compared = state.compared[0] if state is not None and state.compared else {}
        digest = compared.get("old", {}).get("sha256")
        if old is not None and digest is not None and old.model_sha256 != digest:
            return self.tr("The old model has other weights by now than those it was compared with.")
        return ""

    # looking

    def look(self, *, on: bool) -> None:
        """Somebody looks, or no longer; what is predicted stays for this series."""
        self._looked_at = on
        if on:
            self._retraining.look()
            self._failure = ""
            self.request()
        else:
            self._workspace.jobs.drop(KEY)
            self._say(None)

    def request(self) -> None:
        """Predict what is missing, while somebody looks; the models in use go first."""
        if not self._looked_at:
            return
        case, run = self.case, self.name(Side.NEW)
        if case is not self._case or run != self._run:
            self._workspace.jobs.drop(KEY)
            self._case, self._run, self._failure = case, run, ""
            self._said.clear()
            self._complete.clear()
            self._say(None)
        self._soon.start()  # a series that has just come in is first given to the models in use
        self.changed.emit()

    def _begin(self) -> None:
        case, workspace = self.case, self._workspace
        if not self._looked_at or case is None or self.why_not or workspace.jobs.running(KEY):
            return
        if workspace.annotating.hu is None or workspace.inference.predicting:
            return  # asked again when it is in, or said
        self._take_known(case)
        if len(self._complete) < len(Side):
            self._predict(case)
        self.changed.emit()

    def _take_known(self, case: Case) -> None:
        """What the old model said already, where it is in use."""
        name = self.name(Side.OLD)
        if name in case.predictions.said and case.predictions.complete(name):
            self._said[Side.OLD] = case.predictions.said[name]
            self._complete.add(Side.OLD)

    def _predict(self, case: Case) -> None:
        sides = tuple(side for side in Side if side not in self._complete)

        def streamed(answer: tuple[Side, Prediction]) -> None:
            self._said[answer[0]] = answer[1]
            self.changed.emit()

        def done(answers: dict[Side, Prediction]) -> None:
            self._said.update(answers)
            self._complete.update(answers)
            self._say(None)
            self.changed.emit()

        def failed(sentence: str) -> None:
            self._failure = sentence
            self._say(None)
            self.changed.emit()

        self._say(Busy("Loading the models"))
        self._workspace.jobs.submit(
            "device",
            self._work(case, sides),
            key=KEY,
            done=done,
            failed=failed,
            streamed=streamed,
            progressed=lambda at, total, _: self._say(Busy("Predicting with both", at, total)),
        )

    def _work(self, case: Case, sides: tuple[Side, ...]) -> Callable[[JobContext], dict[Side, Prediction]]:
        volume, engine, accepted = case.volume, self.engine, case.scope_accepted
        names = {side: self.name(side) for side in sides}

        def work(context: JobContext) -> dict[Side, Prediction]:
            import_engine()
            if not accepted:
                from ichcore.predict.scope import outside_scope

                for reason in outside_scope(volume):
                    raise RefusedError(f"Not scored: {reason.detail} The models are made for plain head CT.")
            found = {}
            for number, side in enumerate(sides):

                def on_slices(prediction: Prediction, side: Side = side) -> None:
                    context.post((side, prediction))
                    context.let_urgent_pass()

                found[side] = engine.predictor(names[side]).predict(
                    volume,
                    first=lambda: self._shown_index,
                    on_slices=on_slices,
                    progress=_part(context, number, len(sides)),
                    cancel=context.cancel,
                )
            return found

        return work

    def _follow(self, index: int) -> None:
        self._shown_index = index

    def _say(self, busy: Busy | None) -> None:
        if busy != self.busy:
            self.busy = busy
            self.changed.emit()


def _part(context: JobContext, number: int, parts: int) -> Progress:
    """Progress of one of several equal parts, as that of the whole."""

    def report(done: int, total: int, message: str = "") -> None:
        context.progress(number * total + done, parts * total, message)

    return report
