"""Following the journal from entry to entry, and what to do where it is damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations.entry import EntryKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.annotations.entry import Entry


@dataclass(frozen=True)
class Chain:
    """What of a journal counts.

    Attributes:
        entries: whole and in order, the damaged ones and those that a recovery left behind not among them.
        origin: digest that the first follows.
        damaged: revision of the first entry that is damaged or missing, and after which no recovery comes;
            ``None`` where all is well.
    """

    entries: tuple[Entry, ...]
    origin: bytes
    damaged: int | None = None

    @property
    def revision(self) -> int:
        """Of the last entry; 0 before the first."""
        return self.entries[-1].revision if self.entries else 0

    @property
    def digest(self) -> bytes:
        """Of the last entry."""
        return self.entries[-1].digest if self.entries else self.origin

    def until(self, revision: int, *, damaged: int | None = None) -> Chain:
        """The part up to and with a revision."""
        kept = tuple(entry for entry in self.entries if entry.revision <= revision)
        return Chain(kept, self.origin, damaged)


def follow(rows: Sequence[Entry], origin: bytes, head: tuple[int, bytes]) -> Chain:
    """The chain of a journal's rows.

    Args:
        rows: by ascending revision.
        origin: digest that the first follows.
        head: revision and digest that the last is known to have: entries missing at the end are noticed.
    """
    kept: list[Entry] = []
    damaged: int | None = None
    expected = 1
    for row in rows:
        before = kept[-1].digest if kept else origin
        if damaged is None and row.revision == expected and row.follows(before):
            kept.append(row)
        elif row.kind == EntryKind.RECOVERED and _recovers(row, kept, origin):
            del kept[_position(kept, row.target or 0) :]
            kept.append(row)
            damaged = None
        elif damaged is None:
            damaged = expected
        expected = row.revision + 1
    chain = Chain(tuple(kept), origin, damaged)
    if damaged is None and (chain.revision, chain.digest) != head:
        return Chain(chain.entries, origin, chain.revision + 1)
    return chain


def _recovers(row: Entry, kept: list[Entry], origin: bytes) -> bool:
    """Whether it goes on from an entry that is there."""
    position = _position(kept, row.target or 0)
    last = kept[position - 1] if position else None
    if (last.revision if last else 0) != row.target:
        return False
    return row.follows(last.digest if last else origin)


def _position(kept: list[Entry], revision: int) -> int:
    """How many of the entries come before or with a revision."""
    return sum(entry.revision <= revision for entry in kept)
