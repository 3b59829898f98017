"""Who may see what of a series, and when a read is over.

A reader's own marks are theirs at any time. Another's are hidden until the reader's own read is locked, so
that two reads of a series are two opinions. Where the series is registered so, the model is hidden as well
until the reader has locked a first read without it; the second, with the model, is locked after that. What
a locked first read said can be read back at any time: the journal gives the contents at its revision.

An adjudicator sees all locked reads of the series, and the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from ichcore.annotations.entry import EntryKind
from ichcore.annotations.schema import ANNOTATIONS, JOURNAL, SERIES
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


class Purpose(StrEnum):
    """What an annotation is for; a reader has one of each of a series at most."""

    READ = "read"
    ADJUDICATION = "adjudication"


class Stage(StrEnum):
    """What a lock ends."""

    FIRST = "first"
    """The read without the model; the reader goes on with it."""
    FINAL = "final"
    """The read; it is not changed any more."""


@dataclass(frozen=True)
class Lock:
    """One end of a read.

    Attributes:
        stage: of which.
        revision: of its entry: contents up to there are what was read.
        at: ISO 8601 time in UTC.
    """

    stage: Stage
    revision: int
    at: str


@dataclass(frozen=True)
class Read:
    """A read, or an adjudication, of a series as the log has it.

    Attributes:
        annotation: id in the store.
        series_instance_uid: of the series.
        reader: who.
        purpose: read or adjudication.
        began_at: ISO 8601 time in UTC.
        revision: of the last entry.
        model_hidden: whether the series hides the model until the first read is locked.
        locks: in order; none while it is the first read.
    """

    annotation: int
    series_instance_uid: str
    reader: str
    purpose: Purpose
    began_at: str
    revision: int
    model_hidden: bool
    locks: tuple[Lock, ...]

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return any(lock.stage == Stage.FINAL for lock in self.locks)

    @property
    def model_shown(self) -> bool:
        """Whether the reader may see the model here."""
        return not self.model_hidden or bool(self.locks) or self.purpose == Purpose.ADJUDICATION

    @property
    def next_stage(self) -> Stage:
        """What the next lock ends.

        Raises:
            StoreError: if the read is over.
        """
        self.check_open()
        return Stage.FINAL if self.model_shown else Stage.FIRST

    def check_open(self) -> None:
        """Refuse a change of a read that is over.

        Raises:
            StoreError: if it is.
        """
        if self.done:
            raise StoreError(
                f"The {self.purpose} by {self.reader} was locked at {self.locks[-1].at} and is not changed "
                "any more; an adjudication can state something else."
            )


def reads(
    connection: Connection, series_instance_uid: str | None = None, annotation: int | None = None
) -> tuple[Read, ...]:
    """The log of all reads, of those of a series, or of one annotation, in the order in which they began."""
    query = select(ANNOTATIONS, SERIES.c.series_instance_uid, SERIES.c.model_hidden).join(SERIES)
    locked = select(JOURNAL).where(JOURNAL.c.kind == str(EntryKind.LOCK)).order_by(JOURNAL.c.revision)
    if series_instance_uid is not None:
        query = query.where(SERIES.c.series_instance_uid == series_instance_uid)
    if annotation is not None:
        query = query.where(ANNOTATIONS.c.id == annotation)
    rows = connection.execute(query.order_by(ANNOTATIONS.c.id)).all()
    if series_instance_uid is not None or annotation is not None:
        locked = locked.where(JOURNAL.c.annotation_id.in_([row.id for row in rows]))
    locks: dict[int, list[Lock]] = {}
    for row in connection.execute(locked):
        # anything else than "first" ends the read: what is damaged hides no mark that was seen
        stage = Stage.FIRST if bytes(row.body) == Stage.FIRST.encode() else Stage.FINAL
        locks.setdefault(row.annotation_id, []).append(Lock(stage, row.revision, row.at))
    return tuple(
        Read(
            row.id,
            row.series_instance_uid,
            row.reader,
            Purpose(row.purpose),
            row.began_at,
            row.revision,
            row.model_hidden,
            tuple(locks.get(row.id, ())),
        )
        for row in rows
    )


def may_see(of_series: Sequence[Read], reader: str, other: str) -> bool:
    """Whether a reader may see another's marks in a series.

    Args:
        of_series: all reads of it.
        reader: who asks.
        other: whose marks they are.
    """
    if reader == other:
        return True
    if _adjudicates(of_series, reader):
        return all(read.done for read in of_series if read.reader == other and read.purpose == Purpose.READ)
    return any(read.done for read in of_series if read.reader == reader and read.purpose == Purpose.READ)


def may_see_model(of_series: Sequence[Read], reader: str, *, model_hidden: bool) -> bool:
    """Whether a reader may see what the model says of a series.

    Args:
        of_series: all reads of it.
        reader: who asks.
        model_hidden: whether the series hides it until the first read is locked.
    """
    return not model_hidden or any(read.model_shown for read in of_series if read.reader == reader)


def _adjudicates(of_series: Sequence[Read], reader: str) -> bool:
    return any(read.reader == reader and read.purpose == Purpose.ADJUDICATION for read in of_series)
