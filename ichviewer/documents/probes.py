"""Probes of the shown model on the shown slice: other windows, a patch painted away, its map measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.curves_flow import CurvesFlow
from ichviewer.documents.occlusion_flow import OcclusionFlow
from ichviewer.documents.window_sweep_flow import WindowSweepFlow

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.base.jobs import Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState


class Probes(QObject):
    """The three probes, which follow case, model and slice together.

    Attributes:
        sweep: what the model says through one window after another.
        occlusion: what it says with a patch painted away.
        curves: deletion and insertion by the shown heat map.
    """

    failed = Signal(str)

    def __init__(
        self,
        jobs: Jobs,
        engine: Engine,
        view: ViewState,
        predicting: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.sweep = WindowSweepFlow(jobs, engine, view, predicting, self)
        self.occlusion = OcclusionFlow(jobs, engine, view, self)
        self.curves = CurvesFlow(jobs, engine, view, self)
        for flow in (self.sweep, self.occlusion, self.curves):
            flow.failed.connect(self.failed)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Probe another case or model; what is under way is dropped."""
        self.sweep.set_case(case, model_name)
        self.occlusion.set_case(case, model_name)
        self.curves.set_case(case, model_name)

    def give_way(self) -> None:
        """A prediction begins, which needs the device more than a sweep nobody asked for by hand."""
        self.sweep.give_way()

    def resume(self) -> None:
        """The prediction is over."""
        self.sweep.request()
