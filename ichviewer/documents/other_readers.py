"""Who else has read a series, and what of it one reader may see; for the lane for files alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.store import Store


@dataclass(frozen=True)
class OtherReaders:
    """The reads of a series beside the reader's own.

    Attributes:
        names: of the others who have said anything.
        locked: those of them whose read is over.
        annotations: theirs; empty while they are hidden from the reader.
        own: the reader's own locked read; ``None`` while there is none.
        adjudicators: who has begun to adjudicate the series.
        final: the adjudication that was locked last; ``None`` while there is none, or it is hidden.
    """

    names: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()
    annotations: tuple[Annotation, ...] = ()
    own: Annotation | None = None
    adjudicators: tuple[str, ...] = ()
    final: Annotation | None = None

    def locked_read(self, name: str) -> Annotation | None:
        """Another reader's read, where it is over and may be seen."""
        return next((a for a in self.annotations if a.reader == name and name in self.locked), None)


def other_readers(store: Store, series_instance_uid: str, reader: str) -> OtherReaders:
    """Ask the store.

    Raises:
        StoreError: if it cannot be read.
    """
    from ichcore.annotations.blinding import Purpose

    log = store.reads(series_instance_uid)
    theirs = [r for r in log if r.purpose == Purpose.READ and r.reader != reader and r.revision]
    names = tuple(read.reader for read in theirs)
    seen = [name for name in names if store.may_see(series_instance_uid, reader, name)]
    own = any(r.done for r in log if r.purpose == Purpose.READ and r.reader == reader)
    decided = [r for r in log if r.purpose == Purpose.ADJUDICATION and r.revision]
    done = [
        r for r in decided if r.done and (own or r.reader == reader) and r.locks
    ]  # whoever reads blindly still sees no adjudication either
    final = max(done, key=lambda r: r.locks[-1].at, default=None)
    return OtherReaders(
        names,
        frozenset(read.reader for read in theirs if read.done),
        tuple(store.view(series_instance_uid, name, by=reader) for name in seen),
        store.view(series_instance_uid, reader, by=reader) if own else None,
        tuple(read.reader for read in decided),
        None
        if final is None
        else store.view(series_instance_uid, final.reader, by=reader, purpose=Purpose.ADJUDICATION),
    )
