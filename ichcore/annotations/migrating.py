"""Bringing a store to the tables that this program knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select, update

from ichcore.annotations.schema import METADATA, ONLY_APPENDED, STORE_SCHEMA, VERSION
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from ichcore.annotations.database import Database

MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {}
"""By the version that a step starts from, to the next one."""


def migrate(database: Database) -> None:
    """Create the tables of a new store, or bring an older one up, all in one transaction.

    Raises:
        StoreError: if the store is newer than this program, is another program's database, or cannot be
            written.
    """
    with database.reading() as connection:
        if _version(connection, database.where) == VERSION:
            return
    with database.writing(alone=True) as connection:
        version = _version(connection, database.where)
        if version is None:
            METADATA.create_all(connection)
            for statement in ONLY_APPENDED[connection.dialect.name]:
                connection.exec_driver_sql(statement)
            connection.execute(STORE_SCHEMA.insert().values(version=VERSION))
            return
        for step in range(version, VERSION):
            MIGRATIONS[step](connection)
        connection.execute(update(STORE_SCHEMA).values(version=VERSION))


def _version(connection: Connection, where: str) -> int | None:
    """Of the store; ``None`` where it is empty."""
    tables = set(inspect(connection).get_table_names())
    if STORE_SCHEMA.name not in tables:
        if tables & set(METADATA.tables):
            raise StoreError(f"{where} is the database of another program. Choose another file or database.")
        return None
    version = connection.execute(select(STORE_SCHEMA.c.version)).scalar_one()
    if version > VERSION:
        raise StoreError(
            f"The store {where} was written by a newer version of this program (tables of version {version}; "
            f"this program knows {VERSION}). Update the program, or open another store."
        )
    return int(version)
