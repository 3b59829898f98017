"""One order of steps for all that can be undone: measurements and the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Undoable(Protocol):
    """What has steps of its own."""

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        ...

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forth."""
        ...

    def undo(self) -> None:
        """One step back."""
        ...

    def redo(self) -> None:
        """One step forth."""
        ...


class StepOrder:
    """Remembers whose step came last, so that undo takes that one back.

    Steps from before the series was opened come last of all, in the order of ``sources``.
    """

    def __init__(self, sources: Sequence[Undoable]) -> None:
        self._sources = tuple(sources)
        self._done: list[Undoable] = []
        self._undone: list[Undoable] = []

    def stepped(self, source: Undoable) -> None:
        """A source has made a new step."""
        self._done.append(source)
        self._undone.clear()

    def forget(self) -> None:
        """Another series."""
        self._done.clear()
        self._undone.clear()

    @property
    def can_undo(self) -> bool:
        """Whether any source can."""
        return any(source.can_undo for source in self._sources)

    @property
    def can_redo(self) -> bool:
        """Whether any source can."""
        return any(source.can_redo for source in self._sources)

    def undo(self) -> None:
        """Take back whatever was done last."""
        while self._done and not self._done[-1].can_undo:
            self._done.pop()  # it was taken back in its own list
        source = self._done.pop() if self._done else next((s for s in self._sources if s.can_undo), None)
        if source is not None:
            self._undone.append(source)
            source.undo()

    def redo(self) -> None:
        """Do again whatever was undone last."""
        while self._undone and not self._undone[-1].can_redo:
            self._undone.pop()
        source = self._undone.pop() if self._undone else next((s for s in self._sources if s.can_redo), None)
        if source is not None:
            self._done.append(source)
            source.redo()
