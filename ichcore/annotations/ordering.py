"""The worklist in an order: by all reasons for a look together, by one, or by what readers differ in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations.disagreement import disagreement_queue
from ichcore.annotations.work_order import Order
from ichcore.annotations.work_state import WorkState
from ichcore.annotations.worklist import Argument, WorkEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.disagreement import Disagreement
    from ichcore.annotations.store import Store


@dataclass(frozen=True)
class ListedSeries:
    """One line of the list.

    Attributes:
        entry: of the worklist; one without numbers where the series is not on it.
        readers: how its reads differ; ``None`` where nobody asked for that, or they do not.
    """

    entry: WorkEntry
    readers: Disagreement | None = None


_NUMBER: Mapping[Order, str] = {
    Order.UNCERTAINTY: "uncertainty",
    Order.MODELS: "model_disagreement",
    Order.VOLUME: "volume_mismatch",
    Order.ACTIVATION: "activation_mismatch",
}


def listed(store: Store, reader: str, order: Order = Order.PRIORITY) -> tuple[ListedSeries, ...]:
    """The worklist in an order.

    By one number: open entries before skipped, flagged and done ones as ever, in each state the largest
    number first, those without it last. By readers: series of the store whose locked reads differ, whether
    they are on the list or not, and no others; that reads the masks of all of them.

    Args:
        store: of the list.
        reader: whose states count.
        order: which.

    Raises:
        StoreError: if the store cannot be read.
    """
    entries = store.worklist.entries(reader)
    if order is Order.READERS:
        known = {entry.series_instance_uid: entry for entry in entries}
        return tuple(
            ListedSeries(known.get(one.series_instance_uid) or _unlisted(one.series_instance_uid), one)
            for one in disagreement_queue(store)
        )
    if order is not Order.PRIORITY:
        name, states = _NUMBER[order], tuple(WorkState)

        def turn(entry: WorkEntry) -> tuple[int, bool, float]:
            value = getattr(entry.argument, name)
            return states.index(entry.state), value is None, -(value or 0.0)

        entries = tuple(sorted(entries, key=turn))
    return tuple(ListedSeries(entry) for entry in entries)


def _unlisted(series_instance_uid: str) -> WorkEntry:
    return WorkEntry(series_instance_uid, "", Argument(), Argument(), 0.0, WorkState.OPEN, "", "")
