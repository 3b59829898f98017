"""The window sweep in the background: of the shown slice, once the reader rests and while someone looks."""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ichviewer.base.timers import single_shot
from ichviewer.documents.case_following import follow_instead
from ichviewer.documents.probe_flow import ProbeFlow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from ichcore.explain.window_sweep import WindowSweep
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState

SWEEP = "window-sweep"
SETTLE_MS = 150
"""A sweep is tens of looks at a slice: the reader has to rest a little longer for it than for a heat map."""
KEPT = 24
"""Sweeps remembered, so that going back to a slice or a width shows its curve at once."""


class SweepAxis(Enum):
    """What goes along the path; the other stays as it is in the view."""

    LEVEL = "level"
    WIDTH = "width"


class Subject(NamedTuple):
    """What a sweep is of."""

    slice_index: int
    axis: SweepAxis
    fixed: float
    """Width in HU of a path of levels, level of a path of widths."""


class WindowSweepFlow(ProbeFlow):
    """Computes the sweep of the shown slice, never while a prediction runs."""

    def __init__(
        self,
        jobs: Jobs,
        engine: Engine,
        view: ViewState,
        predicting: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(jobs, engine, view, parent)
        self._predicting = predicting
        self._axis = SweepAxis.LEVEL
        self._wanted = False
        self._known: OrderedDict[Subject, WindowSweep] = OrderedDict()
        self._shown: tuple[Subject, WindowSweep] | None = None
        self._settled = single_shot(self, self._compute, SETTLE_MS)
        view.slice_changed.connect(self.request)
        view.window_changed.connect(self.request)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Sweep another case or model."""
        if (case, model_name) == (self._case, self._model_name):
            return
        follow_instead(self._case, case, lambda one: (one.prediction_changed,), self.request)
        self._jobs.drop(SWEEP)
        self._case, self._model_name = case, model_name
        self._known.clear()
        self._shown = None
        self.changed.emit()
        self.request()

    def set_wanted(self, wanted: bool) -> None:
        """Whether anybody looks at the curve; nothing is computed for nobody."""
        self._wanted = wanted
        if wanted:
            self.request()
        else:
            self.give_way()

    def give_way(self) -> None:
        """Stop for work that matters more; :meth:`request` takes it up again."""
        self._settled.stop()
        self._jobs.drop(SWEEP)

    @property
    def axis(self) -> SweepAxis:
        """What goes along the path."""
        return self._axis

    def set_axis(self, axis: SweepAxis) -> None:
        """Sweep the level or the width."""
        if axis is not self._axis:
            self._axis = axis
            self._shown = None
            self.changed.emit()
            self.request()

    @property
    def shown(self) -> tuple[Subject, WindowSweep] | None:
        """The curve of the shown slice, perhaps rough, or of a window it had a moment ago."""
        return self._shown

    @property
    def waiting(self) -> bool:
        """Whether the shown slice's curve is still to come, or to become finer."""
        return self._settled.isActive() or self._jobs.running(SWEEP)

    @property
    def possible(self) -> bool:
        """Whether the model has said something of the shown slice, so that it can be asked for more."""
        case = self._case
        if case is None or case.prediction is None:
            return False
        return bool(case.prediction.done[self._view.slice_index])

    def request(self) -> None:
        """Compute the curve of what is shown now, once the reader rests."""
        if not self._wanted or self._case is None:
            return
        if not self.possible:
            self.give_way()
            if self._shown is not None:
                self._shown = None
                self.changed.emit()
            return
        subject = self._subject()
        if self._shown is not None and self._shown[0] == subject and subject in self._known:
            self._settled.stop()
            return
        known = self._known.get(subject)
        if known is not None:
            self.give_way()
            self._show(subject, known)
            return
        if self._shown is not None and self._shown[0].slice_index != subject.slice_index:
            self._shown = None
            self._jobs.drop(SWEEP)
            self.changed.emit()
        self._settled.start()

    def _subject(self) -> Subject:
        window = self._view.window
        level = self._axis is SweepAxis.LEVEL
        return Subject(self._view.slice_index, self._axis, round(window.width if level else window.center, 1))

    def _show(self, subject: Subject, sweep: WindowSweep) -> None:
        self._shown = (subject, sweep)
        self.changed.emit()

    def _compute(self) -> None:
        case, name, engine = self._case, self._model_name, self._engine
        if case is None or not self._wanted or not self.possible or self._predicting():
            self.changed.emit()
            return
        subject, volume = self._subject(), case.volume

        def work(context: JobContext) -> WindowSweep:
            from ichcore.explain.window_sweep import level_path, width_path

            path = level_path if subject.axis is SweepAxis.LEVEL else width_path
            return engine.prober(name).window_sweep(
                volume,
                subject.slice_index,
                path(subject.fixed),
                on_part=context.post,
                progress=lambda *_: context.let_urgent_pass(),
                cancel=context.cancel,
            )

        def done(sweep: WindowSweep) -> None:
            self._known[subject] = sweep
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            self._show(subject, sweep)

        self._jobs.submit(
            "device",
            work,
            key=SWEEP,
            done=done,
            streamed=lambda part: self._show(subject, part),
            failed=self.failed.emit,
        )
        self.changed.emit()
