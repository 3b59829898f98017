"""CQ500: studies read by three radiologists, each as a whole; for looking, not for training.

Source: Chilamkurthy et al., Lancet 2018;392:2388.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.csv_table import opened_table, rows_with
from ichcore.datasets.dicom_case import decode_alone
from ichcore.datasets.labelled import LabelledSeries, nothing_known
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError
from ichcore.opening import find_series
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TERMS = Terms(
    "CQ500",
    "CC BY-NC-SA 4.0; looked at only, never trained on",
    may_train=False,
    non_commercial=True,
    citation="Chilamkurthy et al., Lancet 2018;392:2388",
)
_COLUMNS = {
    "any": "ICH",
    "epidural": "EDH",
    "intraparenchymal": "IPH",
    "intraventricular": "IVH",
    "subarachnoid": "SAH",
    "subdural": "SDH",
}
_READERS = ("R1", "R2", "R3")
_NUMBER = re.compile(r"CQ500[-_ ]?CT[-_ ]?(\d+)", re.IGNORECASE)

Reads = tuple[tuple[bool, ...], tuple[bool, ...]]
"""Labels of a study and which of them are known, six each."""


def read_cq500_reads(path: Path) -> dict[int, Reads]:
    """The majority of the three readers of every study in ``reads.csv``, by the study's number.

    A class that a reader left open still has a majority where the other two agree; else it is not known.

    Raises:
        InputError: if the table is not laid out so; names the line.
    """
    reads: dict[int, Reads] = {}
    wanted = ["name", *(f"{r}:{c}" for r in _READERS for c in _COLUMNS.values())]
    with opened_table(path) as stream:
        rows = rows_with(stream, wanted, path, "CQ500 reads")
        for row in rows:
            number = _NUMBER.search(row["name"] or "")
            if number is None:
                raise InputError(
                    f"{path.name}, line {rows.line_num}: found {row['name']!r}, expected CQ500-CT-…"
                )
            majority = [_majority([row[f"{r}:{c}"] for r in _READERS]) for c in _COLUMNS.values()]
            labels, known = (tuple(part) for part in zip(*majority, strict=True))
            reads[int(number[1])] = (labels, known)
    return reads


def _majority(votes: Sequence[str | None]) -> tuple[bool, bool]:
    """What at least two of three say, and whether two do."""
    counts = [sum((vote or "").strip() == answer for vote in votes) for answer in ("0", "1")]
    return counts[1] >= 2, max(counts) >= 2


@dataclass(frozen=True)
class Cq500Case:
    """One study, which stands for its patient: the set names no patients."""

    folder: Path
    name: str
    files: tuple[Path, ...]
    reads: Reads | None

    @property
    def patient(self) -> str:
        """The study."""
        return self.name

    @property
    def facts(self) -> str:
        """The reads."""
        return repr(self.reads)

    def open(self) -> LabelledSeries:
        """The best non-contrast axial series of the study.

        A study read as free of a class has no slice with it; in one read as having it no slice is known.
        """
        entry = find_series(self.folder).proposed
        if entry is None:
            raise InputError(f"{self.name} holds no series of axial slices.")
        volume, there, notes = decode_alone(entry.source)
        labels, known = nothing_known(volume.shape[0])
        if self.reads is None:
            return LabelledSeries(volume, labels, known, notes=(*notes, "There are no reads of this study."))
        positive, stated = (np.array(part, bool) for part in self.reads)
        known[there] = stated & ~positive
        return LabelledSeries(volume, labels, known, series_labels=positive, series_known=stated, notes=notes)


@dataclass(frozen=True)
class Cq500:
    """The set as folders of studies.

    Attributes:
        root: holds a folder a study, at any depth, whose name has the study's number, and ``reads.csv``.
        reads: where the reads are, if elsewhere. Without any, nothing is known of any study.
    """

    root: Path
    reads: Path | None = None
    name: str = "cq500"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[Cq500Case], list[LeftOut]]:
        """Every study with files; one without reads has no known label."""
        if not self.root.is_dir():
            raise InputError(f"{self.root} is no folder; give the folder that holds the studies of CQ500.")
        table = self.reads or self.root / "reads.csv"
        reads = read_cq500_reads(table) if self.reads is not None or table.is_file() else {}
        cases: list[Cq500Case] = []
        left: list[LeftOut] = []
        for folder in sorted(p for p in self.root.iterdir() if p.is_dir()):
            number = _NUMBER.search(folder.name)
            files = tuple(sorted(p for p in folder.rglob("*") if p.is_file())) if number else ()
            if number is None or not files:
                left.append(LeftOut(folder.name, "It holds no study of CQ500."))
            else:
                study = int(number[1])
                cases.append(Cq500Case(folder, f"CQ500-CT-{study}", files, reads.get(study)))
        if not cases:
            raise InputError(f"{self.root} holds no study; expected folders named like CQ500CT0.")
        return cases, left
