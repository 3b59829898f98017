"""What a database says when it fails, as one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ichcore.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

_Sentences = tuple[tuple[tuple[str, ...], str], ...]
"""By the beginnings of error codes."""

_OF_SQLITE: _Sentences = (
    (
        ("SQLITE_FULL", "SQLITE_IOERR"),
        (
            "cannot be written: the disk or a quota is full, or the disk fails. What was stored before is "
            "whole; free some room, then store again"
        ),
    ),
    (
        ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
        "is read-only. Give yourself the right to write the file and its folder, or choose another store",
    ),
    (
        ("SQLITE_CANTOPEN",),
        "cannot be opened. Its folder must exist, and you need the right to write files there",
    ),
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "is being written by another program. Nothing is lost; store again in a moment",
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "is no database, or is damaged. Keep the file as it is, and open a backup or another store",
    ),
    (("SQLITE_TOOBIG", "SQLITE_NOMEM"), "cannot take so much at once. Do it in smaller parts"),
)
_OF_POSTGRESQL: _Sentences = (
    (
        ("53100",),
        "cannot be written: the server's disk is full. What was stored before is whole; store again",
    ),
    (("25006",), "is read-only at present, as a standby server is. Store again on the primary"),
    (("42501",), "does not allow this to your account. Ask its owner for the right to read and write"),
    (("28",), "does not accept the name or password of its URL"),
    (("3D",), "does not exist on that server. Create the database, or correct the URL"),
    (("40", "55P03"), "was busy with another writer. Nothing is lost; store again"),
    (
        ("53", "57", "08"),
        "cannot be reached. Check its URL; nothing is lost, so store again when the server answers",
    ),
)


def store_error(where: str, error: DBAPIError) -> StoreError:
    """The sentence for an error of SQLite or PostgreSQL.

    Args:
        where: the store, without a password.
        error: as SQLAlchemy raised it. Its own text is not used: it holds what was to be stored.
    """
    cause = error.orig
    lines = str(cause).strip().splitlines() or ["no reason given"]
    if isinstance(cause, sqlite3.Error):
        code, table = getattr(cause, "sqlite_errorname", ""), _OF_SQLITE
    else:
        # a connection that never was has no code; the server's own word is in the last line
        code, table = getattr(cause, "sqlstate", None) or f"08, {lines[-1].strip()}", _OF_POSTGRESQL
    for prefixes, sentence in table:
        if code.startswith(prefixes):
            return StoreError(f"The store {where} {sentence} ({code}).")
    return StoreError(f"The store {where} refused ({lines[0]}).")
