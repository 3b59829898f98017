"""Inference on the open case: what the models in use say of it, where they see it, and what they get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.comparison import Comparison
from ichviewer.documents.comparison_flow import ComparisonFlow
from ichviewer.documents.engine import Engine
from ichviewer.documents.heatmap_flow import HeatmapFlow
from ichviewer.documents.model_layers import ModelLayers
from ichviewer.documents.prediction_flow import PredictionFlow
from ichviewer.documents.probes import Probes
from ichviewer.documents.suggestion_flow import SuggestionFlow
from ichviewer.documents.weak_masks import WeakMasks

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.busy import Busy
    from ichviewer.documents.case import Case
    from ichviewer.documents.model_layers import CamLayers
    from ichviewer.documents.models_in_use import ModelsInUse
    from ichviewer.documents.opening_flow import OpeningFlow
    from ichviewer.documents.view_state import ViewState

INPUT = "model-input"


class Inference(QObject):
    """Runs the models in use over one case at a time, asks before it leaves their scope, and explains.

    Attributes:
        heatmaps: of the shown slice, by itself on every change; of any other for a film.
        suggestion: the model's mask for the annotator.
        masks: what the weak chain makes of them, while masks are shown.
        probes: what the shown model says of the shown slice when the slice is another.
        comparison: several explanations of the shown slice, while they are on screen.
        comparing: what computes them.
    """

    busy_changed = Signal()
    finished = Signal()
    """A prediction is over: complete, cancelled or failed."""
    scope_questioned = Signal()
    """The reader asks for a prediction of a series that is out of scope: ask whether that is meant."""
    layers_changed = Signal()
    """The shown model has said which layers it has."""
    notice_raised = Signal(str, str)
    """Level (``info``, ``warning``, ``error``) and one sentence."""

    def __init__(
        self,
        models: ModelsInUse,
        opening: OpeningFlow,
        view: ViewState,
        settings: Settings,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._models, self._opening, self._view = models, opening, view
        self._settings, self._jobs = settings, jobs
        self._case: Case | None = None
        self._engine = Engine()
        self._prediction = PredictionFlow(jobs, self._engine, self)
        self._prediction.busy_changed.connect(self.busy_changed)
        self._prediction.failed.connect(self._fail)
        self._prediction.finished.connect(self.finished)
        self._prediction.refused.connect(self._say_refused)
        self.heatmaps = HeatmapFlow(jobs, self._engine, view, self)
        self.heatmaps.failed.connect(self._fail)
        self.masks = WeakMasks(jobs, self._engine, view, self)
        self.masks.failed.connect(self._fail)
        self.suggestion = SuggestionFlow(jobs, self._engine, self.masks, self)
        self.suggestion.failed.connect(self._fail)
        self.suggestion.busy_changed.connect(self.busy_changed)
        self.probes = Probes(jobs, self._engine, view, lambda: self._prediction.running, self)
        self.probes.failed.connect(self._fail)
        self._prediction.finished.connect(self.probes.resume)
        self.heatmaps.busy_changed.connect(self.busy_changed)
        self.comparison = Comparison(self)
        self.comparing = ComparisonFlow(jobs, self._engine, view, self.comparison, self)
        self.comparing.failed.connect(self._fail)
        self._layers = ModelLayers(jobs, self._engine, self)
        self._layers.changed.connect(self._offer_methods)
        self._layers.changed.connect(self.layers_changed)
        view.slice_changed.connect(self._follow)
        # heard here first, so that the widgets, which connect later, find the case showing the model
        models.shown_changed.connect(self._show_model)
        models.chosen.connect(self._run_chosen)

    @property
    def engine(self) -> Engine:
        """The loaded models; for the lane of the device alone."""
        return self._engine

    # the case

    def take(self, case: Case) -> None:
        """A series' first slice is in: whatever is said from now on is of it."""
        self._case = case
        self._prediction.focus.index = self._view.slice_index
        case.show_model(self._models.shown)
        self._explain(case)
        self.masks.set_case(case, self._models.shown)
        self.probes.set_case(case, self._models.shown)

    def complete(self) -> None:
        """Every slice of the case is in: predict it, where that goes by itself."""
        if self._settings.preferences.predict_on_open and self._models.shown:
            self.predict()

    def leave(self) -> None:
        """Let go of the case and let nothing of it arrive any more."""
        self._case = None
        self._prediction.drop()
        self.heatmaps.set_case(None, "")
        self.masks.set_case(None, "")
        self.probes.set_case(None, "")
        self.comparing.set_case(None, "")
        self._jobs.drop(INPUT)

    # prediction

    @property
    def busy(self) -> Busy | None:
        """How far the prediction is, or else a slow method's heat map; ``None`` where neither is at work."""
        return self._prediction.busy or self.suggestion.busy or self.heatmaps.busy

    @property
    def settled(self) -> bool:
        """Whether prediction and the shown slice's heat maps are done."""
        waiting = self.heatmaps.waiting or self.comparing.waiting or self.masks.waiting
        return not self._prediction.running and not waiting and self.suggestion.busy is None

    @property
    def running_model(self) -> str:
        """Name of the model that predicts now; empty where none does."""
        return self._prediction.current

    @property
    def seconds(self) -> float | None:
        """What the last complete prediction of the shown model took; ``None`` before."""
        return self._prediction.seconds(self._models.shown)

    def predict(self) -> None:
        """Predict the case with the models in use: what is missing, or all anew where nothing is.

        Does nothing while it is still decoding; a series out of scope is asked about first.
        """
        case = self._case
        if case is None or self._opening.decoding:
            return
        if not self._models.shown:
            self._fail("No model is installed, so nothing can be predicted.")
        elif case.refused:
            self.scope_questioned.emit()
        else:
            self._predict(self._unpredicted() or self._models.ticked)

    def score_anyway(self) -> None:
        """The reader was told that the series is out of scope and wants it scored."""
        if self._case is not None:
            self._case.accept_scope()
            self.notice_raised.emit("info", "Scored out of scope, because you asked for it; marked as such.")
            self.predict()

    def cancel(self) -> None:
        """Stop predicting, or else explaining; what is there stays."""
        if self._prediction.running:
            self._prediction.cancel()
        elif self.suggestion.busy is not None:
            self.suggestion.cancel()
        else:
            self.heatmaps.cancel()

    def _unpredicted(self) -> tuple[str, ...]:
        """Names of the models in use that have not gone through the series, the shown one first."""
        case = self._case
        if case is None:
            return ()
        names = sorted(self._models.ticked, key=lambda name: name != self._models.shown)
        return tuple(name for name in names if not case.predictions.complete(name))

    def _predict(self, names: tuple[str, ...]) -> None:
        case = self._case
        if case is None or not names or case.refused or self._opening.decoding:
            return
        self._explain(case)
        self.probes.give_way()
        self._prediction.start(case, names)
        if self._models.shown in names:
            self._layers.ask(self._models.shown)

    def _follow(self, index: int) -> None:
        self._prediction.focus.index = index

    def _say_refused(self) -> None:
        case = self._case
        if case is not None and case.refused:
            self.notice_raised.emit(
                "warning",
                f"Not scored: {case.refusal[0].detail} The models are made for plain head CT; F5 asks "
                "whether to score it all the same.",
            )

    def _fail(self, sentence: str) -> None:
        self.notice_raised.emit("error", sentence)

    # another model

    def _show_model(self) -> None:
        """The shown model may be another one: its learned windows at once, and what it says if it was run."""
        card, case, shown = self._models.card, self._case, self._models.shown
        self._prediction.keep_only(self._models.ticked)
        overlay = self._view.overlay
        spoken = card is None or overlay.class_name in (None, *card.classes)
        # another model has layers of its own, and may have nothing to say of the class
        self._view.change_overlay(layer=None, class_name=overlay.class_name if spoken else None)
        self._view.set_learned_windows([record.window for record in card.windows] if card else [])
        if card is not None:
            self.masks.suit(card)
        if case is not None:
            case.show_model(shown)
            self._explain(case)
            self.masks.set_case(case, shown)
            self.probes.set_case(case, shown)
            if case.prediction is not None:
                self._layers.ask(shown)
                self.heatmaps.request()
                self.comparing.request()

    def _run_chosen(self) -> None:
        """Run what was chosen, where prediction starts by itself."""
        if self._settings.preferences.predict_on_open:
            self._predict(self._unpredicted())

    # explanation

    def _explain(self, case: Case) -> None:
        """From now on heat maps are of this case and of the shown model."""
        self.heatmaps.set_case(case, self._models.shown)
        self.comparing.set_case(case, self._models.shown)
        self._offer_methods()

    def _offer_methods(self) -> None:
        layers = self.cam_layers
        if layers is not None:
            self.comparison.offer(layers.methods)

    @property
    def cam_layers(self) -> CamLayers | None:
        """Layers and methods of the shown model's explanation; ``None`` until it has been loaded."""
        return self._layers.of(self._models.shown)

    def request_model_input(
        self, index: int, receive: Callable[[NDArray[np.float32], NDArray[np.float64]], None]
    ) -> None:
        """Ask for the exact picture the model was given; ``receive`` gets channels and ``grid_to_slice``."""
        case, name, engine = self._case, self._models.shown, self._engine
        if case is None or not name:
            return
        volume = case.volume

        def work(_: JobContext) -> tuple[Any, Any]:
            channels, placement = engine.predictor(name).exact_input(volume, index)
            return channels, placement.grid_to_slice(channels.shape[1:])

        self._jobs.submit(
            "device",
            work,
            key=INPUT,
            done=lambda answer: receive(*answer),
            failed=self._fail,
            urgent=True,
        )
