"""Rows of series and annotations: found, or made where they are not there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from ichcore.annotations.blinding import Purpose
from ichcore.annotations.entry import origin_digest
from ichcore.annotations.schema import ANNOTATIONS, SERIES
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import utc_now
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


@dataclass(frozen=True)
class Registered:
    """An annotation's row.

    Attributes:
        id: in the store.
        series: on which grid it is.
        reader: whose.
        purpose: read or adjudication.
        origin: digest that its first entry follows.
        head: revision and digest of its last entry.
    """

    id: int
    series: AnnotatedSeries
    reader: str
    purpose: Purpose
    origin: bytes
    head: tuple[int, bytes]


def register_series(connection: Connection, series: AnnotatedSeries, *, model_hidden: bool) -> int:
    """Its id; made where it is not there.

    Args:
        connection: writing, alone.
        series: identity and grid.
        model_hidden: for a new one, hide the model until a reader's first read is locked; a known one
            keeps what it was registered with.

    Raises:
        StoreError: if it is known with another grid.
    """
    known = _known_series(connection, series.series_instance_uid)
    if known is None:
        slices, rows, columns = series.shape
        connection.execute(
            insert(SERIES).values(
                series_instance_uid=series.series_instance_uid,
                slices=slices,
                rows=rows,
                columns=columns,
                sop_instance_uids=json.dumps(series.sop_instance_uids),
                model_hidden=model_hidden,
            )
        )
        return register_series(connection, series, model_hidden=model_hidden)
    number, found = known
    if found != series:
        raise StoreError(
            f"The series {series.series_instance_uid} was annotated on {_grid(found)}, and this is "
            f"{_grid(series)}{'' if found.shape != series.shape else ' of other instances'}. Open the same "
            "files as before, or use another store."
        )
    return number


def register_annotation(
    connection: Connection, series_id: int, series: AnnotatedSeries, reader: str, purpose: Purpose
) -> Registered:
    """An annotation's row; made where it is not there.

    Args:
        connection: writing, alone.
        series_id: id of the series.
        series: its identity.
        reader: whose.
        purpose: read or adjudication.

    Raises:
        StoreError: if the reader has no name.
    """
    if not reader.strip() or "\0" in reader:
        raise StoreError("An annotation belongs to a reader; give a name.")
    found = find_annotation(connection, series.series_instance_uid, reader, purpose)
    if found is not None:
        return found
    began_at = utc_now()
    connection.execute(
        insert(ANNOTATIONS).values(
            series_id=series_id,
            reader=reader,
            purpose=str(purpose),
            began_at=began_at,
            revision=0,
            digest=origin_digest(series.series_instance_uid, reader, purpose, began_at),
        )
    )
    made = find_annotation(connection, series.series_instance_uid, reader, purpose)
    if made is None:
        raise StoreError("The annotation was made and is not there; the store is damaged.")
    return made


def find_annotation(
    connection: Connection, series_instance_uid: str, reader: str, purpose: Purpose
) -> Registered | None:
    """An annotation's row; ``None`` where there is none."""
    query = (
        select(ANNOTATIONS)
        .join(SERIES)
        .where(
            SERIES.c.series_instance_uid == series_instance_uid,
            ANNOTATIONS.c.reader == reader,
            ANNOTATIONS.c.purpose == str(purpose),
        )
    )
    row = connection.execute(query).one_or_none()
    known = _known_series(connection, series_instance_uid)
    if row is None or known is None:
        return None
    origin = origin_digest(series_instance_uid, row.reader, row.purpose, row.began_at)
    return Registered(
        row.id, known[1], row.reader, Purpose(row.purpose), origin, (row.revision, bytes(row.digest))
    )


def hides_model(connection: Connection, series_instance_uid: str) -> bool:
    """Whether a series hides the model until the first read is locked; one that is not known does not."""
    query = select(SERIES.c.model_hidden).where(SERIES.c.series_instance_uid == series_instance_uid)
    return bool(connection.execute(query).scalar())


def _known_series(connection: Connection, uid: str) -> tuple[int, AnnotatedSeries] | None:
    row = connection.execute(select(SERIES).where(SERIES.c.series_instance_uid == uid)).one_or_none()
    return None if row is None else (row.id, _series(row))


def _series(row: Row[tuple[object, ...]]) -> AnnotatedSeries:
    stated = row._mapping
    shape = (stated["slices"], stated["rows"], stated["columns"])
    return AnnotatedSeries(
        stated["series_instance_uid"], tuple(json.loads(stated["sop_instance_uids"])), shape
    )


def _grid(series: AnnotatedSeries) -> str:
    slices, rows, columns = series.shape
    return f"{slices} slices of {rows}×{columns}"
