"""From the journal's rows to contents; where they are damaged, to all that can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations import journal, snapshots
from ichcore.annotations.chain import Chain, follow
from ichcore.annotations.contents import Contents
from ichcore.annotations.entry import EntryKind
from ichcore.annotations.snapshots import PackedSlices
from ichcore.annotations.step import Step
from ichcore.errors import IchError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ichcore.annotations.entry import Entry
    from ichcore.annotations.registering import Registered

_AT_ONCE = 64
"""Entries whose bodies are held in memory together."""


@dataclass(eq=False)
class Loaded:
    """An annotation as the store has it.

    Attributes:
        contents: at the end of the chain.
        chain: the entries that count, as far as the contents reach.
        packed: the slices of the mask.
        snapshot: revision that the contents were read from; 0 where the whole journal was.
        salvaged: later contents than those, from a snapshot beyond the damage; ``None`` without one.
        lost: entries that count no more because of damage.
    """

    contents: Contents
    chain: Chain
    packed: PackedSlices
    snapshot: int = 0
    salvaged: Contents | None = None
    lost: int = 0


def load(connection: Connection, registered: Registered, until: int | None = None) -> Loaded:
    """An annotation's contents.

    Args:
        connection: reading.
        registered: its row.
        until: a revision, for the contents at that; ``None`` for all.
    """
    rows = journal.entries(connection, registered.id)
    chain = follow(rows, registered.origin, registered.head)
    if until is not None:
        chain = chain.until(until, damaged=chain.damaged)
    loaded = _from_snapshot(connection, registered, chain)
    later = [entry for entry in chain.entries if entry.revision > loaded.snapshot]
    known = {entry.revision: entry for entry in chain.entries}
    done = _replay(connection, registered.id, later, known, loaded.contents, loaded.packed)
    if done < len(later):
        bad = later[done].revision
        loaded.chain = chain.until(bad - 1, damaged=bad)
    if loaded.chain.damaged is not None and until is None:
        _salvage(connection, registered, rows, loaded)
        loaded.lost = sum(row.revision > loaded.chain.revision for row in rows)
    return loaded


def step_of(connection: Connection, annotation: int, entry: Entry) -> Step:
    """The step that an entry holds.

    Raises:
        StoreError: if its body is damaged or missing.
    """
    for _, body in journal.bodies(connection, annotation, [entry.revision]):
        if entry.holds(body):
            return Step.from_bytes(entry.name, body)
    raise StoreError(
        f"{entry.name!r} of {entry.at} cannot be undone or redone: its entry in the journal is damaged. "
        "What is shown is whole, and you can go on from it."
    )


def _from_snapshot(connection: Connection, registered: Registered, chain: Chain) -> Loaded:
    digests = ((entry.revision, entry.digest) for entry in chain.entries)
    for revision, contents, packed in snapshots.whole(connection, registered.id, digests):
        return Loaded(contents, chain, packed, revision)
    return Loaded(Contents.empty(registered.series.shape), chain, PackedSlices())


def _replay(
    connection: Connection,
    annotation: int,
    entries: Sequence[Entry],
    known: Mapping[int, Entry],
    contents: Contents,
    packed: PackedSlices,
) -> int:
    """Do what the entries say; how many of them were whole, and so were those that they name."""
    for start in range(0, len(entries), _AT_ONCE):
        part = entries[start : start + _AT_ONCE]
        wanted = {entry.target or entry.revision for entry in part if entry.kind in _MOVING}
        bodies = dict(journal.bodies(connection, annotation, wanted))
        for position, entry in enumerate(part, start):
            if entry.kind not in _MOVING:
                continue
            named = entry.target or entry.revision
            body = bodies.get(named, b"")
            if named not in known or not known[named].holds(body):
                return position
            try:
                step = Step.from_bytes(entry.name, body)
                (step.revert if entry.kind == EntryKind.UNDO else step.apply)(contents)
            except IchError:
                return position
            packed.stale.update(step.slices)
    return len(entries)


_MOVING = frozenset({EntryKind.STEP, EntryKind.UNDO, EntryKind.REDO})


def _salvage(connection: Connection, registered: Registered, rows: Sequence[Entry], loaded: Loaded) -> None:
    """Contents of a snapshot beyond the damage, and of what follows it without a gap."""
    damaged = loaded.chain.damaged or 0
    digests = [(row.revision, row.digest) for row in rows if row.revision >= damaged]
    for revision, contents, packed in snapshots.whole(connection, registered.id, digests):
        following: list[Entry] = []
        before = dict(digests)[revision]
        for row in rows:
            if row.revision == revision + len(following) + 1 and row.follows(before):
                following.append(row)
                before = row.digest
        known = {row.revision: row for row in rows}
        _replay(connection, registered.id, following, known, contents, packed)
        loaded.salvaged = contents
        return
