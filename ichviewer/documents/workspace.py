"""The workspace: the open study, its case, the model, and the work that goes on behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ichcore.errors import CheckpointError
from ichcore.volume.window import BRAIN
from ichviewer.base.jobs import Jobs
from ichviewer.base.settings import Settings
from ichviewer.documents.badges import Badge, badges_of
from ichviewer.documents.default_window import default_window, shows_blood
from ichviewer.documents.engine import Engine
from ichviewer.documents.heatmap_flow import HeatmapFlow
from ichviewer.documents.measurement_keeping import MeasurementKeeping
from ichviewer.documents.model_choice import ModelChoice
from ichviewer.documents.model_layers import ModelLayers
from ichviewer.documents.opening_flow import OpeningFlow
from ichviewer.documents.person_name import readable_name
from ichviewer.documents.prediction_flow import PredictionFlow
from ichviewer.documents.preferred import keep_preferences, use_preferences
from ichviewer.documents.recents import Recent, read_recents, with_recent, write_recents
from ichviewer.documents.thumbnails import Thumbnails
from ichviewer.documents.view_state import ViewState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.models.card import Card
    from ichcore.opening import Catalogue
    from ichcore.volume import Volume
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.busy import Busy
    from ichviewer.documents.case import Case
    from ichviewer.documents.model_layers import CamLayers


class Workspace(QObject):
    """What every widget listens to and asks; lives on the Qt thread."""

    catalogue_changed = Signal()
    case_changed = Signal()
    models_changed = Signal()
    """Other models are installed, or others are ticked."""
    model_changed = Signal()
    """Another model is shown."""
    layers_changed = Signal()
    """The chosen model has said which layers it has."""
    busy_changed = Signal()
    recents_changed = Signal()
    badges_changed = Signal()
    history_changed = Signal()
    """Whether undo or redo is possible."""
    saved_changed = Signal()
    """Whether everything drawn is on disk."""
    notice_raised = Signal(str, str)
    """Level (``info``, ``warning``, ``error``) and one sentence."""
    thumbnail_ready = Signal(str)
    """The series UID whose thumbnail is there now."""
    prediction_finished = Signal()
    """A prediction is over: complete, cancelled or failed."""
    scope_questioned = Signal()
    """The reader asks for a prediction of a series that is out of scope: ask whether that is meant."""
    command_requested = Signal(str)
    """A widget asks for an action of the table by its identifier."""

    def __init__(
        self, settings: Settings | None = None, jobs: Jobs | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = settings or Settings(parent=self)
        self.jobs = jobs or Jobs(self)
        self.view = ViewState(self)
        self._engine = Engine()
        self._case: Case | None = None
        self._path: Path | None = None
        self._choice = ModelChoice()
        self._badges: tuple[Badge, ...] = ()
        self._recents = read_recents()

        self._opening = OpeningFlow(self.jobs, self)
        self._opening.catalogue_found.connect(self._take_catalogue)
        self._opening.case_begun.connect(self._begin_case)
        self._opening.completed.connect(self._complete_case)
        self._opening.failed.connect(self._opening_failed)
        self._opening.busy_changed.connect(self.busy_changed)
        self._prediction = PredictionFlow(self.jobs, self._engine, self)
        self._prediction.busy_changed.connect(self.busy_changed)
        self._prediction.failed.connect(self._fail)
        self._prediction.finished.connect(self.prediction_finished)
        self._prediction.refused.connect(self._say_refused)
        self._heatmaps = HeatmapFlow(self.jobs, self._engine, self.view, self)
        self._heatmaps.failed.connect(self._fail)
        self._layers = ModelLayers(self.jobs, self._engine, self)
        self._layers.changed.connect(self.layers_changed)
        self._thumbnails = Thumbnails(self.jobs, self)
        self._thumbnails.ready.connect(self.thumbnail_ready)

        self._measurements = MeasurementKeeping(self)
        self._measurements.history_changed.connect(self.history_changed)
        self._measurements.saved_changed.connect(self.saved_changed)
        self._measurements.unread.connect(self._warn)
        self._measurements.failed.connect(self._fail)
        self._badging = QTimer(self)
        self._badging.setSingleShot(True)
        self._badging.setInterval(0)
        self._badging.timeout.connect(self._refresh_badges)

        view = self.view
        use_preferences(view, self.settings.preferences)
        keep_preferences(view, self.settings)
        view.slice_changed.connect(self._follow)
        # at once, not soon: what changed is painted once, with the badges that go with it
        for signal in (view.window_changed, view.display_changed, view.learned_changed, view.layout_changed):
            signal.connect(self._refresh_badges)
        self.refresh_models()

    # what is open

    @property
    def path(self) -> Path | None:
        """The folder, archive or file that is open."""
        return self._path

    @property
    def catalogue(self) -> Catalogue | None:
        """Every series found, and what was left out."""
        return self._opening.catalogue

    @property
    def case(self) -> Case | None:
        """The opened series."""
        return self._case

    @property
    def series_uid(self) -> str:
        """Series Instance UID of the opened series; empty without one."""
        return self._opening.series_uid

    def open_path(self, path: Path) -> None:
        """Open a folder, archive or file: list its series, show the proposed one."""
        self.close_case()
        self._path = path
        self._opening.open_path(path)

    def open_series(self, series_uid: str) -> None:
        """Show another series of the catalogue."""
        if series_uid != self.series_uid or self._case is None:
            self._leave_case()
            self._opening.open_series(series_uid)

    def show_volume(self, volume: Volume) -> None:
        """Show a volume that is already in memory (a phantom, a test)."""
        self.close_case()
        self._opening.show(volume)

    def close_case(self) -> None:
        """Leave the study; safe while anything is under way."""
        self._opening.drop()
        self._thumbnails.forget()
        self._path = None
        self._leave_case()
        self.catalogue_changed.emit()

    def _leave_case(self) -> None:
        """Leave the series and let nothing of it arrive any more."""
        self._opening.leave_series()
        self._prediction.drop()
        self._heatmaps.set_case(None, "")
        self.jobs.drop("model-input")
        case, self._case = self._case, None
        if case is not None:
            self._measurements.leave()
            self.case_changed.emit()
            self._refresh_badges()
            case.deleteLater()

    def _take_catalogue(self) -> None:
        self.catalogue_changed.emit()
        catalogue = self.catalogue
        if catalogue is not None:
            self._thumbnails.take(catalogue)

    def _begin_case(self, case: Case, first: int) -> None:
        """A series' first slice is in: show it; the others follow."""
        self._case = case
        case.setParent(self)
        self._measurements.take(case)
        case.prediction_changed.connect(self._badging.start)
        volume = case.volume
        self._prediction.focus.index = first
        window = volume.windows[0] if volume.windows else default_window(is_hu=volume.is_hu)
        readable = shows_blood(window) or not volume.is_hu
        shown_through = window if readable else BRAIN
        self.view.open_stack(volume.shape[0], first=first, window=window, shown_through=shown_through)
        case.show_model(self.model_name)
        self._heatmaps.set_case(case, self.model_name)
        self.case_changed.emit()
        self._refresh_badges()

    def _complete_case(self) -> None:
        """Every slice is in."""
        case = self._case
        if case is None:
            return
        if self._path is not None:
            identity = case.volume.identity
            title = readable_name(identity.patient_name) or identity.patient_id or self._path.name
            self._recents = with_recent(self._recents, self._path, title)
            write_recents(self._recents)
            self.recents_changed.emit()
        self._refresh_badges()
        if self.settings.preferences.predict_on_open and self.model_name:
            self.predict()

    def _opening_failed(self, sentence: str) -> None:
        if self._case is None:
            self._path = None
            self.catalogue_changed.emit()
        self._fail(sentence)

    # models

    @property
    def models(self) -> tuple[Card, ...]:
        """Cards of the installed models that predict, the default first."""
        return self._choice.cards

    @property
    def model_name(self) -> str:
        """Name of the shown model; empty where none is installed."""
        return self._choice.shown

    @property
    def model_card(self) -> Card | None:
        """Card of the shown model."""
        return self._choice.card

    @property
    def ticked_models(self) -> tuple[str, ...]:
        """Names of the models that are run, the shown one among them; several are compared."""
        return self._choice.ticked

    @property
    def cam_layers(self) -> CamLayers | None:
        """Layers and methods of the shown model's explanation; ``None`` until it has been loaded."""
        return self._layers.of(self.model_name)

    def refresh_models(self) -> None:
        """Look for installed checkpoints again."""
        from ichcore.models.catalogue import installed_to_predict

        before = self.model_name
        self._choice.install(installed_to_predict(), before or self.settings.preferences.model_name)
        self.models_changed.emit()
        if self.model_name != before:
            self._show_model()

    def choose_model(self, name: str) -> None:
        """Show another model: its learned windows at once, and what it says if it was run.

        It is run where prediction starts by itself. While several models are compared those stay ticked.
        """
        if name == self.model_name:
            return
        if not self._choice.knows(name):
            self._fail(str(CheckpointError(f"There is no model {name!r}; choose one of the installed ones.")))
            return
        ticked = self.ticked_models
        self._choice.show(name)
        self._choice_changed(ticked)

    def show_next_model(self) -> None:
        """Show the next of the models that are compared, or else of all."""
        self.choose_model(self._choice.next())

    def tick_model(self, name: str, *, on: bool) -> None:
        """Run a model beside the shown one, or no longer."""
        ticked, shown = self.ticked_models, self.model_name
        self._choice.tick(name, on=on)
        if ticked != self.ticked_models or shown != self.model_name:
            self._choice_changed(ticked)

    def _choice_changed(self, ticked_before: tuple[str, ...]) -> None:
        if not self._choice.comparing:  # going from one to the next must not wait for a disk
            self.settings.change(model_name=self.model_name)
        if self.ticked_models != ticked_before:
            self.models_changed.emit()
        self._show_model()
        if self._case is not None and self.settings.preferences.predict_on_open:
            self._predict(self._unpredicted())

    def _show_model(self) -> None:
        """The shown model may be another one."""
        card, case = self.model_card, self._case
        self._prediction.keep_only(self.ticked_models)
        overlay = self.view.overlay
        spoken = card is None or overlay.class_name in (None, *card.classes)
        # another model has layers of its own, and may have nothing to say of the class
        self.view.change_overlay(layer=None, class_name=overlay.class_name if spoken else None)
        self.view.set_learned_windows([record.window for record in card.windows] if card else [])
        if case is not None:
            case.show_model(self.model_name)
            self._heatmaps.set_case(case, self.model_name)
            if case.prediction is not None:
                self._layers.ask(self.model_name)
                self._heatmaps.request()
        self.model_changed.emit()
        self._badging.start()

    # prediction and explanation

    def predict(self) -> None:
        """Predict the open series with the models in use: what is missing, or all anew where nothing is.

        Does nothing while it is still decoding; a series out of scope is asked about first.
        """
        case = self._case
        if case is None or self._opening.decoding:
            return
        if not self.model_name:
            self._fail("No model is installed, so nothing can be predicted.")
        elif case.refused:
            self.scope_questioned.emit()
        else:
            self._predict(self._unpredicted() or self.ticked_models)

    def score_anyway(self) -> None:
        """The reader was told that the series is out of scope and wants it scored."""
        if self._case is not None:
            self._case.accept_scope()
            self._badging.start()
            self.notice_raised.emit("info", "Scored out of scope, because you asked for it; marked as such.")
            self.predict()

    def _unpredicted(self) -> tuple[str, ...]:
        """Names of the models in use that have not gone through the series, the shown one first."""
        case = self._case
        if case is None:
            return ()
        names = sorted(self.ticked_models, key=lambda name: name != self.model_name)
        return tuple(name for name in names if not case.predictions.complete(name))

    def _predict(self, names: tuple[str, ...]) -> None:
        case = self._case
        if case is None or not names or case.refused or self._opening.decoding:
            return
        self._heatmaps.set_case(case, self.model_name)
        self._prediction.start(case, names)
        if self.model_name in names:
            self._layers.ask(self.model_name)

    def _say_refused(self) -> None:
        case = self._case
        if case is not None and case.refused:
            self._badging.start()
            self.notice_raised.emit(
                "warning",
                f"Not scored: {case.refusal[0].detail} The models are made for plain head CT; F5 asks "
                "whether to score it all the same.",
            )

    def cancel(self) -> None:
        """Stop what is under way: opening first, else prediction."""
        if self._opening.busy is not None:
            self._opening.cancel()
        else:
            self._prediction.cancel()

    def request_heatmaps(self) -> None:
        """Compute the heat maps that the screen needs; done by itself on every change."""
        self._heatmaps.request()

    @property
    def heatmaps(self) -> HeatmapFlow:
        """Heat maps of slices that are not on screen, for films."""
        return self._heatmaps

    def request_model_input(
        self, index: int, receive: Callable[[NDArray[np.float32], NDArray[np.float64]], None]
    ) -> None:
        """Ask for the exact picture the model was given; ``receive`` gets channels and ``grid_to_slice``."""
        case, name, engine = self._case, self.model_name, self._engine
        if case is None or not name:
            return
        volume = case.volume

        def work(_: JobContext) -> tuple[Any, Any]:
            channels, placement = engine.predictor(name).exact_input(volume, index)
            return channels, placement.grid_to_slice(channels.shape[1:])

        self.jobs.submit(
            "device",
            work,
            key="model-input",
            done=lambda answer: receive(*answer),
            failed=self._fail,
            urgent=True,
        )

    @property
    def prediction_seconds(self) -> float | None:
        """What the last complete prediction of the shown model took; ``None`` before."""
        return self._prediction.seconds(self.model_name)

    @property
    def running_model(self) -> str:
        """Name of the model that predicts now; empty where none does."""
        return self._prediction.current

    @property
    def settled(self) -> bool:
        """Whether opening, prediction and the shown slice's heat maps are done."""
        return self._opening.busy is None and not self._prediction.running and not self._heatmaps.waiting

    # status

    @property
    def busy(self) -> Busy | None:
        """What is going on now."""
        return self._opening.busy or self._prediction.busy

    @property
    def badges(self) -> tuple[Badge, ...]:
        """What the reader must know before believing the screen."""
        return self._badges

    @property
    def recents(self) -> tuple[Recent, ...]:
        """Recently opened paths, newest first."""
        return self._recents

    def forget_recents(self) -> None:
        """Empty the list of recents."""
        self._recents = ()
        write_recents(())
        self.recents_changed.emit()

    def thumbnail(self, series_uid: str) -> NDArray[np.uint8] | None:
        """uint8 ``(h, w)`` picture of a series' middle slice, or ``None`` until it is there."""
        return self._thumbnails.get(series_uid)

    def _refresh_badges(self) -> None:
        badges = badges_of(self._case, self.view, self.model_card)
        if badges != self._badges:
            self._badges = badges
            self.badges_changed.emit()

    def _fail(self, sentence: str) -> None:
        self.notice_raised.emit("error", sentence)

    def _warn(self, sentence: str) -> None:
        self.notice_raised.emit("warning", sentence)

    def _follow(self, index: int) -> None:
        self._prediction.focus.index = index

    # measurements

    @property
    def can_undo(self) -> bool:
        """Whether a change of the measurements can be taken back."""
        return self._measurements.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a taken back change can be made again."""
        return self._measurements.can_redo

    def undo(self) -> None:
        """Take the last change of the measurements back."""
        self._measurements.undo()

    def redo(self) -> None:
        """Make a taken back change again."""
        self._measurements.redo()

    @property
    def saved(self) -> bool:
        """Whether everything drawn is on disk."""
        return self._measurements.saved

    def save_now(self) -> None:
        """Write the measurements that are not on disk yet."""
        self._measurements.save_now()

    def shut_down(self) -> None:
        """Save, stop all work and end the threads."""
        self.save_now()
        self.jobs.shut_down()
