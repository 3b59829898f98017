"""Our tables of the RSNA challenge read back: rows by series, and the rules that they keep."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ichcore.errors import InputError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation

TABLE, LEFT_OUT, SLICES = "stage_2_train.csv", "left_out.csv", "slices.csv"
SLICES_HEADER = ("id", "sop_instance_uid", "index", "series_instance_uid")
PREFIX = "ID_"
UNSURE = "unsure"

Tables = dict[str, list[list[str]]]
"""Rows by the name of their file, the header first."""


def read_tables(folder: Path) -> Tables:
    """All three, by splitting lines and not by the library that wrote them.

    Raises:
        InputError: if one cannot be read, or a row has not as many cells as the header.
    """
    tables = {}
    for name in (TABLE, LEFT_OUT, SLICES):
        try:
            lines = (folder / name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{folder / name} cannot be read ({error}).") from error
        rows = [line.split(",") for line in lines]
        if not rows or any(len(row) != len(rows[0]) for row in rows):
            raise InputError(f"{folder / name} is damaged; export into a new folder.")
        tables[name] = rows
    return tables


def without_series(tables: Mapping[str, Sequence[Sequence[str]]], annotation: Annotation) -> Tables:
    """The rows of all other series, without headers.

    A table of an earlier version does not name its series: its rows are told by their slices.
    """
    uid, uids = annotation.series_instance_uid, set(annotation.sop_instance_uids)
    slices = [
        list(row)
        for row in tables[SLICES][1:]
        if row[1] not in uids and (len(row) < len(SLICES_HEADER) or row[3] != uid)
    ]
    kept = {row[0] for row in slices}
    found = {
        name: [list(row) for row in tables[name][1:] if row[0].rpartition("_")[0] in kept]
        for name in (TABLE, LEFT_OUT)
    }
    return {**found, SLICES: [[*row, *[""] * (len(SLICES_HEADER) - len(row))] for row in slices]}


def broken_table_rules(tables: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """A sentence for each rule that the tables break: six labels a slice, stated or left out, once each."""
    slices = [row[0] for row in tables[SLICES][1:]]
    stated = Counter(row[0] for name in (TABLE, LEFT_OUT) for row in tables[name][1:])
    wanted = {f"{one}_{kind}" for one in slices for kind in CLASSES}
    said = []
    if len(set(slices)) != len(slices):
        said.append(f"{SLICES} lists a slice more than once.")
    said += [f"{name} stands in the tables more than once." for name, count in stated.items() if count > 1]
    missing, strange = sorted(wanted - set(stated)), sorted(set(stated) - wanted)
    if missing:
        said.append(f"{missing[0]} stands neither in {TABLE} nor in {LEFT_OUT} ({len(missing)} such labels).")
    if strange:
        said.append(f"{strange[0]} is of no slice in {SLICES} ({len(strange)} such labels).")
    if any(row[1] not in {"0", "1"} for row in tables[TABLE][1:]):
        said.append(f"{TABLE} holds a label other than 0 and 1.")
    return said


def rsna_rules(folder: Path) -> list[str]:
    """:func:`broken_table_rules` of the tables in a format's folder.

    Raises:
        InputError: if one cannot be read.
    """
    return broken_table_rules(read_tables(folder))


def slice_id(sop_instance_uid: str) -> str:
    """The id of a slice in the table."""
    return sop_instance_uid if sop_instance_uid.startswith(PREFIX) else f"{PREFIX}{sop_instance_uid}"
