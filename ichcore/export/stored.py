"""Where an export finds what a reader said of a series: the one place that asks the durable store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ichcore.annotations.blinding import Purpose
from ichcore.annotations.place import default_store
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.store import Store
from ichcore.annotations.work_state import WorkState
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.blinding import Read
    from ichcore.volume.volume import Volume


def annotation_of(
    volume: Volume, store: Path | str | None = None, reader: str = "", *, done: bool = False
) -> Annotation | None:
    """What is stored of a series: an adjudication before a read, and of several the one begun last.

    Args:
        volume: the series.
        store: file or URL of the store; ``None`` for the user's own.
        reader: whose; anybody's where empty.
        done: only of reads that are over, see :func:`said_reads`.

    Returns:
        ``None`` where the store holds none, or only ones in which nothing was said yet.

    Raises:
        StoreError: if the store cannot be read, or was annotated on another grid.
    """
    where = default_store() if store is None else store
    if isinstance(where, Path) and not where.is_file():
        return None  # asking for an export makes no store
    opened = Store.open(where)
    try:
        uid = volume.identity.series_instance_uid
        found = said_reads(opened, uid, reader, done=done)
        if not found:
            return None
        newest = max(found, key=lambda read: (read.purpose == Purpose.ADJUDICATION, read.began_at))
        # an author always sees their own
        annotation = opened.view(uid, newest.reader, by=newest.reader, purpose=newest.purpose)
    finally:
        opened.close()
    if AnnotatedSeries.of_annotation(annotation) != AnnotatedSeries.of(volume):
        raise StoreError(
            f"The series {uid} was annotated on another grid than it has here; open the same files as before."
        )
    return annotation


def said_reads(store: Store, series_instance_uid: str | None, reader: str, *, done: bool) -> list[Read]:
    """Reads and adjudications in which something was said.

    Args:
        store: that has them.
        series_instance_uid: of which series; of all where ``None``.
        reader: whose; anybody's where empty.
        done: only those that are locked, or whose reader marked the series as done on the worklist.

    Raises:
        StoreError: if the store cannot be read.
    """
    reads = [
        read
        for read in store.reads(series_instance_uid)
        if read.revision and (not reader or read.reader == reader)
    ]
    if not done:
        return reads
    marked = {
        (entry.series_instance_uid, one)
        for one in {read.reader for read in reads}
        for entry in store.worklist.entries(one)
        if entry.state is WorkState.DONE
    }
    return [read for read in reads if read.done or (read.series_instance_uid, read.reader) in marked]
