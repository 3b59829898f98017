"""Heat maps and masks of slices that may be looked at next, coloured while the reader rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ichviewer.base.timers import single_shot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.view_state import ViewState

REST_MS = 40
"""A reader who goes on sooner is not to wait for a slice that is not shown."""


class ColouredAhead(QObject):
    """Takes slices as their maps arrive, and one after another, the nearest first, has them coloured.

    Args:
        view: whose shown slice is left to its own painting.
        colour: colours one slice's overlays, which takes a few milliseconds.
        parent: owns it.
    """

    def __init__(self, view: ViewState, colour: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._colour = view, colour
        self._waiting: set[int] = set()
        self._rested = single_shot(self, self._next, REST_MS)
        view.slice_changed.connect(self._wait)

    def ask(self, index: int) -> None:
        """A slice's maps or mask are there, or are others than before."""
        self._waiting.add(index)
        self._wait()

    def forget(self) -> None:
        """Another case: nothing of the last one is wanted."""
        self._waiting.clear()

    def _wait(self) -> None:
        if self._waiting:
            self._rested.start()

    def _next(self) -> None:
        shown = self._view.slice_index
        self._waiting.discard(shown)
        if self._waiting:
            index = min(self._waiting, key=lambda each: abs(each - shown))
            self._waiting.discard(index)
            self._colour(index)
            self._wait()
