"""Heat maps in the background: the shown slice first, then its flagged neighbours.

A slow method (Score-CAM) takes seconds a slice: it says how far it is, few slices are computed ahead, and
what nobody waits for any more is stopped between two of its passes as soon as the reader goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.explain.method import SLOW_METHODS, TITLES
from ichcore.subtypes import CLASSES
from ichviewer.base.timers import single_shot
from ichviewer.documents.busy import Busy
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.documents.explaining import Explaining
from ichviewer.documents.flags_around import flags_around

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
NEIGHBOURS_OF_SLOW = 2
"""The same with a slow method."""
KEPT = 48
"""Slices whose heat maps are kept: a map of 512² takes 1 MB, and a slice may have five."""

Answer = tuple[int, "tuple[Heatmap, ...]", "tuple[Box, ...]"]
State = tuple[tuple[str, ...], tuple[int, ...], float, bytes]
"""Classes to explain, flagged classes, threshold of the box, flags that a map with context hears."""


class HeatmapFlow(QObject):
    """Computes what the overlay needs, as soon as the reader rests on a slice."""

    failed = Signal(str)
    busy_changed = Signal()

    def __init__(self, jobs: Jobs, engine: Engine, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._view = jobs, engine, view
        self._case: Case | None = None
        self._model_name = ""
        self._asked: tuple[object, ...] = ()
        self._known: dict[int, State] = {}
        self._pending: dict[str, tuple[object, ...]] = {}
        self._busy: Busy | None = None
        self._settled = single_shot(self, self._compute, SETTLE_MS)
        view.slice_changed.connect(self._go_on)
        view.overlay_changed.connect(self._go_on)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Work for another case or model; what is under way is dropped."""
        self.cancel()
        self._jobs.drop(FETCHED)
        follow_instead(self._case, case, answers_of, self.request)
        self._case, self._model_name = case, model_name
        self._known.clear()
        self._pending.clear()
        self._asked = ()

    def request(self) -> None:
        """Compute what is missing, once the reader rests."""
        if self._case is not None and not self._settled.isActive():
            self._settled.start()

    @property
    def busy(self) -> Busy | None:
        """How far a slow method is with the shown slice; ``None`` where none is at work."""
        return self._busy if self._jobs.running(SHOWN) else None

    def cancel(self) -> None:
        """Stop computing; the slice stays without heat maps until the reader goes on."""
        self._jobs.drop(SHOWN)
        self._jobs.drop(AHEAD)
        self._say(None)

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
        if self._case is not None:
            self._submit(FETCHED, {index: self._state(self._case, index)}, urgent=True)

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
        flagged = tuple(name for name, on in zip(CLASSES, case.flags()[index].tolist(), strict=True) if on)
        return tuple(name for name in flagged if name != "any") or flagged

    def _compute(self) -> None:
        case, overlay = self._case, self._view.overlay
        if case is None or case.prediction is None:
            return
        if not (overlay.visible or overlay.boxes):
            self.cancel()
            return
        self._adopt_settings()
        index = self._view.slice_index
        missing = self._missing(index)
        if missing:
            self._submit(SHOWN, missing, urgent=True)
        else:
            self._jobs.drop(SHOWN)
            self._say(None)
        ahead = case.flagged_near(index, NEIGHBOURS_OF_SLOW if self._slow else NEIGHBOURS)
        missing = self._missing(*ahead)
        if missing:
            self._submit(AHEAD, missing, urgent=False)

    def _adopt_settings(self) -> None:
        """Forget the heat maps of another model, method or layer."""
        case, overlay = self._case, self._view.overlay
        if case is None or case.prediction is None:
            return
        asked = (case.prediction.model_sha256, overlay.method, overlay.layer)
        if asked != self._asked:
            if self._asked:
                case.show_map(None)
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

    def _missing(self, *indices: int) -> dict[int, State]:
        """The predicted slices among some that have no heat maps yet for what is asked of them now."""
        case = self._case
        if case is None or case.prediction is None:
            return {}
        wanted = {index: self._state(case, index) for index in indices if case.prediction.done[index]}
        return {index: state for index, state in wanted.items() if self._known.get(index) != state}

    def _state(self, case: Case, index: int) -> State:
        """What a slice's heat maps and boxes depend on, beside method and layer."""
        flagged = tuple(c for c, on in enumerate(case.flags()[index].tolist()) if on)
        overlay = self._view.overlay
        around = flags_around(case, index, (overlay.method,))
        return (self.classes_for(index), flagged, overlay.threshold, around)

    def _submit(self, key: str, wanted: dict[int, State], *, urgent: bool) -> None:
        case, overlay, name, engine = self._case, self._view.overlay, self._model_name, self._engine
        if case is None:
            return
        asked, explaining = self._asked, Explaining.of(case, name)
        request = (asked, tuple(wanted.items()))
        if self._jobs.running(key) and self._pending.get(key) == request:
            return  # under way; asking again would only throw its answer away
        self._pending[key] = request

        def work(context: JobContext) -> None:
            method = engine.explainer(name).method_for(overlay.method)
            from ichcore.masks.boxes import boxes

            for index, (classes, _, threshold, _) in wanted.items():
                context.cancel.raise_if_cancelled()
                heatmaps = explaining.heatmaps(
                    engine,
                    index,
                    classes,
                    method=method,
                    layer=overlay.layer,
                    progress=context.progress,
                    cancel=context.cancel,
                )
                context.post((index, heatmaps, tuple(boxes(heatmaps, threshold=threshold))))
                context.let_urgent_pass()

        def streamed(answer: Answer) -> None:
            index, heatmaps, found = answer
            if self._case is case and self._asked == asked:
                self._known[index] = wanted[index]
                case.set_heatmaps(index, heatmaps, found)
                self._trim(case, index)

        def progressed(done: int, total: int, _message: str) -> None:
            self._say(Busy(TITLES[overlay.method], done, total))

        told = key == SHOWN and self._slow
        if key == SHOWN:
            self._say(Busy(TITLES[overlay.method]) if told else None)
        self._jobs.submit(
            "device",
            work,
            key=key,
            done=(lambda _: self._say(None)) if told else None,
            failed=self._fail if told else self.failed.emit,
            streamed=streamed,
            progressed=progressed if told else None,
            urgent=urgent,
        )

    @property
    def _slow(self) -> bool:
        """Whether the chosen method is a slow one."""
        return self._view.overlay.method in SLOW_METHODS

    def _go_on(self) -> None:
        """The reader looks at another slice or in another way: what a slow method computes ahead can wait."""
        if self._asked and self._asked[1] in SLOW_METHODS:
            self._jobs.drop(AHEAD)
        self.request()

    def _fail(self, sentence: str) -> None:
        self._say(None)
        self.failed.emit(sentence)

    def _say(self, busy: Busy | None) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit()
