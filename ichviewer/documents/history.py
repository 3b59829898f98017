"""Undo and redo of the measurements of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.measurements import Measurement

State = dict[int, "Measurement"]

DRAG_MS = 500
"""Changes of one measurement that follow each other faster than this are one drag, so one step back."""


class MeasurementHistory(QObject):
    """Watches a case's measurements and steps back and forth through what they were."""

    changed = Signal()
    stepped = Signal()
    """A new step was recorded, not a part of the drag before it."""

    def __init__(self, case: Case, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self._past: list[State] = []
        self._future: list[State] = []
        self._now: State = self._state()
        self._last_moved: frozenset[int] = frozenset()
        self._since = QElapsedTimer()
        self._restoring = False
        case.measurements_changed.connect(self._record)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forth."""
        return bool(self._future)

    def undo(self) -> None:
        """One step back."""
        if self._past:
            self._future.append(self._now)
            self._restore(self._past.pop())

    def redo(self) -> None:
        """One step forth."""
        if self._future:
            self._past.append(self._now)
            self._restore(self._future.pop())

    def forget(self) -> None:
        """Start from what is there now (after measurements were loaded)."""
        self._past.clear()
        self._future.clear()
        self._now = self._state()
        self.changed.emit()

    def _state(self) -> State:
        return {m.identifier: m for m in self._case.measurements}

    def _record(self) -> None:
        if self._restoring:
            return
        before, after = self._now, self._state()
        touched = frozenset(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
        if not touched:
            return
        moved = all(k in before and k in after for k in touched)
        fast = self._since.isValid() and self._since.elapsed() < DRAG_MS
        if not (moved and fast and touched == self._last_moved and self._past):
            self._past.append(before)
            self.stepped.emit()
        self._last_moved = touched if moved else frozenset()
        self._since.start()
        self._future.clear()
        self._now = after
        self.changed.emit()

    def _restore(self, state: State) -> None:
        self._restoring = True
        for identifier in self._now.keys() - state.keys():
            self._case.remove_measurement(identifier)
        for identifier, measurement in state.items():
            if self._now.get(identifier) != measurement:
                self._case.put_measurement(measurement)
        self._restoring = False
        self._now = state
        self._last_moved = frozenset()
        self.changed.emit()
