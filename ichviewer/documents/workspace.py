"""The workspace: the open study, its case, and the documents of what goes on around them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.volume.window import BRAIN
from ichviewer.base.jobs import Jobs
from ichviewer.base.places import data_folder
from ichviewer.base.settings import Settings
from ichviewer.base.timers import single_shot
from ichviewer.documents.annotating import Annotating
from ichviewer.documents.badges import Badge, badges_of
from ichviewer.documents.contested_series import ContestedSeries
from ichviewer.documents.default_window import default_window, shows_blood
from ichviewer.documents.gate_range import GateRange
from ichviewer.documents.inference import Inference
from ichviewer.documents.looking import Looking
from ichviewer.documents.mask_operations import MaskOperations
from ichviewer.documents.measurement_keeping import MeasurementKeeping
from ichviewer.documents.mirror_compare import MirrorCompare
from ichviewer.documents.models_in_use import ModelsInUse
from ichviewer.documents.opening_flow import OpeningFlow
from ichviewer.documents.person_name import readable_name
from ichviewer.documents.preferred import keep_preferences, use_preferences
from ichviewer.documents.rating_keeping import RatingKeeping
from ichviewer.documents.reader_boxes import ReaderBoxes
from ichviewer.documents.reading import Reading
from ichviewer.documents.recents import Recent, read_recents, with_recent, write_recents
from ichviewer.documents.retraining import Retraining
from ichviewer.documents.step_order import StepOrder
from ichviewer.documents.thumbnails import Thumbnails
from ichviewer.documents.view_state import ViewState

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.opening import Catalogue
    from ichcore.volume import Volume
    from ichviewer.documents.busy import Busy
    from ichviewer.documents.case import Case


class Workspace(QObject):
    """What every widget listens to and asks; lives on the Qt thread.

    Attributes:
        settings: the preferences.
        jobs: the lanes of background work.
        view: how the reader looks at the case.
        models: which models are in use.
        inference: what they say of the case, and why.
        annotating: the reader's own mask.
        operations: what can be asked of that mask beside strokes.
        boxes: the reader's boxes beside that mask.
        reading: what the reader says beside the mask, what is hidden, labels in and out, the worklist.
        looking: a first look at the series on the worklist, so that it orders itself.
        contested: series on which two locked reads differ.
        ratings: what the reader thinks of their heat maps.
        retraining: the newest run that learns from exported bundles.
        gate_range: takes the range of HU that tools are held to from the picture.
        mirror: the shown slice compared with its mirror image.
    """

    catalogue_changed = Signal()
    case_changed = Signal()
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
    command_requested = Signal(str)
    """A widget asks for an action of the table by its identifier."""

    def __init__(
        self, settings: Settings | None = None, jobs: Jobs | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = settings or Settings(parent=self)
        self.jobs = jobs or Jobs(self)
        self.view = ViewState(self)
        self._case: Case | None = None
        self._path: Path | None = None
        self._badges: tuple[Badge, ...] = ()
        self._recents = read_recents()

        self._opening = OpeningFlow(self.jobs, self)
        self._opening.catalogue_found.connect(self._take_catalogue)
        self._opening.case_begun.connect(self._begin_case)
        self._opening.completed.connect(self._complete_case)
        self._opening.failed.connect(self._opening_failed)
        self._opening.busy_changed.connect(self.busy_changed)
        self.models = ModelsInUse(self.settings, self)
        self.models.failed.connect(self._fail)
        self.inference = Inference(self.models, self._opening, self.view, self.settings, self.jobs, self)
        self.inference.busy_changed.connect(self.busy_changed)
        self.inference.notice_raised.connect(self.notice_raised)
        self._thumbnails = Thumbnails(self.jobs, self)
        self._thumbnails.ready.connect(self.thumbnail_ready)

        self._keep_what_readers_do()
        self._badging = single_shot(self, self._refresh_badges)
        self.models.shown_changed.connect(self._badging.start)

        view = self.view
        use_preferences(view, self.settings.preferences)
        keep_preferences(view, self.settings)
        # at once, not soon: what changed is painted once, with the badges that go with it
        shown = (view.window_changed, view.display_changed, view.learned_changed, view.layout_changed)
        for signal in (*shown, self.reading.shown_changed):
            signal.connect(self._refresh_badges)
        self.models.refresh()

    def _keep_what_readers_do(self) -> None:
        """What a reader leaves on a series (ratings, measurements, mask, labels), and learning from it."""
        self.ratings = RatingKeeping(self)
        self.ratings.unread.connect(self._warn)
        self.ratings.failed.connect(self._fail)
        self.retraining = Retraining(data_folder() / "retraining", parent=self)
        self.retraining.failed.connect(self._fail)
        self.retraining.installed.connect(self._take_model)
        self._measurements = MeasurementKeeping(self)
        self._measurements.unread.connect(self._warn)
        self._measurements.failed.connect(self._fail)
        self.annotating = Annotating(self.jobs, self.settings, self)
        self.operations = MaskOperations(self.annotating, self.view, self.inference.suggestion, self)
        self.boxes = ReaderBoxes(self.annotating, self.view, self)
        self.reading = Reading(self.annotating, self.inference, self.view, self.settings, self.jobs, self)
        self.reading.busy_changed.connect(self.busy_changed)
        self.looking = Looking(self.jobs, self.inference.engine, self.models, self.reading.waiting, self)
        self.looking.busy_changed.connect(self.busy_changed)
        waiting = self.reading.waiting
        self.contested = ContestedSeries(self.annotating, waiting, self.settings, self.jobs, self)
        self.contested.open_wanted.connect(self.open_path)
        self.contested.slice_wanted.connect(self.view.go_to_slice)
        self.busy_changed.connect(self._go_first)
        self.reading.waiting.filled.connect(self.look)
        for speaking in (self.annotating, self.boxes, self.reading, self.looking, self.contested):
            speaking.notice_raised.connect(self.notice_raised)
        self.gate_range = GateRange(self.annotating, self.view, self)
        self.gate_range.notice_raised.connect(self.notice_raised)
        self.mirror = MirrorCompare(self.jobs, self.view, self)
        self.mirror.failed.connect(self._fail)
        self.case_changed.connect(self._hand_case_on)
        self.reading.anew_wanted.connect(self._annotate_anew)
        self._order_steps()

    def _hand_case_on(self) -> None:
        """To what only looks at the series."""
        self.mirror.set_case(self._case)
        self.gate_range.set_case(self._case)
        self.boxes.set_case(self._case)
        self.contested.set_case(self._case)

    def look(self) -> None:
        """Look at what is new on the worklist, where prediction goes by itself."""
        if self.settings.preferences.predict_on_open:
            self.looking.start()

    def _go_first(self) -> None:
        """The worklist waits for whatever is done for the open series."""
        at_work = self._opening.busy is not None or self.reading.busy is not None
        self.looking.hold(held=at_work or self.inference.predicting)

    def _order_steps(self) -> None:
        """Undo and saving of all that the reader draws, as one."""
        self._order = order = StepOrder((self.annotating, self._measurements))
        for drawn in (self.annotating, self._measurements):
            drawn.stepped.connect(partial(order.stepped, drawn))
            drawn.history_changed.connect(self.history_changed)
            drawn.saved_changed.connect(self.saved_changed)

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
        self.inference.leave()
        case, self._case = self._case, None
        if case is not None:
            self._measurements.leave()
            self.ratings.leave()
            self.reading.leave()
            self.annotating.leave()
            self.operations.set_case(None)
            self._order.forget()
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
        self.ratings.take(case)
        self.annotating.take(case)
        self.reading.take(case)
        self.operations.set_case(case)
        self._order.forget()
        case.prediction_changed.connect(self._badging.start)
        case.scope_changed.connect(self._badging.start)
        case.read_map_changed.connect(self._badging.start)
        volume = case.volume
        window = volume.windows[0] if volume.windows else default_window(is_hu=volume.is_hu)
        readable = shows_blood(window) or not volume.is_hu
        shown_through = window if readable else BRAIN
        self.view.open_stack(volume.shape[0], first=first, window=window, shown_through=shown_through)
        self.inference.take(case)
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
        self.annotating.complete()
        self.reading.complete()
        self.inference.complete()

    def _annotate_anew(self) -> None:
        """The reader is another, or adjudicates: what is open is stored and left, then theirs is opened."""
        case = self._case
        if case is None:
            return
        complete = self.annotating.hu is not None
        self.reading.leave()
        self.annotating.leave()
        self._order.forget()
        self.annotating.take(case)
        self.reading.take(case)
        if complete:
            self.annotating.complete()
            self.reading.complete()
        self.history_changed.emit()

    def _opening_failed(self, sentence: str) -> None:
        if self._case is None:
            self._path = None
            self.catalogue_changed.emit()
        self._fail(sentence)

    # status

    @property
    def busy(self) -> Busy | None:
        """What is going on now."""
        return self._opening.busy or self.reading.busy or self.inference.busy or self.looking.busy

    @property
    def settled(self) -> bool:
        """Whether opening, prediction and the shown slice's heat maps are done."""
        return self._opening.busy is None and self.inference.settled

    def cancel(self) -> None:
        """Stop what is under way: opening first, else prediction, else the look at the worklist."""
        if self._opening.busy is not None:
            self._opening.cancel()
        elif self.reading.busy is not None:
            self.reading.cancel()
        elif self.inference.busy is not None or self.looking.busy is None:
            self.inference.cancel()
        else:
            self.looking.cancel()

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
        badges = badges_of(self._case, self.view, self.models.card)
        if badges != self._badges:
            self._badges = badges
            self.badges_changed.emit()

    def _take_model(self, name: str) -> None:
        self.models.refresh()
        self.models.choose(name)

    def _fail(self, sentence: str) -> None:
        self.notice_raised.emit("error", sentence)

    def _warn(self, sentence: str) -> None:
        self.notice_raised.emit("warning", sentence)

    # what the reader draws: measurements and the mask, in one order

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return self._order.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a taken back step can be made again."""
        return self._order.can_redo

    def undo(self) -> None:
        """Take the last step back, be it of the measurements or of the mask."""
        self._order.undo()

    def redo(self) -> None:
        """Make a taken back step again."""
        self._order.redo()

    @property
    def saved(self) -> bool:
        """Whether everything drawn is on disk."""
        return self._measurements.saved and self.annotating.saved

    def save_now(self) -> None:
        """Write the measurements that are not on disk yet."""
        self._measurements.save_now()

    def shut_down(self) -> None:
        """Save, stop all work and end the threads."""
        self.save_now()
        self.reading.shut_down()
        self.annotating.shut_down()
        self.jobs.shut_down()
        self.annotating.close_store()
