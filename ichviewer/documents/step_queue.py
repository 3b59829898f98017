"""Steps of one annotation on their way to the disk: shown at once, stored one after another."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.errors import IchError
from ichcore.subtypes import UNSTATED_LABEL
from ichviewer.base.timers import single_shot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.step import Step
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.stroke import Stroke
    from ichviewer.base.jobs import JobContext, Jobs

RETRY_MS = 2000
UNDO, REDO = "undo", "redo"


@dataclass(eq=False)
class _Waiting:
    """What is done next: a step, or one of :data:`UNDO` and :data:`REDO`."""

    what: Step | str
    live: bool = False
    """Whether the label map has it already, since it was painted stroke by stroke."""

    @property
    def edit(self) -> MaskEdit | None:
        return None if isinstance(self.what, str) else self.what.mask


class StepQueue(QObject):
    """Lets one step at a time into the store, in the lane for files; the next is accepted when it is there.

    Where the store fails, what is shown stays, the same entry is tried again, and no further edit is begun.
    """

    changed = Signal(object, object)
    """The :class:`MaskEdit` whose voxels are others than before, done or taken back; and by how many voxels
    each label has grown, int64 ``(7,)``."""
    reloaded = Signal()
    """Somebody else changed the annotation: its contents are another object now."""
    stepped = Signal()
    """A new step was made, as against one undone or redone."""
    history_changed = Signal()
    saved_changed = Signal()
    failed = Signal(str)

    def __init__(self, jobs: Jobs, annotation: OpenAnnotation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self.annotation = jobs, annotation
        self._waiting: deque[_Waiting] = deque()
        self._storing = False
        self.in_trouble = False
        """Whether the last attempt to store failed."""
        self.in_hand: Stroke | None = None
        """The stroke that is being painted into the label map now."""
        self._retry = single_shot(self, self._store, RETRY_MS)
        lines = annotation.history
        self._names = [line.name for line in lines]
        self._position = sum(line.done for line in lines)

    # what is there

    @property
    def label_map(self) -> LabelMap:
        """The mask; changed through this queue alone."""
        return self.annotation.contents.mask

    @property
    def names(self) -> tuple[str, ...]:
        """Of all steps, oldest first; those from :attr:`position` on are undone."""
        return tuple(self._names)

    @property
    def position(self) -> int:
        """How many of the steps are done."""
        return self._position

    @property
    def coming(self) -> int:
        """:attr:`position` once everything that waits is in."""
        return self._position + sum(-1 if item.what == UNDO else 1 for item in self._waiting)

    @property
    def saved(self) -> bool:
        """Whether every step is on the disk."""
        return not self._storing and not self._waiting and not self.annotation.pending

    @property
    def may_begin(self) -> bool:
        """Whether a stroke may begin: the store works, and nothing but strokes is on its way."""
        return not self.in_trouble and all(item.live for item in self._waiting)

    # asking

    def do(self, step: Step, *, live: bool = False) -> None:
        """Do a step; a ``live`` one is in the label map already."""
        self._append(_Waiting(step, live))

    def undo(self) -> None:
        """Take the last step back."""
        self._append(_Waiting(UNDO))

    def redo(self) -> None:
        """Do an undone step again."""
        self._append(_Waiting(REDO))

    def _append(self, item: _Waiting) -> None:
        if self.in_trouble and not item.live:
            self._store()
            return  # nothing more is accepted before the last step is on the disk
        self._waiting.append(item)
        self.go_on()

    # on the way

    def go_on(self) -> None:
        """Let in what may go in: one step at a time, and under a stroke in hand nothing but strokes."""
        while self._waiting and not self._storing and not self.annotation.pending:
            if self.in_hand is not None and not self._waiting[0].live:
                break
            self._accept(self._waiting.popleft())
        if self.annotation.pending and not self._storing and not self.in_trouble:
            self._store()

    def _accept(self, item: _Waiting) -> None:
        """Let one step into the contents; what was painted after it is lifted off and laid over it again."""
        hand = None if self.in_hand is None else self.in_hand.end()
        later = [other for other in self._waiting if other.live]
        above = [item.edit] if item.live else []
        above += [other.edit for other in later]
        for edit in reversed([*above, hand]):
            if edit is not None:
                edit.revert(self.label_map)
        try:
            self._enter(item)
        except IchError as error:
            if item.edit is not None:
                self.changed.emit(item.edit, np.zeros(UNSTATED_LABEL + 1, np.int64))
            self.failed.emit(str(error))
        for other in later:
            if not isinstance(other.what, str):
                other.what = other.what.onto(self.annotation.contents)  # what lies below may be new
                other.what.apply(self.annotation.contents)
        if hand is not None:
            hand.apply(self.label_map)

    def _enter(self, item: _Waiting) -> None:
        annotation = self.annotation
        if isinstance(item.what, str):
            step = annotation.accept_undo() if item.what == UNDO else annotation.accept_redo()
            if step is None:
                return
            back = item.what == UNDO
            self._position += -1 if back else 1
            if step.mask is not None:
                grown = _tally(step.mask.new_labels) - _tally(step.mask.old_labels)
                self.changed.emit(step.mask, -grown if back else grown)
        else:
            before = self._there(item.edit)
            if not annotation.accept(item.what):
                return
            self._names[self._position :] = [item.what.name]
            self._position += 1
            if item.edit is not None:
                self.changed.emit(item.edit, self._there(item.edit) - before)
            self.stepped.emit()
        self.history_changed.emit()

    def _there(self, edit: MaskEdit | None) -> NDArray[np.int64]:
        """Voxels of each label where an edit is."""
        if edit is None:
            return np.zeros(UNSTATED_LABEL + 1, np.int64)
        return _tally(self.label_map.labels.reshape(-1)[edit.where])

    # the disk

    def _store(self) -> None:
        self._storing = True
        self.saved_changed.emit()
        annotation = self.annotation

        def work(_: JobContext) -> tuple[bool, Step | None]:
            from ichcore.errors import ConflictError

            try:
                annotation.store_pending()
            except ConflictError:
                return True, annotation.reload()
            return False, None

        self._jobs.submit("io", work, done=self._stored, failed=self._not_stored, urgent=True)

    def _stored(self, answer: tuple[bool, Step | None]) -> None:
        conflict, again = answer
        self._storing = self.in_trouble = False
        if conflict:
            self._take_anew(again)
        self.go_on()
        if self.saved:
            self.saved_changed.emit()

    def _take_anew(self, again: Step | None) -> None:
        """Another window changed the annotation: have ours over what is there now."""
        lines = self.annotation.history
        self._names, self._position = [line.name for line in lines], sum(line.done for line in lines)
        self.in_hand = None
        steps = [again] if again is not None else []
        steps += [item.what for item in self._waiting if not isinstance(item.what, str)]
        self._waiting = deque(_Waiting(step) for step in steps)
        self.reloaded.emit()
        self.history_changed.emit()
        self.failed.emit(
            "This series was annotated elsewhere meanwhile; your last step was made again over what is there."
        )

    def _not_stored(self, sentence: str) -> None:
        self._storing = False
        if not self.in_trouble:
            self.in_trouble = True
            self.failed.emit(
                f"{sentence} What you drew stays on the screen; saving is tried again until it succeeds, "
                "and editing waits for it."
            )
        self.saved_changed.emit()
        self._retry.start()

    def flush(self) -> str:
        """Store everything now and wait for it; one sentence where that failed, else empty."""
        try:
            while True:
                self.annotation.store_pending()
                self._storing = False
                if not self._waiting:
                    break
                self._accept(self._waiting.popleft())
        except IchError as error:
            return str(error)
        self.in_trouble = False
        self._retry.stop()
        return ""


def _tally(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.bincount(labels, minlength=UNSTATED_LABEL + 1).astype(np.int64)
