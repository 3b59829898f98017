"""Deletion and insertion curves of the shown heat map, when the reader asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.subtypes import CLASSES
from ichviewer.documents.case_following import follow_instead
from ichviewer.documents.probe_flow import ProbeFlow

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from ichcore.explain.deletion import DeletionCurves
    from ichcore.explain.heatmap import Heatmap
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState

CURVES = "curves"


class CurvesFlow(ProbeFlow):
    """Measures one heat map; forgets the curves as soon as another map is shown."""

    def __init__(self, jobs: Jobs, engine: Engine, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(jobs, engine, view, parent)
        self._measured: tuple[Heatmap, DeletionCurves] | None = None
        self._asked: Heatmap | None = None
        self._steps = (0, 0)
        view.slice_changed.connect(self._look_again)
        view.overlay_changed.connect(self._look_again)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Measure maps of another case or model."""
        follow_instead(self._case, case, lambda one: (one.heatmaps_changed,), self._look_again)
        self._case, self._model_name = case, model_name
        self._look_again()

    @property
    def subject(self) -> Heatmap | None:
        """The map that would be measured: of the chosen class, else of the most probable one shown."""
        case, index = self._case, self._view.slice_index
        if case is None or case.prediction is None or not self._view.overlay.visible:
            return None
        said = case.prediction.probabilities[index]
        maps = [heatmap for heatmap in case.heatmaps(index) if not heatmap.empty]
        return max(maps, key=lambda heatmap: float(said[CLASSES.index(heatmap.class_name)]), default=None)

    @property
    def measured(self) -> tuple[Heatmap, DeletionCurves] | None:
        """The shown map and its curves; ``None`` until they were asked for and are there."""
        return self._measured

    @property
    def steps(self) -> tuple[int, int]:
        """Looks done and in all of the measurement under way; (0, 0) where none is."""
        return self._steps

    def measure(self) -> None:
        """Measure the shown map."""
        case, heatmap, name, engine = self._case, self.subject, self._model_name, self._engine
        if case is None or heatmap is None:
            return
        volume = case.volume
        self._asked, self._measured, self._steps = heatmap, None, (0, 1)

        def work(context: JobContext) -> DeletionCurves:
            def progress(done: int, total: int, message: str = "") -> None:
                context.progress(done, total, message)
                context.let_urgent_pass()

            return engine.prober(name).curves(volume, heatmap, progress=progress, cancel=context.cancel)

        def progressed(done: int, total: int, _: str) -> None:
            self._steps = (done, total)
            self.changed.emit()

        def done(curves: DeletionCurves) -> None:
            self._measured, self._asked, self._steps = (heatmap, curves), None, (0, 0)
            self.changed.emit()

        def ended(sentence: str = "") -> None:
            self._asked, self._steps = None, (0, 0)
            if sentence:
                self.failed.emit(sentence)
            self.changed.emit()

        self._jobs.submit(
            "device", work, key=CURVES, done=done, failed=ended, stopped=ended, progressed=progressed
        )
        self.changed.emit()

    def _look_again(self) -> None:
        """Drop what is said of another map than the shown one."""
        if self._asked is not None or self._measured is not None:
            shown = self.subject
            if self._asked is not None and self._asked is not shown:
                self._jobs.drop(CURVES)
                self._asked, self._steps = None, (0, 0)
            if self._measured is not None and self._measured[0] is not shown:
                self._measured = None
        self.changed.emit()
