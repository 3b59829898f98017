"""Cine: the slices one after another, round and round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace

FASTEST_FPS = 60.0
SLOWEST_FPS = 0.5


class Cine(QObject):
    """Plays the slices of the open case at the reader's own speed."""

    changed = Signal(bool)
    """Whether it plays now."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._step)
        workspace.case_changed.connect(self.stop)
        workspace.settings.changed.connect(self._setting)

    @property
    def playing(self) -> bool:
        """Whether it plays now."""
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        """Start or stop; a stack of one slice does not play."""
        on = on and self._workspace.view.slices > 1
        if on == self.playing:
            return
        if on:
            self._timer.start(self._interval_ms())
        else:
            self._timer.stop()
        self.changed.emit(on)

    def stop(self) -> None:
        """Stop."""
        self.play(False)

    def _interval_ms(self) -> int:
        fps = self._workspace.settings.preferences.cine_fps
        return round(1000 / min(max(fps, SLOWEST_FPS), FASTEST_FPS))

    def _setting(self, name: str) -> None:
        if name == "cine_fps":
            self._timer.setInterval(self._interval_ms())

    def _step(self) -> None:
        view = self._workspace.view
        view.go_to_slice((view.slice_index + 1) % max(1, view.slices))
