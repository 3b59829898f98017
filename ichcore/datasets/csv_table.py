"""CSV tables that come with a set: opened, and refused in one sentence where they are something else."""

from __future__ import annotations

import contextlib
import csv
from typing import TYPE_CHECKING, TextIO

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextlib.contextmanager
def opened_table(path: Path) -> Iterator[TextIO]:
    """The table's text, with or without a byte order mark.

    Raises:
        InputError: if it, or what the block reads of it, is no table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as a table ({error}).") from error


def rows_with(stream: TextIO, columns: Sequence[str], path: Path, kind: str) -> csv.DictReader[str]:
    """Rows by the names of their columns, which may have blanks around them.

    Args:
        stream: of :func:`opened_table`.
        columns: that it must have.
        path: for the message.
        kind: what the table should be, such as ``CQ500 reads``.

    Raises:
        InputError: if a column is lacking.
    """
    rows = csv.DictReader(stream)
    rows.fieldnames = [name.strip() for name in rows.fieldnames or ()]
    lacking = [name for name in columns if name not in rows.fieldnames]
    if lacking:
        raise InputError(f"{path.name} is no table of {kind}: it lacks {', '.join(sorted(lacking))}.")
    return rows
