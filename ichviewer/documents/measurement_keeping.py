"""The open case's measurements: read from disk, undone and redone, and written soon after every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.errors import IchError
from ichviewer.base.timers import single_shot
from ichviewer.documents.history import MeasurementHistory
from ichviewer.documents.measurement_store import load_measurements, save_measurements

if TYPE_CHECKING:
    from ichviewer.documents.case import Case

SAVE_MS = 250
"""Measurements are written this long after the last change, so that a drag is one write."""


class MeasurementKeeping(QObject):
    """History and saving of one case's measurements at a time."""

    history_changed = Signal()
    """Whether undo or redo is possible."""
    stepped = Signal()
    """A new step was made, as against one undone or redone."""
    saved_changed = Signal()
    """Whether everything drawn is on disk."""
    unread = Signal(str)
    """What was drawn earlier could not be read; one sentence."""
    failed = Signal(str)
    """What is drawn could not be written; one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case: Case | None = None
        self._history: MeasurementHistory | None = None
        self._unsaved = False
        self._saving = single_shot(self, self.save_now, SAVE_MS)

    def take(self, case: Case) -> None:
        """Put what was drawn on a case earlier into it, and keep what is drawn from now on."""
        self._case = case
        self._history = MeasurementHistory(case, case)
        self._history.changed.connect(self.history_changed)
        self._history.stepped.connect(self.stepped)
        try:
            for measurement in load_measurements(self._uid, case.volume.shape[0]):
                case.put_measurement(measurement)
        except IchError as error:
            self.unread.emit(str(error))
        self._history.forget()
        case.measurements_changed.connect(self._changed)

    def leave(self) -> None:
        """Write what is not on disk yet and let go of the case."""
        self.save_now()
        self._case = self._history = None
        self.history_changed.emit()

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return self._history is not None and self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a taken back change can be made again."""
        return self._history is not None and self._history.can_redo

    def undo(self) -> None:
        """Take the last change back."""
        if self._history is not None:
            self._history.undo()

    def redo(self) -> None:
        """Make a taken back change again."""
        if self._history is not None:
            self._history.redo()

    @property
    def saved(self) -> bool:
        """Whether everything drawn is on disk."""
        return not self._unsaved

    def save_now(self) -> None:
        """Write what is not on disk yet."""
        self._saving.stop()
        if not self._unsaved or self._case is None:
            return
        try:
            save_measurements(self._uid, self._case.measurements)
        except OSError as error:
            self.failed.emit(f"The measurements could not be saved ({error.strerror}); they stay open here.")
            return
        self._unsaved = False
        self.saved_changed.emit()

    @property
    def _uid(self) -> str:
        return self._case.volume.identity.series_instance_uid if self._case is not None else ""

    def _changed(self) -> None:
        self._unsaved = True
        self.saved_changed.emit()
        self._saving.start()
