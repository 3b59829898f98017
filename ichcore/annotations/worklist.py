"""Series that wait for an annotator, those first where a look is worth most.

The order: each of the four numbers of :class:`Argument` is turned into its rank among all entries that have
it, from 0 for the smallest to 1 for the largest, equal ones sharing their mean rank; an entry's priority is
the mean of the ranks it has. Ranks and not values, since the four have different units and spreads, and none
should win by its scale. An entry without numbers has the priority 0. Open entries come by descending
priority, equal ones as they were added; then skipped ones, the longest skipped first. Flagged and done
entries wait for nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import delete, insert, select, update

from ichcore.annotations.schema import WORKLIST, WORKLIST_STATES
from ichcore.annotations.steps import utc_now
from ichcore.annotations.work_state import WorkState
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.annotations.database import Database


@dataclass(frozen=True)
class Argument:
    """What argues for a look at a series; the larger, the more. ``None`` is unknown.

    Attributes:
        uncertainty: of the prediction.
        model_disagreement: of several models.
        volume_mismatch: of probability and mask volume, such as a high one beside an empty mask.
        activation_mismatch: of activation and mask.

    :mod:`~ichcore.annotations.reasons` defines them for the series of the viewer's list.
    """

    uncertainty: float | None = None
    model_disagreement: float | None = None
    volume_mismatch: float | None = None
    activation_mismatch: float | None = None


@dataclass(frozen=True)
class WorkEntry:
    """One series of the list, as one reader has it.

    Attributes:
        series_instance_uid: of the series.
        path: where it was found.
        argument: the numbers it came with.
        standing: the rank of each of them, 0 to 1, by the rule above.
        priority: their mean, 0 to 1.
        state: what the reader made of it.
        note: why, as the reader wrote.
        at: ISO 8601 time in UTC of that state; empty while open.
    """

    series_instance_uid: str
    path: str
    argument: Argument
    standing: Argument
    priority: float
    state: WorkState
    note: str
    at: str


class Worklist:
    """The list of a store, shared by its readers; each has states of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, series_instance_uid: str, path: str = "", argument: Argument | None = None) -> None:
        """Put a series on the list, or give it new numbers.

        Raises:
            StoreError: if the store cannot be written.
        """
        values = {"path": path, **asdict(argument or Argument())}
        with self._database.writing(alone=True) as connection:
            known = WORKLIST.c.series_instance_uid == series_instance_uid
            if connection.execute(update(WORKLIST).where(known).values(**values)).rowcount == 0:
                connection.execute(insert(WORKLIST).values(series_instance_uid=series_instance_uid, **values))

    def argue(self, series_instance_uid: str, argument: Argument) -> None:
        """Give a listed series new numbers; those that are ``None`` stay as they were.

        Raises:
            StoreError: if the series is not on the list, or the store cannot be written.
        """
        known = {name: value for name, value in asdict(argument).items() if value is not None}
        change = update(WORKLIST).where(WORKLIST.c.series_instance_uid == series_instance_uid)
        if not known:
            return
        with self._database.writing(alone=True) as connection:
            if connection.execute(change.values(**known)).rowcount == 0:
                raise StoreError(_not_listed(series_instance_uid))

    def mark(self, series_instance_uid: str, reader: str, state: WorkState, note: str = "") -> None:
        """Skip, flag or finish an entry, or open it again.

        Raises:
            StoreError: if the series is not on the list, or the store cannot be written.
        """
        with self._database.writing(alone=True) as connection:
            number = connection.execute(
                select(WORKLIST.c.id).where(WORKLIST.c.series_instance_uid == series_instance_uid)
            ).scalar()
            if number is None:
                raise StoreError(_not_listed(series_instance_uid))
            connection.execute(
                delete(WORKLIST_STATES).where(
                    WORKLIST_STATES.c.worklist_id == number, WORKLIST_STATES.c.reader == reader
                )
            )
            if state != WorkState.OPEN:
                connection.execute(
                    insert(WORKLIST_STATES).values(
                        worklist_id=number, reader=reader, state=str(state), note=note, at=utc_now()
                    )
                )

    def entries(self, reader: str) -> tuple[WorkEntry, ...]:
        """All of them: open ones by priority, skipped ones, then flagged and done ones.

        Raises:
            StoreError: if the store cannot be read.
        """
        of_reader = (WORKLIST_STATES.c.worklist_id == WORKLIST.c.id) & (WORKLIST_STATES.c.reader == reader)
        query = (
            select(WORKLIST, WORKLIST_STATES.c.state, WORKLIST_STATES.c.note, WORKLIST_STATES.c.at)
            .outerjoin(WORKLIST_STATES, of_reader)
            .order_by(WORKLIST.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        arguments = [Argument(*(row._mapping[name] for name in NUMBERS)) for row in rows]
        standings = ranks(arguments)
        entries = [
            WorkEntry(
                row.series_instance_uid,
                row.path,
                argument,
                Argument(*(None if np.isnan(rank) else float(rank) for rank in standing)),
                priority,
                WorkState(row.state or WorkState.OPEN),
                row.note or "",
                row.at or "",
            )
            for row, argument, standing, priority in zip(
                rows, arguments, standings, _mean(standings).tolist(), strict=True
            )
        ]
        return tuple(sorted(entries, key=_turn))

    def next(self, reader: str) -> WorkEntry | None:
        """What the reader should look at now: the first open entry, else the longest skipped one.

        Raises:
            StoreError: if the store cannot be read.
        """
        waiting = (e for e in self.entries(reader) if e.state in {WorkState.OPEN, WorkState.SKIPPED})
        return next(waiting, None)


def priorities(arguments: list[Argument]) -> NDArray[np.float64]:
    """``(N,)`` mean rank of the numbers that each has, 0 to 1; 0 without any."""
    return _mean(ranks(arguments))


def ranks(arguments: list[Argument]) -> NDArray[np.float64]:
    """``(N, 4)`` rank of each number among those who have it, 0 to 1; NaN where it is unknown."""
    values = np.array([[getattr(a, name) for name in NUMBERS] for a in arguments], float)
    values = values.reshape(len(arguments), len(NUMBERS))
    found = np.full(values.shape, np.nan)
    for column in range(len(NUMBERS)):
        known = ~np.isnan(values[:, column])
        _, place, counts = np.unique(values[known, column], return_inverse=True, return_counts=True)
        # equal ones share the mean of the places that they take
        of_known = (np.cumsum(counts) - (counts + 1) / 2)[place]
        found[known, column] = of_known / max(known.sum() - 1, 1)
    return found


def _mean(standings: NDArray[np.float64]) -> NDArray[np.float64]:
    there = ~np.isnan(standings)
    mean: NDArray[np.float64] = np.nansum(standings, axis=1) / np.maximum(there.sum(axis=1), 1)
    return mean


def _not_listed(series_instance_uid: str) -> str:
    return f"The series {series_instance_uid} is not on the worklist; add it first."


def _turn(entry: WorkEntry) -> tuple[int, float, str]:
    first = tuple(WorkState).index(entry.state)
    return (first, -entry.priority, "") if entry.state == WorkState.OPEN else (first, 0.0, entry.at)


NUMBERS = tuple(field.name for field in fields(Argument))
"""Their names, in order."""
