"""The reader's own mask of the open series: what it is, how it is edited, and that nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.voxel_grid import VoxelGrid
from ichcore.subtypes import UNSTATED_LABEL
from ichviewer.documents.annotation_opening import AnnotationOpening, reader_name
from ichviewer.documents.changed_boxes import ChangedBoxes, EditedSlice
from ichviewer.documents.edit_settings import EditSettings
from ichviewer.documents.step_queue import StepQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.step import Step
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.region import Region
    from ichcore.masks.edits.smart_refine import Proposal
    from ichcore.masks.edits.stroke import Stroke
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.case import Case

OPEN, WORK, PREVIEW = "annotation-open", "mask-edit", "mask-preview"


class Annotating(QObject):
    """One series' mask at a time; every change is an edit that can be undone and is stored before the next.

    The mask is opened when the series is complete, where the reader has drawn on it before; else when the
    reader begins (:meth:`prepare`).
    """

    settings_changed = Signal()
    ready_changed = Signal()
    """The mask can be edited now, or is gone."""
    mask_changed = Signal(object)
    """Slices whose voxels are others than before."""
    history_changed = Signal()
    stepped = Signal()
    """A new step was made, as against one undone or redone."""
    proposal_changed = Signal()
    """What waits for Enter, or what a tool would take, is another."""
    saved_changed = Signal()
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(self, jobs: Jobs, preferences: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._preferences = jobs, preferences
        self._opening = AnnotationOpening()
        self._settings = EditSettings()
        self._case: Case | None = None
        self._complete = self._wanted = False
        self._grid: VoxelGrid | None = None
        self._queue: StepQueue | None = None
        self._left: list[StepQueue] = []
        self._changes = ChangedBoxes()
        self._counts = np.zeros(UNSTATED_LABEL + 1, np.int64)
        self._proposal: Proposal | None = None
        self._preview: Region | None = None

    # settings

    @property
    def settings(self) -> EditSettings:
        """With what the mask is edited."""
        return self._settings

    def change(self, **changes: Any) -> None:
        """Change named settings, such as ``change(label=2)``."""
        settings = replace(self._settings, **changes)
        if settings != self._settings:
            self._settings = settings
            self.settings_changed.emit()

    # the series

    def take(self, case: Case) -> None:
        """Another series is open; its slices may still be on their way."""
        self._case = case
        self._complete = self._wanted = False

    def complete(self) -> None:
        """Every slice is in: open what the reader drew earlier."""
        self._complete = True
        self._open(make=self._wanted)

    def prepare(self) -> bool:
        """The reader wants to edit: have a mask, made where there is none; whether it is there already."""
        if self._queue is None and self._case is not None:
            asked, self._wanted = self._wanted, True
            if self._complete and not (asked and self._jobs.running(OPEN)):
                self._open(make=True)
        return self._queue is not None

    def leave(self) -> None:
        """Store what is not on the disk yet and let go of the series."""
        for key in (OPEN, WORK, PREVIEW):
            self._jobs.drop(key)
        self.cancel_stroke()
        queue, self._queue = self._queue, None
        self._case = self._grid = None
        if queue is not None:
            self._put_aside(queue)
        self._changes, self._counts = ChangedBoxes(), np.zeros_like(self._counts)
        self._proposal = self._preview = None
        if queue is not None:
            self.ready_changed.emit()
            self.history_changed.emit()

    def _put_aside(self, queue: StepQueue) -> None:
        """Let go of an annotation; one that cannot be stored now stays and goes on trying."""
        for signal in (queue.changed, queue.reloaded, queue.stepped, queue.history_changed):
            signal.disconnect()
        trouble = queue.flush()
        if trouble:
            self.notice_raised.emit("error", trouble)
            self._left.append(queue)
            queue.saved_changed.connect(self._forget_stored)
            return
        annotation = queue.annotation
        self._jobs.submit("io", lambda _: annotation.close())
        queue.setParent(None)  # lives as long as a job still speaks to it

    def _forget_stored(self) -> None:
        self._left = [queue for queue in self._left if not queue.saved]

    def shut_down(self) -> None:
        """Store everything; before the lanes are ended."""
        self.cancel_stroke()
        for queue in (*self._left, *([self._queue] if self._queue is not None else [])):
            if not queue.flush():
                queue.annotation.close()

    def close_store(self) -> None:
        """Let go of the file; once the lanes have ended."""
        self._opening.close()

    def _open(self, *, make: bool) -> None:
        case, opening = self._case, self._opening
        if case is None or self._queue is not None or not (make or opening.there):
            return
        volume, preferences = case.volume, self._preferences.preferences
        reader, hidden = reader_name(preferences), preferences.model_hidden

        def work(_: JobContext) -> tuple[OpenAnnotation, NDArray[np.int64]] | None:
            opened = opening.open(volume, reader, make=make, model_hidden=hidden)
            return None if opened is None else (opened, counted(opened.contents.mask))

        def done(answer: tuple[OpenAnnotation, NDArray[np.int64]] | None) -> None:
            if self._case is case and answer is not None:
                self._opened(*answer)
            elif self._case is case and self._wanted and not make:
                self._open(make=True)

        self._jobs.submit("io", work, key=OPEN, done=done, failed=self._fail, urgent=True)

    def _opened(self, annotation: OpenAnnotation, counts: NDArray[np.int64]) -> None:
        queue = StepQueue(self._jobs, annotation, self)
        queue.changed.connect(self._changed)
        queue.reloaded.connect(self._reloaded)
        queue.stepped.connect(self.stepped)
        queue.history_changed.connect(self.history_changed)
        queue.saved_changed.connect(self.saved_changed)
        queue.failed.connect(self._fail)
        self._queue, self._counts = queue, counts
        self._grid = None if self._case is None else VoxelGrid.of(self._case.volume.geometry)
        if annotation.damage:
            self.notice_raised.emit("warning", annotation.damage)
        self.ready_changed.emit()
        self.history_changed.emit()
        self._all_changed()

    def _reloaded(self) -> None:
        self._proposal = self._preview = None
        self._changes = ChangedBoxes()
        if self._queue is not None:
            self._counts = counted(self._queue.label_map)
        self._all_changed()

    def _all_changed(self) -> None:
        if self._queue is not None:
            self.mask_changed.emit(tuple(range(self._queue.label_map.shape[0])))

    def _fail(self, sentence: str) -> None:
        self.notice_raised.emit("error", sentence)

    # what is there

    @property
    def ready(self) -> bool:
        """Whether the mask can be edited."""
        return self._queue is not None

    @property
    def opening(self) -> AnnotationOpening:
        """The store; for the lane for files alone."""
        return self._opening

    @property
    def annotation(self) -> OpenAnnotation | None:
        """The reader's annotation, to be looked at; ``None`` until it is open."""
        return None if self._queue is None else self._queue.annotation

    @property
    def label_map(self) -> LabelMap | None:
        """The mask; only to be looked at."""
        return None if self._queue is None else self._queue.label_map

    @property
    def exists(self) -> bool:
        """Whether the reader has made anything of this series, be it undone."""
        return self._queue is not None and (bool(self._queue.names) or self._queue.in_hand is not None)

    @property
    def shown(self) -> bool:
        """Whether the reader's mask is drawn, in place of the model's."""
        return self._settings.visible and self.exists

    def edited(self, index: int) -> EditedSlice | None:
        """A slice of the mask for drawing; ``None`` where it is not drawn."""
        if self._queue is None or not self.shown:
            return None
        return EditedSlice(self._queue.label_map.labels[index], index, self._changes)

    @property
    def changes(self) -> ChangedBoxes:
        """Which parts of slices changed."""
        return self._changes

    @property
    def names(self) -> tuple[str, ...]:
        """Of all steps, oldest first; those from :attr:`position` on are undone."""
        return () if self._queue is None else self._queue.names

    @property
    def position(self) -> int:
        """How many of the steps are done."""
        return 0 if self._queue is None else self._queue.position

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back, beside those that are about to be."""
        return self._queue is not None and self._queue.coming > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step can be done again, beside those that are about to be."""
        return self._queue is not None and self._queue.coming < len(self.names)

    @property
    def saved(self) -> bool:
        """Whether every step is on the disk."""
        return all(queue.saved for queue in (*self._left, *([self._queue] if self._queue else [])))

    @property
    def counts(self) -> NDArray[np.int64]:
        """``(7,)`` voxels of every label since the series was opened; background is not kept."""
        return self._counts

    @property
    def grid(self) -> VoxelGrid | None:
        """Where the mask's voxels lie."""
        return self._grid

    @property
    def radius_unit(self) -> str:
        """``mm``, or ``px`` where the series states no spacing."""
        return "mm" if self._grid is None else self._grid.unit

    # a stroke

    @property
    def painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._queue is not None and self._queue.in_hand is not None

    def begin(self, index: int, row: float, column: float, pressure: float, *, erase: bool) -> bool:
        """Brush or eraser goes down; ``False`` where nothing can be painted, and the reader is told why."""
        from ichcore.masks.edits.stroke import Stroke

        case = self._case
        if not self.prepare() or self._queue is None or self._grid is None or case is None:
            self.notice_raised.emit("info", "The mask is being opened; paint again in a moment.")
            return False
        if not self._queue.may_begin:
            self.notice_raised.emit(
                "warning", "The last step is not on the disk yet; editing goes on once it is."
            )
            return False
        self.drop_proposal()
        self.change(visible=True)
        settings, hu = self._settings, case.volume.hu
        stroke = Stroke(self._queue.label_map, self._grid, settings.brush, settings.paint(erase=erase), hu)
        self._queue.in_hand = stroke
        self._add(stroke, index, row, column, pressure)
        return True

    def extend(self, index: int, row: float, column: float, pressure: float = 1.0) -> None:
        """The brush moves."""
        if self._queue is not None and self._queue.in_hand is not None:
            self._add(self._queue.in_hand, index, row, column, pressure)

    def _add(self, stroke: Stroke, index: int, row: float, column: float, pressure: float) -> None:
        edit = stroke.add(index, row, column, pressure)
        edit.apply(stroke.label_map)
        slices = self._changes.add(edit)
        if slices:
            self.mask_changed.emit(slices)

    def end_stroke(self) -> None:
        """The brush comes up: the stroke is one step."""
        from ichcore.annotations.step import Step

        queue = self._queue
        if queue is not None and queue.in_hand is not None:
            edit, queue.in_hand = queue.in_hand.end(), None
            if edit.empty:
                queue.go_on()
            else:
                queue.do(Step.of(edit), live=True)

    def cancel_stroke(self) -> bool:
        """Give the stroke under way up; ``False`` where there is none."""
        queue = self._queue
        if queue is None or queue.in_hand is None:
            return False
        edit, queue.in_hand = queue.in_hand.end(), None
        edit.revert(queue.label_map)
        self.mask_changed.emit(self._changes.add(edit))
        queue.go_on()
        return True

    # steps

    def run(
        self,
        work: Callable[[LabelMap, NDArray[np.int16]], MaskEdit],
        *,
        slices: Iterable[int] | None,
        empty: str = "",
        model: tuple[str, float] | None = None,
    ) -> bool:
        """Make an edit in the device lane from a snapshot, and do it.

        Args:
            work: gets the snapshot of the mask and the HU of the series; no Qt object may be touched.
            slices: that it looks at; others are empty in the snapshot. ``None`` for all.
            empty: what to say where nothing changes.
            model: ``name@sha256`` and threshold of the model whose mask it takes over for the series.

        Returns:
            Whether it was begun; otherwise the mask is being opened.
        """
        found = self._snapshot(slices)
        if found is None:
            return False
        snapshot, hu, queue = found

        def done(edit: MaskEdit) -> None:
            if queue is not self._queue:
                return
            if edit.empty and model is None:
                if empty:
                    self.notice_raised.emit("info", empty)
                return
            self.change(visible=True)
            queue.do(_step(edit, queue, model))

        self._jobs.submit(
            "device", lambda _: work(snapshot, hu), key=WORK, done=done, failed=self._fail, urgent=True
        )
        return True

    def _snapshot(self, slices: Iterable[int] | None) -> tuple[LabelMap, NDArray[np.int16], StepQueue] | None:
        case = self._case
        if not self.prepare() or self._queue is None or case is None:
            self.notice_raised.emit("info", "The mask is being opened; try again in a moment.")
            return None
        live = self._queue.label_map
        if slices is None:
            return live.copy(), case.volume.hu, self._queue
        snapshot = LabelMap.empty(live.shape)
        for index in slices:
            snapshot.labels[index], snapshot.origins[index] = live.labels[index], live.origins[index]
        return snapshot, case.volume.hu, self._queue

    def do(self, step: Step) -> None:
        """Do a step that is ready made, such as an answer; dropped where no annotation is open."""
        if self._queue is not None and not step.empty:
            self._queue.do(step)

    def undo(self) -> None:
        """Take the last step back."""
        if self._queue is not None and not self.painting and self.can_undo:
            self.drop_proposal()
            self._queue.undo()

    def redo(self) -> None:
        """Do an undone step again."""
        if self._queue is not None and not self.painting and self.can_redo:
            self._queue.redo()

    def go_to(self, position: int) -> None:
        """Undo or redo until so many steps are done."""
        if self._queue is None or self.painting:
            return
        position = min(max(position, 0), len(self.names))
        step = self._queue.undo if position < self.position else self._queue.redo
        for _ in range(abs(position - self.position)):
            step()

    def _changed(self, edit: MaskEdit, grown: NDArray[np.int64]) -> None:
        self._counts = self._counts + grown
        self.mask_changed.emit(self._changes.add(edit))

    # proposals

    @property
    def proposal(self) -> Proposal | None:
        """What smart refine would draw; Enter takes it."""
        return self._proposal

    @property
    def preview(self) -> Region | None:
        """What a click here would take."""
        return self._preview

    def propose(
        self, work: Callable[[LabelMap, NDArray[np.int16]], Proposal | None], slices: Iterable[int]
    ) -> bool:
        """Make a proposal in the device lane; as :meth:`run`, but it waits for the reader."""
        found = self._snapshot(slices)
        if found is None:
            return False
        snapshot, hu, queue = found

        def done(proposal: Proposal | None) -> None:
            if queue is self._queue:
                if proposal is None or proposal.edit.empty:
                    self.notice_raised.emit("info", "There is nothing here to refine.")
                    proposal = None
                self._proposal = proposal
                self.proposal_changed.emit()

        self._jobs.submit(
            "device", lambda _: work(snapshot, hu), key=WORK, done=done, failed=self._fail, urgent=True
        )
        return True

    def accept_proposal(self) -> bool:
        """Draw what is proposed; ``False`` where nothing is."""
        from ichcore.annotations.step import Step

        proposal, self._proposal = self._proposal, None
        if proposal is None or self._queue is None:
            return False
        self.proposal_changed.emit()
        self.change(visible=True)
        self._queue.do(Step.of(proposal.edit))
        return True

    def drop_proposal(self) -> bool:
        """Forget it; ``False`` where there is none."""
        had, self._proposal = self._proposal is not None, None
        if had:
            self.proposal_changed.emit()
        return had

    def look_ahead(self, work: Callable[[NDArray[np.int16]], Region] | None) -> None:
        """Show what a click here would take; ``None`` shows nothing."""
        case = self._case
        if work is None or case is None or not self._complete:
            self._jobs.drop(PREVIEW)
            self._take_preview(None)
            return
        hu = case.volume.hu
        self._jobs.submit("device", lambda _: work(hu), key=PREVIEW, done=self._take_preview, urgent=True)

    def _take_preview(self, region: Region | None) -> None:
        if region is not None or self._preview is not None:
            self._preview = region
            self.proposal_changed.emit()


def counted(label_map: LabelMap) -> NDArray[np.int64]:
    """``(7,)`` voxels of every label; of background none is counted."""
    counts = np.zeros(UNSTATED_LABEL + 1, np.int64)
    for plane in label_map.labels:
        if plane.any():
            counts += np.bincount(plane.ravel(), minlength=UNSTATED_LABEL + 1)
    counts[0] = 0
    return counts


def _step(edit: MaskEdit, queue: StepQueue, model: tuple[str, float] | None) -> Step:
    """The step of an edit; with a model, the series is said to have begun with its mask."""
    from ichcore.annotations.change import SuggestionChange
    from ichcore.annotations.contents import Suggestion
    from ichcore.annotations.step import Step

    if model is None:
        return Step.of(edit)
    began = SuggestionChange(queue.annotation.contents.suggestion, Suggestion(*model))
    return Step(edit.name, edit, (began,))
