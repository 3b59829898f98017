"""The maps of a comparison in the background: pane by pane of the shown slice, then its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.errors import CancelledError, IchError
from ichcore.explain.method import WITH_CONTEXT
from ichviewer.base.timers import single_shot
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.documents.comparison import Asked, Found
from ichviewer.documents.explaining import Explaining
from ichviewer.documents.view_state import Layout

if TYPE_CHECKING:
    from ichcore.explain.agreement import Agreement
    from ichcore.explain.heatmap import Heatmap
    from ichcore.progress import CancelToken
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.comparison import Comparison, Explanation
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState

SHOWN, AHEAD = "comparison", "comparison-ahead"
SETTLE_MS = 30
"""A reader who scrolls past a slice faster than this does not want its maps."""
SLOW_MS = 300
"""Panes say that they wait only after this long, so that nothing flickers while the reader scrolls."""
NEIGHBOURS = 4
"""Flagged slices compared ahead around the shown one."""
KEPT = 12
"""Slices whose maps are kept: six maps of 512² take 6 MB."""

Answer = tuple[int, "Explanation", Found] | tuple[int, "Agreement"]


class ComparisonFlow(QObject):
    """Computes what the panes need, while they are on screen and the reader rests on a slice."""

    failed = Signal(str)
    slow_changed = Signal()
    """Whether the reader has waited long enough to be told."""

    def __init__(
        self,
        jobs: Jobs,
        engine: Engine,
        view: ViewState,
        comparison: Comparison,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._view, self._comparison = jobs, engine, view, comparison
        self._case: Case | None = None
        self._model_name = ""
        self._sha = ""
        self._known: dict[int, Asked] = {}
        self._pending: tuple[object, ...] = ()
        self._slow = False
        self._settled = single_shot(self, self._compute, SETTLE_MS)
        self._patience = single_shot(self, lambda: self._set_slow(True), SLOW_MS)
        for signal in (view.slice_changed, view.overlay_changed, view.layout_changed, comparison.changed):
            signal.connect(self.request)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Work for another case or model; what is under way is dropped."""
        self._stop()
        follow_instead(self._case, case, answers_of, self.request)
        if model_name and model_name != self._model_name:
            self._comparison.forget_layers()
            self._model_name = model_name
        self._case = case
        self._forget("")

    @property
    def waiting(self) -> bool:
        """Whether maps of the shown slice are still to come."""
        return self._settled.isActive() or self._jobs.running(SHOWN)

    @property
    def slow(self) -> bool:
        """Whether they let the reader wait."""
        return self._slow

    def request(self) -> None:
        """Compute what is missing, once the reader rests; nothing while no comparison is on screen."""
        if self._case is None:
            return
        if self._view.layout is not Layout.COMPARE:
            self._stop()
        elif not self._settled.isActive():
            self._settled.start()

    def _stop(self) -> None:
        self._settled.stop()
        self._jobs.drop(SHOWN)
        self._jobs.drop(AHEAD)
        self._pending = ()
        self._set_slow(False)

    def _set_slow(self, slow: bool) -> None:
        if not slow:
            self._patience.stop()
        if slow != self._slow:
            self._slow = slow
            self.slow_changed.emit()

    def _forget(self, sha: str) -> None:
        self._sha = sha
        self._known.clear()
        self._comparison.keep_only(())

    def _compute(self) -> None:
        case, index = self._case, self._view.slice_index
        if case is None or case.prediction is None or self._view.layout is not Layout.COMPARE:
            return
        if case.prediction.model_sha256 != self._sha:
            self._forget(case.prediction.model_sha256)
        if self._missing(case, index):
            # nothing of the neighbours may hold up what the reader looks at
            self._jobs.drop(AHEAD)
            self._submit(case, SHOWN, (index,), urgent=True)
            return
        self._set_slow(False)
        ahead = tuple(i for i in case.flagged_near(index, NEIGHBOURS) if self._missing(case, i))
        if ahead:
            self._submit(case, AHEAD, ahead, urgent=False)

    def _missing(self, case: Case, index: int) -> bool:
        done = case.prediction is not None and bool(case.prediction.done[index])
        return done and self._known.get(index) != self._asked(case, index)

    def _asked(self, case: Case, index: int) -> Asked:
        return Asked.of(case, self._comparison, index, self._view.overlay.threshold)

    def _submit(self, case: Case, key: str, indices: tuple[int, ...], *, urgent: bool) -> None:
        wanted = {index: self._asked(case, index) for index in indices}
        request = (self._sha, case.thresholds.tobytes(), tuple(wanted.items()))
        if key == SHOWN:
            if self._jobs.running(SHOWN) and self._pending == request:
                return  # under way; asking again would only throw its answer away
            self._pending = request
            self._patience.start()
        work = _Work(Explaining.of(case, self._model_name), self._engine, wanted, self._kept(indices))
        sha = self._sha

        def streamed(answer: Answer) -> None:
            if self._case is case and self._sha == sha:
                self._take(answer, wanted[answer[0]])

        def over() -> None:
            if key == SHOWN:
                self._set_slow(False)
                self.request()  # the neighbours, or what has changed meanwhile

        def failed(sentence: str) -> None:
            self._set_slow(False)
            self.failed.emit(sentence)

        self._jobs.submit(
            "device", work, key=key, done=lambda _: over(), streamed=streamed, failed=failed, urgent=urgent
        )

    def _kept(self, indices: tuple[int, ...]) -> dict[int, dict[Explanation, Heatmap]]:
        """Maps that need not be computed again; one that hears its neighbours changes with their flags."""
        return {
            index: {
                each: found.heatmap
                for each, found in self._comparison.kept(index).items()
                if found.heatmap is not None and found.heatmap.raw_max > 0 and each.method not in WITH_CONTEXT
            }
            for index in indices
        }

    def _take(self, answer: Answer, asked: Asked) -> None:
        index = answer[0]
        if len(answer) == 3:
            self._comparison.put(index, answer[1], answer[2])
            return
        self._known[index] = asked
        self._comparison.put_agreement(index, asked, answer[1])
        shown = self._view.slice_index
        nearest = sorted(self._known, key=lambda i: abs(i - shown))[:KEPT]
        self._known = {i: self._known[i] for i in nearest}
        self._comparison.keep_only({*nearest, index})


class _Work:
    """Explains slices in the device lane and posts each map as it is there, each slice's agreement last."""

    def __init__(
        self,
        explaining: Explaining,
        engine: Engine,
        wanted: dict[int, Asked],
        kept: dict[int, dict[Explanation, Heatmap]],
    ) -> None:
        self._explaining, self._engine, self._wanted, self._kept = explaining, engine, wanted, kept

    def __call__(self, context: JobContext) -> None:
        for index, asked in self._wanted.items():
            maps: dict[Explanation, Heatmap] = {}
            for each in asked.compared:
                context.cancel.raise_if_cancelled()
                found = self._find(index, each, asked, context.cancel)
                if found.heatmap is not None:
                    maps[each] = found.heatmap
                context.post((index, each, found))
                context.let_urgent_pass()
            context.post((index, self._agreement(asked, maps)))

    def _find(self, index: int, each: Explanation, asked: Asked, cancel: CancelToken) -> Found:
        """A map with its box; none of a class that is not flagged; a sentence where the model refuses it."""
        from ichcore.masks.boxes import boxes

        if each.class_name is None or each.class_name not in asked.flagged:
            return Found()
        heatmap = self._kept[index].get(each)
        if heatmap is None:
            try:
                (heatmap,) = self._explaining.heatmaps(
                    self._engine,
                    index,
                    (each.class_name,),
                    method=each.method,
                    layer=each.layer,
                    cancel=cancel,
                )
            except CancelledError:
                raise
            except IchError as error:
                return Found(refusal=str(error))
        box = next(iter(boxes([heatmap], threshold=asked.threshold)), None)
        return Found(heatmap, box)

    def _agreement(self, asked: Asked, maps: dict[Explanation, Heatmap]) -> Agreement:
        import numpy as np

        from ichcore.explain.agreement import agreement

        volume = self._explaining.volume
        blank = np.zeros(volume.shape[1:], np.float32)
        activations = [maps[each].activation if each in maps else blank for each in asked.compared]
        return agreement(activations, asked.threshold, volume.geometry.pixel_spacing_mm)
