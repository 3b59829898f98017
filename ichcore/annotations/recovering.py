"""Opening an annotation to go on with it: damage is found, said, and left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations import journal
from ichcore.annotations.blinding import Read, reads
from ichcore.annotations.entry import Entry, EntryKind
from ichcore.annotations.loading import Loaded, load
from ichcore.annotations.registering import Registered, find_annotation
from ichcore.annotations.step import Step
from ichcore.annotations.steps import utc_now
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ichcore.annotations.database import Database


@dataclass(frozen=True, eq=False)
class Whole:
    """An annotation that can be gone on with.

    Attributes:
        registered: its row as it stands.
        loaded: its contents, without damage.
        read: when it began and what is locked.
        damage: one sentence on what was damaged and what became of it; empty as a rule.
    """

    registered: Registered
    loaded: Loaded
    read: Read
    damage: str = ""


def load_whole(database: Database, registered: Registered) -> Whole:
    """An annotation's contents; where its journal is damaged, it goes on from what is whole.

    Nothing that is damaged is removed or overwritten: one entry more says from where it goes on. Where a
    snapshot beyond the damage is whole, a step brings its contents back, which can be undone like any other.

    Raises:
        StoreError: if the store cannot be read, or damaged and cannot be written.
    """
    with database.reading() as connection:
        found = _read(connection, registered)
    if found.loaded.chain.damaged is None:
        return found
    with database.writing() as connection:
        found = _read(connection, registered)
        if found.loaded.chain.damaged is not None:
            _go_on(connection, found)
        again = _read(connection, registered)
    if again.loaded.chain.damaged is not None:
        raise StoreError(
            f"The annotation of {registered.reader} is damaged beyond what can be recovered. Keep the store "
            "as it is, and go on with a copy from a backup."
        )
    return Whole(again.registered, again.loaded, again.read, sentence(found))


def sentence(damaged: Whole) -> str:
    """What a reader is told of damage."""
    loaded = damaged.loaded
    which = (
        f"Entry {loaded.chain.damaged} of the journal of {damaged.registered.reader}'s annotation is damaged"
    )
    if loaded.salvaged is not None:
        return (
            f"{which}. Mask, answers, boxes and notes were recovered from a snapshot behind it. Undo takes "
            f"them back at once, to where they were before the damage, at entry {loaded.chain.revision}."
        )
    return (
        f"{which}. The {len(loaded.chain.entries)} entries before it were recovered; {loaded.lost} from "
        "there on could not be, and have to be made again. They were left in the store as they are."
    )


def _read(connection: Connection, registered: Registered) -> Whole:
    row = find_annotation(
        connection, registered.series.series_instance_uid, registered.reader, registered.purpose
    )
    if row is None:
        raise StoreError(f"The annotation of {registered.reader} is not in the store any more.")
    (read,) = reads(connection, annotation=row.id)
    return Whole(row, load(connection, row), read)


def _go_on(connection: Connection, found: Whole) -> None:
    """Append the entry that leaves the damage behind, and the step that brings back what can be."""
    loaded, row = found.loaded, found.registered
    chain = loaded.chain
    revision = max(row.head[0], journal.last_revision(connection, row.id)) + 1
    entry = Entry.after(
        chain.digest, revision, utc_now(), EntryKind.RECOVERED, "Recovered", chain.revision, b""
    )
    journal.append(connection, row.id, row.head[0], entry, b"")
    if loaded.salvaged is None:
        return
    step = Step.between("Recovered from a snapshot", loaded.contents, loaded.salvaged)
    body = step.to_bytes()
    step_entry = Entry.after(entry.digest, revision + 1, utc_now(), EntryKind.STEP, step.name, None, body)
    journal.append(connection, row.id, revision, step_entry, body)
