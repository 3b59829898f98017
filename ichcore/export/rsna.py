"""The labels as a table of the RSNA 2019 challenge: ``ID_xxx_subtype,Label``, six rows a slice.

A label that is unsure or unknown has no row, and stands in ``left_out.csv`` with the reason.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.slice_labels import slice_labels
from ichcore.errors import InputError
from ichcore.export.rsna_reading import (
    LEFT_OUT,
    SLICES,
    SLICES_HEADER,
    TABLE,
    UNSURE,
    broken_table_rules,
    read_tables,
    slice_id,
    without_series,
)
from ichcore.files import write_text
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation
    from ichcore.export.material import Material

NOBODY, UNSTATED = "nobody looked", "subtype not stated"


class RsnaTable:
    """The format ``rsna``: ``stage_2_train.csv``, ``left_out.csv``, ``slices.csv``; it takes several series.

    A slice's id is its SOP Instance UID with ``ID_`` before it, unless it has that already; ``slices.csv``
    says which id is which slice of which series.
    """

    name = "rsna"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Add the series' rows to the tables in ``folder``, or take their place there.

        Raises:
            InputError: if a UID cannot stand in a table, or what is there already is damaged.
            OSError: if the folder cannot be written.
        """
        annotation = material.annotation
        tables = _tables(annotation)
        if (folder / TABLE).is_file():
            others = without_series(read_tables(folder), annotation)
            tables = {name: [*rows[:1], *others[name], *rows[1:]] for name, rows in tables.items()}
        for name, rows in tables.items():
            stream = io.StringIO()
            csv.writer(stream, lineterminator="\n").writerows(rows)
            write_text(folder / name, stream.getvalue())
        return (folder / TABLE, folder / LEFT_OUT, folder / SLICES)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Read every row of the series back and compare; check the whole tables.

        Raises:
            InputError: if a table cannot be read.
        """
        annotation = material.annotation
        tables = read_tables(folder)
        others = without_series(tables, annotation)
        said = broken_table_rules(tables)
        for name, rows in _tables(annotation).items():
            kept = set(map(tuple, others[name]))
            found = [row for row in tables[name] if tuple(row) not in kept]
            if found != [list(row) for row in rows]:
                said.append(f"{name} does not hold the {len(rows)} rows that the annotation gives.")
        labels = slice_labels(annotation)
        stated = dict(tables[TABLE][1:])
        for index, uid in enumerate(annotation.sop_instance_uids):
            for column, kind in enumerate(CLASSES):
                expected = str(int(labels.labels[index, column])) if labels.known[index, column] else None
                if stated.get(f"{slice_id(uid)}_{kind}") != expected:
                    said.append(f"{TABLE} states another {kind} of slice {index + 1} than the annotation.")
        return said


def _tables(annotation: Annotation) -> dict[str, Sequence[Sequence[str]]]:
    said = slice_labels(annotation)
    table: list[Sequence[str]] = [("ID", "Label")]
    left: list[Sequence[str]] = [("ID", "Reason")]
    slices: list[Sequence[str]] = [SLICES_HEADER]
    (series,) = _of_one_line([annotation.series_instance_uid])
    for index, uid in enumerate(_of_one_line(annotation.sop_instance_uids)):
        name = slice_id(uid)
        slices.append((name, uid, str(index), series))
        for column, kind in enumerate(CLASSES):
            if said.known[index, column]:
                table.append((f"{name}_{kind}", str(int(said.labels[index, column]))))
            elif said.unsure[index, column]:
                left.append((f"{name}_{kind}", UNSURE))
            else:
                unstated = bool(said.finished[index]) or bool(np.any(said.known[index]))
                left.append((f"{name}_{kind}", UNSTATED if unstated else NOBODY))
    return {TABLE: table, LEFT_OUT: left, SLICES: slices}


def _of_one_line(uids: Iterable[str]) -> list[str]:
    """UIDs, none of which may break a table."""
    listed = list(uids)
    strange = next((uid for uid in listed if set(uid) & set(',"\r\n')), None)
    if strange is not None:
        raise InputError(f"The UID {strange!r} cannot stand in a table; nothing was written.")
    return listed
