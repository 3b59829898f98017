"""Seconds that a reader spent on a slice, in small rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from ichcore.annotations.schema import SECONDS
from ichcore.annotations.steps import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection


def spend(connection: Connection, annotation: int, index: int, seconds: float) -> None:
    """Add to the time spent on a slice; two windows add up and never conflict."""
    connection.execute(
        insert(SECONDS).values(annotation_id=annotation, slice_index=index, seconds=seconds, at=utc_now())
    )


def seconds_spent(connection: Connection, annotation: int) -> dict[int, float]:
    """Seconds by slice index."""
    rows = connection.execute(
        select(SECONDS.c.slice_index, func.sum(SECONDS.c.seconds))
        .where(SECONDS.c.annotation_id == annotation)
        .group_by(SECONDS.c.slice_index)
        .order_by(SECONDS.c.slice_index)
    )
    return {int(index): float(seconds) for index, seconds in rows}
