"""Which steps are done and which are undone: the named list that a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations.entry import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.annotations.entry import Entry


@dataclass(frozen=True)
class HistoryLine:
    """A step in the list.

    Attributes:
        revision: of its entry in the journal.
        name: such as ``Brush``.
        at: ISO 8601 time in UTC.
        done: false while it is undone, and can be redone.
    """

    revision: int
    name: str
    at: str
    done: bool


class History:
    """What the journal's entries, read in order, leave done and undone."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._done: list[Entry] = []
        self._undone: list[Entry] = []
        for entry in entries:
            self.append(entry)

    def append(self, entry: Entry) -> None:
        """Hear of one entry more; a step after some were undone leaves those behind."""
        if entry.kind == EntryKind.STEP:
            self._done.append(entry)
            self._undone.clear()
        elif entry.kind == EntryKind.UNDO:
            self._undone.append(self._done.pop())
        elif entry.kind == EntryKind.REDO:
            self._done.append(self._undone.pop())

    @property
    def next_undo(self) -> Entry | None:
        """The step that undo takes back."""
        return self._done[-1] if self._done else None

    @property
    def next_redo(self) -> Entry | None:
        """The step that redo does again."""
        return self._undone[-1] if self._undone else None

    @property
    def lines(self) -> tuple[HistoryLine, ...]:
        """Done steps, the oldest first, then those that redo would bring back, the next one first."""
        return tuple(
            HistoryLine(entry.revision, entry.name, entry.at, done)
            for entries, done in ((self._done, True), (reversed(self._undone), False))
            for entry in entries
        )
