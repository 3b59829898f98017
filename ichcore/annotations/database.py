"""The connection to the store: a file of SQLite, or PostgreSQL by URL."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ichcore.annotations.failures import store_error
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

BUSY_MS = 10_000
"""How long a writer waits for another process to finish its transaction, which takes a few milliseconds."""
_CREATING = 0x1C4C0DE
"""Key of PostgreSQL's advisory lock."""

_EACH_SQLITE_CONNECTION = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    # a table of a file from outside calls no functions
    "PRAGMA trusted_schema=OFF",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_mode=WAL",
    # a commit returns when it is on the disk, so that a power cut takes nothing that was acknowledged
    "PRAGMA synchronous=FULL",
    # on macOS the disk's own cache is flushed by this alone
    "PRAGMA fullfsync=ON",
)


class Database:
    """Transactions on a store; every failure is a :class:`~ichcore.errors.StoreError`.

    Args:
        where: path of a file, whose folder is made where it is missing, or a URL such as
            ``postgresql://ada@server/ich``.

    Raises:
        StoreError: if it is neither, or its driver is not installed. The database itself is reached when
            it is first used.
    """

    def __init__(self, where: Path | str) -> None:
        url = _url(where)
        self.where = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()
        self._engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: all of it sees one state of the store.

        Raises:
            StoreError: if the store cannot be read.
        """
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Connection]:
        """A transaction that is on the disk when the block has ended well, and never was when it has not.

        Args:
            alone: wait until no other writer creates a series, an annotation or a table. SQLite has one
                writer anyway.

        Raises:
            StoreError: if the store cannot be written.
        """
        with self._told(), self._engine.connect() as idle:
            connection = idle.execution_options(ich_writes=True)
            with connection.begin():
                if alone and connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATING})
                yield connection

    def close(self) -> None:
        """Let go of file and connections."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise store_error(self.where, error) from error


def _url(where: Path | str) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(Path(where).absolute()))
    try:
        url = make_url(where)
    except ArgumentError:
        url = URL.create("none")
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    raise StoreError("A store is the path of a file, or a URL such as postgresql://name@server/database.")


def _sqlite(url: URL) -> Engine:
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The store's folder {folder} cannot be made ({error.strerror}). Choose another folder, or give "
            "yourself the right to write there."
        ) from error
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # the driver's own idea of when a transaction begins comes too late for SELECT: see BEGIN below
        connection.isolation_level = None
        for pragma in _EACH_SQLITE_CONNECTION:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a writer takes its lock at once, so that what it reads first is still so when it writes
        writes = connection.get_execution_options().get("ich_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10}
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "A store in PostgreSQL needs the package psycopg: pip install 'ichviewer[team]'."
        ) from error

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("SET synchronous_commit = on")
        connection.execute(f"SET lock_timeout = {BUSY_MS}")
        connection.commit()

    return engine
