"""Seconds that the reader spends on each slice, while it is shown and the window has the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

if TYPE_CHECKING:
    from ichviewer.documents.view_state import ViewState

TICK_MS = 1000
AWAY_S = 60.0
"""A reader who has moved nothing for so long has gone; the time until then counts [ours]."""


class SliceClock(QObject):
    """Adds up seconds by slice; whoever stores them takes them from here."""

    def __init__(self, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._since = QElapsedTimer()
        self._index = 0
        self._idle_s = 0.0
        self._active = self._running = False
        self._seconds: dict[int, float] = {}
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._count)
        view.slice_changed.connect(self._turn)
        for signal in (view.window_changed, view.overlay_changed, view.tool_changed):
            signal.connect(self.moved)

    def start(self) -> None:
        """Another series is open; nothing was spent on it yet."""
        self._seconds.clear()
        self._index, self._running = self._view.slice_index, True
        self._go_on()

    def stop(self) -> None:
        """No series is open."""
        self._running = False
        self._seconds.clear()
        self._go_on()

    def set_active(self, active: bool) -> None:
        """The window has the keyboard now, or has lost it."""
        self._count()
        self._active = active
        self._go_on()

    def moved(self) -> None:
        """The reader is there."""
        self._count()
        self._idle_s = 0.0

    def take(self) -> dict[int, float]:
        """Seconds by slice since they were taken last; whoever takes them keeps them."""
        self._count()
        taken, self._seconds = self._seconds, {}
        return taken

    def _turn(self, index: int) -> None:
        self.moved()
        self._index = index

    def _go_on(self) -> None:
        self._idle_s = 0.0
        if self._active and self._running:
            self._since.start()
            self._tick.start()
        else:
            self._since.invalidate()
            self._tick.stop()

    def _count(self) -> None:
        if not self._since.isValid():
            return
        passed = self._since.restart() / 1000.0
        self._idle_s += passed
        if self._idle_s <= AWAY_S and passed > 0:
            self._seconds[self._index] = self._seconds.get(self._index, 0.0) + passed
