"""The journal's rows: read in order, appended, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from ichcore.annotations.entry import Entry, EntryKind
from ichcore.annotations.schema import ANNOTATIONS, JOURNAL
from ichcore.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

_STATED = tuple(column for column in JOURNAL.c if column.name not in {"annotation_id", "body"})
_AT_ONCE = 400
"""Bodies asked for in one query; databases limit how many values a query names."""


def entries(connection: Connection, annotation: int) -> list[Entry]:
    """All of an annotation without their bodies, by ascending revision.

    A row whose kind is none of ours is damaged, and comes with a digest that nothing follows.
    """
    rows = connection.execute(
        select(*_STATED).where(JOURNAL.c.annotation_id == annotation).order_by(JOURNAL.c.revision)
    )
    return [_entry(*row) for row in rows]


def bodies(
    connection: Connection, annotation: int, revisions: Collection[int]
) -> Iterator[tuple[int, bytes]]:
    """Revision and body of some entries, ascending."""
    wanted = sorted(revisions)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = connection.execute(
            select(JOURNAL.c.revision, JOURNAL.c.body)
            .where(JOURNAL.c.annotation_id == annotation, JOURNAL.c.revision.in_(part))
            .order_by(JOURNAL.c.revision)
        )
        yield from ((row.revision, bytes(row.body)) for row in rows)


def last_revision(connection: Connection, annotation: int) -> int:
    """The highest that any row has, damaged ones included; 0 where there is none."""
    last = connection.execute(
        select(func.max(JOURNAL.c.revision)).where(JOURNAL.c.annotation_id == annotation)
    ).scalar()
    return int(last or 0)


def append(connection: Connection, annotation: int, head: int, entry: Entry, body: bytes) -> None:
    """Append an entry, if the annotation still stands where the writer believes.

    An entry that is there already, word by word, was stored by an earlier try whose answer was lost on the
    way; it is not stored twice.

    Args:
        connection: writing.
        annotation: its id.
        head: revision on which the entry was made.
        entry: to append.
        body: the bytes that it holds.

    Raises:
        ConflictError: if another writer appended something in the meantime; nothing is written.
    """
    moved = connection.execute(
        update(ANNOTATIONS)
        .where(ANNOTATIONS.c.id == annotation, ANNOTATIONS.c.revision == head)
        .values(revision=entry.revision, digest=entry.digest)
    )
    if moved.rowcount == 1:
        connection.execute(
            insert(JOURNAL).values(
                annotation_id=annotation,
                revision=entry.revision,
                at=entry.at,
                kind=str(entry.kind),
                name=entry.name,
                target=entry.target,
                body_digest=entry.body_digest,
                digest=entry.digest,
                body=body,
            )
        )
        return
    stored = connection.execute(
        select(JOURNAL.c.digest).where(
            JOURNAL.c.annotation_id == annotation, JOURNAL.c.revision == entry.revision
        )
    ).scalar()
    if stored is None or bytes(stored) != entry.digest:
        raise ConflictError(
            f"This annotation was changed elsewhere, in another window or on another machine, after revision "
            f"{head}. {entry.name!r} is not stored: reload the annotation, then do it again."
        )


def _entry(
    revision: int, at: str, kind: str, name: str, target: int | None, body_digest: bytes, digest: bytes
) -> Entry:
    known = kind in set(EntryKind)
    return Entry(
        revision,
        at,
        EntryKind(kind) if known else EntryKind.STEP,
        name,
        target,
        bytes(body_digest),
        bytes(digest) if known else b"",
    )
