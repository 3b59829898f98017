"""Heat maps in the background: the shown slice first, then its flagged neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from ichcore.explain.heatmap import Box, Heatmap
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState

SHOWN, AHEAD, FETCHED = "heatmaps", "heatmaps-ahead", "heatmaps-fetched"
SETTLE_MS = 30
"""A reader who scrolls past a slice faster than this does not want its heat map."""
NEIGHBOURS = 12
"""Flagged slices computed ahead around the shown one."""
KEPT = 48
"""Slices whose heat maps are kept: a map of 512² takes 1 MB, and a slice may have five."""

Answer = tuple[int, "tuple[Heatmap, ...]", "tuple[Box, ...]"]
State = tuple[tuple[str, ...], tuple[int, ...], float]
"""Classes to explain, indices of flagged classes, threshold of the box."""


class HeatmapFlow(QObject):
    """Computes what the overlay needs, as soon as the reader rests on a slice."""

    failed = Signal(str)

    def __init__(self, jobs: Jobs, engine: Engine, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._view = jobs, engine, view
        self._case: Case | None = None
        self._model_name = ""
        self._asked: tuple[object, ...] = ()
        self._known: dict[int, State] = {}
        self._pending: dict[str, tuple[object, ...]] = {}
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self._settled.timeout.connect(self._compute)
        view.slice_changed.connect(self.request)
        view.overlay_changed.connect(self.request)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Work for another case or model; what is under way is dropped."""
        self._jobs.drop(SHOWN)
        self._jobs.drop(AHEAD)
        self._jobs.drop(FETCHED)
        if self._case is not None and self._case is not case:
            self._case.prediction_changed.disconnect(self.request)
            self._case.thresholds_changed.disconnect(self.request)
        if case is not None and self._case is not case:
            case.prediction_changed.connect(self.request)
            case.thresholds_changed.connect(self.request)
        self._case, self._model_name = case, model_name
        self._known.clear()
        self._pending.clear()
        self._asked = ()

    def request(self) -> None:
        """Compute what is missing, once the reader rests."""
        if self._case is not None and not self._settled.isActive():
            self._settled.start()

    @property
    def waiting(self) -> bool:
        """Whether the shown slice's heat maps are still to come."""
        return self._settled.isActive() or self._jobs.running(SHOWN)

    def ready(self, index: int) -> bool:
        """Whether a slice can be drawn as it will be: its heat maps are there, or none are asked for."""
        overlay = self._view.overlay
        return not (overlay.visible or overlay.boxes) or not self._missing(index)

    def fetch(self, index: int) -> None:
        """Compute one slice's heat maps, shown or not (for a film)."""
        self._adopt_settings()
        self._submit(FETCHED, (index,), urgent=True)

    @property
    def fetching(self) -> bool:
        """Whether a fetched slice is still to come."""
        return self._jobs.running(FETCHED)

    def classes_for(self, index: int) -> tuple[str, ...]:
        """Classes to explain on a slice: the chosen one, or every positive one jointly.

        ``any`` alone stands for a bleed whose subtype is not flagged; beside flagged subtypes it would
        only repeat them.
        """
        case = self._case
        if case is None or case.prediction is None or not case.prediction.done[index]:
            return ()
        chosen = self._view.overlay.class_name
        if chosen is not None:
            return (chosen,)
        flagged = tuple(CLASSES[c] for c in np.flatnonzero(case.flags()[index]))
        return tuple(name for name in flagged if name != "any") or flagged

    def _compute(self) -> None:
        case, overlay = self._case, self._view.overlay
        if case is None or case.prediction is None or not (overlay.visible or overlay.boxes):
            return
        self._adopt_settings()
        index = self._view.slice_index
        if self._missing(index):
            self._submit(SHOWN, (index,), urgent=True)
        ahead = [i for i in self._neighbours(index) if self._missing(i)]
        if ahead:
            self._submit(AHEAD, tuple(ahead), urgent=False)

    def _adopt_settings(self) -> None:
        """Forget the heat maps of another model, method or layer."""
        case, overlay = self._case, self._view.overlay
        if case is None or case.prediction is None:
            return
        asked = (case.prediction.model_sha256, overlay.method, overlay.layer)
        if asked != self._asked:
            self._asked = asked
            self._known.clear()
            case.forget_heatmaps()

    def _trim(self, case: Case, arrived: int) -> None:
        """Let go of the slices farthest from the shown one."""
        shown = self._view.slice_index
        others = sorted((i for i in self._known if i != arrived), key=lambda i: abs(i - shown))
        for index in others[KEPT - 1 :]:
            del self._known[index]
            case.set_heatmaps(index, (), ())

    def _missing(self, index: int) -> bool:
        """Whether a predicted slice has no heat maps yet for what is asked now."""
        case = self._case
        if case is None or case.prediction is None or not case.prediction.done[index]:
            return False
        return self._known.get(index) != self._state(case, index)

    def _state(self, case: Case, index: int) -> State:
        """What a slice's heat maps and boxes depend on, beside method and layer."""
        flagged = tuple(np.flatnonzero(case.flags()[index]).tolist())
        return (self.classes_for(index), flagged, self._view.overlay.threshold)

    def _neighbours(self, index: int) -> list[int]:
        if self._case is None:
            return []
        flagged = np.flatnonzero(self._case.flags().any(axis=1)).tolist()
        return sorted((i for i in flagged if i != index), key=lambda i: abs(i - index))[:NEIGHBOURS]

    def _submit(self, key: str, indices: tuple[int, ...], *, urgent: bool) -> None:
        case, overlay, name, engine = self._case, self._view.overlay, self._model_name, self._engine
        if case is None:
            return
        volume, asked, prediction = case.volume, self._asked, case.prediction
        thresholds = case.thresholds.copy()
        wanted = {index: self._state(case, index) for index in indices}
        request = (asked, tuple(wanted.items()))
        if self._jobs.running(key) and self._pending.get(key) == request:
            return  # under way; asking again would only throw its answer away
        self._pending[key] = request

        def work(context: JobContext) -> None:
            explainer = engine.explainer(name)
            from ichcore.masks.boxes import boxes

            for index, (classes, _, threshold) in wanted.items():
                context.cancel.raise_if_cancelled()
                heatmaps = explainer.explain(
                    volume,
                    [index],
                    classes,
                    method=explainer.method_for(overlay.method),
                    layer=overlay.layer,
                    prediction=prediction,
                    thresholds=thresholds,
                    cancel=context.cancel,
                )
                context.post((index, tuple(heatmaps), tuple(boxes(heatmaps, threshold=threshold))))
                context.let_urgent_pass()

        def streamed(answer: Answer) -> None:
            index, heatmaps, found = answer
            if self._case is case and self._asked == asked:
                self._known[index] = wanted[index]
                case.set_heatmaps(index, heatmaps, found)
                self._trim(case, index)

        self._jobs.submit("device", work, key=key, streamed=streamed, failed=self.failed.emit, urgent=urgent)
