"""The reader's own mask of the open series: when it is there, what it holds, and that nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.voxel_grid import VoxelGrid
from ichcore.subtypes import UNSTATED_LABEL
from ichviewer.documents.annotation_opening import AnnotationOpening, reader_name
from ichviewer.documents.changed_boxes import ChangedBoxes
from ichviewer.documents.left_annotations import LeftAnnotations, store_and_close
from ichviewer.documents.step_queue import StepQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.base.settings import Settings
    from ichviewer.documents.case import Case

OPEN, WORK = "annotation-open", "mask-edit"

Answer = TypeVar("Answer")


class SeriesMask(QObject):
    """One series' mask at a time; every change of it is stored before the next.

    The mask is opened when the series is complete, where the reader has drawn on it before; else when the
    reader begins (:meth:`prepare`).
    """

    ready_changed = Signal()
    """The mask can be edited now, or is gone."""
    mask_changed = Signal(object)
    """Slices whose voxels are others than before."""
    history_changed = Signal()
    stepped = Signal()
    """A new step was made, as against one undone or redone."""
    saved_changed = Signal()
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(self, jobs: Jobs, preferences: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._preferences = jobs, preferences
        self._opening = AnnotationOpening()
        self._left = LeftAnnotations(jobs, self)
        self._case: Case | None = None
        self._complete = self._wanted = False
        self._grid: VoxelGrid | None = None
        self._queue: StepQueue | None = None
        self._changes = ChangedBoxes()
        self._counts = np.zeros(UNSTATED_LABEL + 1, np.int64)

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
        self._jobs.drop(OPEN)
        self._jobs.drop(WORK)
        queue, self._queue = self._queue, None
        self._case = self._grid = None
        if queue is not None:
            trouble = self._left.take(queue)
            if trouble:
                self.notice_raised.emit("error", trouble)
        self._changes, self._counts = ChangedBoxes(), np.zeros_like(self._counts)
        if queue is not None:
            self.ready_changed.emit()
            self.history_changed.emit()

    def shut_down(self) -> None:
        """Store everything; before the lanes are ended."""
        self._left.shut_down()
        if self._queue is not None:
            store_and_close(self._queue)

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

    def _changed(self, edit: MaskEdit, grown: NDArray[np.int64]) -> None:
        self._counts = self._counts + grown
        self.mask_changed.emit(self._changes.add(edit))

    def _reloaded(self) -> None:
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
    def hu(self) -> NDArray[np.int16] | None:
        """``(slices, rows, columns)`` of the series; ``None`` until every slice is in."""
        return self._case.volume.hu if self._case is not None and self._complete else None

    @property
    def exists(self) -> bool:
        """Whether the reader has made anything of this series, be it undone."""
        return self._queue is not None and (bool(self._queue.names) or self._queue.in_hand is not None)

    @property
    def drawn(self) -> bool:
        """Whether the mask holds anything, or did since it was opened; boxes and answers draw nothing."""
        queue = self._queue
        return queue is not None and (queue.in_hand is not None or bool(self._counts.any() or self._changes))

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
    def saved(self) -> bool:
        """Whether every step is on the disk."""
        return self._left.saved and (self._queue is None or self._queue.saved)

    @property
    def counts(self) -> NDArray[np.int64]:
        """``(7,)`` voxels of every label since the series was opened; background is not kept."""
        return self._counts

    @property
    def grid(self) -> VoxelGrid | None:
        """Where the mask's voxels lie."""
        return self._grid

    # work on it

    def compute(
        self,
        work: Callable[[LabelMap, NDArray[np.int16]], Answer],
        slices: Iterable[int] | None,
        done: Callable[[Answer], None],
    ) -> bool:
        """Work in the device lane on a snapshot of the mask.

        Args:
            work: gets the snapshot and the HU of the series; no Qt object may be touched.
            slices: that it looks at; others are empty in the snapshot. ``None`` for all.
            done: gets the answer, unless the series was left meanwhile.

        Returns:
            Whether it was begun; otherwise the mask is being opened, and the reader is told.
        """
        queue, case = (self._queue if self.prepare() else None), self._case
        if queue is None or case is None:
            self.notice_raised.emit("info", "The mask is being opened; try again in a moment.")
            return False
        snapshot, hu = _snapshot(queue.label_map, slices), case.volume.hu

        def take(answer: Answer) -> None:
            if queue is self._queue:
                done(answer)

        self._jobs.submit(
            "device", lambda _: work(snapshot, hu), key=WORK, done=take, failed=self._fail, urgent=True
        )
        return True


def _snapshot(live: LabelMap, slices: Iterable[int] | None) -> LabelMap:
    if slices is None:
        return live.copy()
    snapshot = LabelMap.empty(live.shape)
    for index in slices:
        snapshot.labels[index], snapshot.origins[index] = live.labels[index], live.origins[index]
    return snapshot


def counted(label_map: LabelMap) -> NDArray[np.int64]:
    """``(7,)`` voxels of every label; of background none is counted."""
    counts = np.zeros(UNSTATED_LABEL + 1, np.int64)
    for plane in label_map.labels:
        if plane.any():
            counts += np.bincount(plane.ravel(), minlength=UNSTATED_LABEL + 1)
    counts[0] = 0
    return counts
