"""How the reader's mask of the open series is edited: strokes and steps, with settings, undone and redone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.changed_boxes import EditedSlice
from ichviewer.documents.edit_settings import EditSettings
from ichviewer.documents.proposing import Proposing
from ichviewer.documents.series_mask import SeriesMask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.step import Step
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.stroke import Stroke
    from ichviewer.base.jobs import Jobs
    from ichviewer.base.settings import Settings


class Annotating(SeriesMask):
    """The mask in the reader's hand; every change is an edit that can be undone.

    Attributes:
        proposing: what smart tools would draw.
    """

    settings_changed = Signal()

    def __init__(self, jobs: Jobs, preferences: Settings, parent: QObject | None = None) -> None:
        super().__init__(jobs, preferences, parent)
        self._settings = EditSettings()
        self.proposing = Proposing(self, jobs, self)

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

    @property
    def shown(self) -> bool:
        """Whether the reader's mask is drawn, in place of the model's."""
        return self._settings.visible and self.drawn

    def edited(self, index: int) -> EditedSlice | None:
        """A slice of the mask for drawing; ``None`` where it is not drawn."""
        if self._queue is None or not self.shown:
            return None
        return EditedSlice(self._queue.label_map.labels[index], index, self._changes)

    # the series

    def leave(self) -> None:
        """Give up what is in the making, store what is not on the disk yet, let go of the series."""
        self.proposing.leave()
        self.cancel_stroke()
        super().leave()

    def shut_down(self) -> None:
        """Store everything but a stroke under way; before the lanes are ended."""
        self.cancel_stroke()
        super().shut_down()

    def _reloaded(self) -> None:
        self.proposing.forget()
        super()._reloaded()

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
        self.proposing.drop()
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
            work: as of :meth:`compute`.
            slices: as of :meth:`compute`.
            empty: what to say where nothing changes.
            model: ``name@sha256`` and threshold of the model whose mask it takes over for the series.

        Returns:
            Whether it was begun; otherwise the mask is being opened.
        """

        def done(edit: MaskEdit) -> None:
            if edit.empty and model is None:
                if empty:
                    self.notice_raised.emit("info", empty)
            elif self._queue is not None:
                self.change(visible=True)
                self._queue.do(_step(edit, self._queue.annotation, model))

        return self.compute(work, slices, done)

    def do(self, step: Step) -> None:
        """Do a step that is ready made, such as an answer; dropped where no annotation is open."""
        if self._queue is not None and not step.empty:
            self._queue.do(step)

    def accept_proposal(self) -> bool:
        """Draw what is proposed; ``False`` where nothing is."""
        from ichcore.annotations.step import Step

        proposal = self.proposing.take()
        if proposal is None or self._queue is None:
            return False
        self.change(visible=True)
        self._queue.do(Step.of(proposal.edit))
        return True

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back, beside those that are about to be."""
        return self._queue is not None and self._queue.coming > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step can be done again, beside those that are about to be."""
        return self._queue is not None and self._queue.coming < len(self.names)

    def undo(self) -> None:
        """Take the last step back."""
        if self._queue is not None and not self.painting and self.can_undo:
            self.proposing.drop()
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


def _step(edit: MaskEdit, annotation: OpenAnnotation, model: tuple[str, float] | None) -> Step:
    """The step of an edit; with a model, the series is said to have begun with its mask."""
    from ichcore.annotations.change import SuggestionChange
    from ichcore.annotations.contents import Suggestion
    from ichcore.annotations.step import Step

    if model is None:
        return Step.of(edit)
    began = SuggestionChange(annotation.contents.suggestion, Suggestion(*model))
    return Step(edit.name, edit, (began,))
