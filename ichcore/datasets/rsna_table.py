"""The label table of RSNA 2019: ``ID_xxx_subtype,Label``, six rows a slice, read as a stream."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ichcore.datasets.csv_table import opened_table
from ichcore.errors import InputError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from pathlib import Path

_BIT = {name: 1 << column for column, name in enumerate(CLASSES)}
_KNOWN = len(CLASSES)


def read_rsna_table(path: Path) -> dict[str, int]:
    """Labels of every slice, packed, so that 4.5 million rows take no more than a dictionary of integers.

    A slice that is listed twice (four are) counts once; where its rows differ, that class is not known.

    Returns:
        For each slice id (``ID_…``) a number whose bits 0–5 are the labels in class order and whose bits 6–11
        say which of them are known; :func:`unpack` reads it.

    Raises:
        InputError: if the table is not laid out so; names the line.
    """
    packed: dict[str, int] = {}
    with opened_table(path) as stream:
        rows = csv.reader(stream)
        if next(rows, None) != ["ID", "Label"]:
            raise InputError(f"{path.name} is no table of RSNA 2019: its first line is not ID,Label.")
        for row in rows:
            if not row:
                continue
            name, _, kind = row[0].rpartition("_")
            bit = _BIT.get(kind)
            if len(row) != 2 or bit is None or row[1] not in {"0", "1"}:
                raise InputError(
                    f"{path.name}, line {rows.line_num}: found {','.join(row)[:60]!r}, expected "
                    "ID_xxx_subtype,0 or 1."
                )
            packed[name] = _with(packed.get(name, 0), bit, positive=row[1] == "1")
    return packed


def _with(code: int, bit: int, *, positive: bool) -> int:
    """A slice's number after one more row."""
    conflict = bit << 2 * _KNOWN
    if code & conflict:
        return code
    if code & (bit << _KNOWN) and bool(code & bit) != positive:
        return (code & ~(bit | bit << _KNOWN)) | conflict
    return code | bit << _KNOWN | (bit if positive else 0)


def unpack(code: int) -> tuple[list[bool], list[bool]]:
    """Labels and which of them are known, six each in class order."""
    columns = range(len(CLASSES))
    return [bool(code >> c & 1) for c in columns], [bool(code >> (c + _KNOWN) & 1) for c in columns]
