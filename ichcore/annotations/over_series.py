"""How far two readers agree over all series of a store that both have read to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.annotations.between_readers import reader_agreement
from ichcore.annotations.blinding import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.between_readers import ReaderAgreement
    from ichcore.annotations.store import Store
    from ichcore.progress import CancelToken


def agreement_in_store(
    store: Store, readers: tuple[str, str], cancel: CancelToken | None = None
) -> ReaderAgreement:
    """Compare two readers over the series of which both reads are locked.

    It reads the masks of all of them, two at a time; call it where waiting does no harm.

    Args:
        store: where the reads are.
        readers: whose.
        cancel: looked at before every series.

    Raises:
        StoreError: if the store cannot be read.
        CancelledError: if cancelled.
    """
    locked: dict[str, set[str]] = {}
    for read in store.reads():
        if read.purpose == Purpose.READ and read.done:
            locked.setdefault(read.series_instance_uid, set()).add(read.reader)

    def pairs() -> Iterator[tuple[Annotation, Annotation]]:
        one, other = readers
        for uid, done in locked.items():
            if cancel is not None:
                cancel.raise_if_cancelled()
            if {one, other} <= done:
                yield store.view(uid, one, by=one), store.view(uid, other, by=other)

    return reader_agreement(pairs())
