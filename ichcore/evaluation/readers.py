"""People's answers on whole scans, scored beside the models (Burduja 2020, Table 5) and among each other."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.annotations.kappa import reliability
from ichcore.datasets.csv_table import opened_table
from ichcore.errors import InputError
from ichcore.evaluation.report import report_of, rounded
from ichcore.evaluation.scored import Scored
from ichcore.evaluation.tables.outcome import READER, Outcome
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ANSWERS: Mapping[str, float] = {"0": 0.0, "1": 1.0, "": math.nan}
"""What a cell may hold: no, yes, nothing said."""


@dataclass(frozen=True, eq=False)
class Readers:
    """Answers of R readers on P patients' scans.

    Attributes:
        names: of the R readers.
        patients: P names.
        answers: float ``(R, P, 6)``: 0, 1, or NaN where nothing was said.
    """

    names: tuple[str, ...]
    patients: tuple[str, ...]
    answers: NDArray[np.float64]

    def outcomes(self, scored: Scored, data: str, *, resamples: int = 300) -> list[Outcome]:
        """Each reader as an evaluation of series, against the labels of a scored set.

        Args:
            scored: a model on the set; its series' labels are the truth.
            data: name of the set.
            resamples: draws of each interval.

        Raises:
            InputError: if no patient of the readers is in the set.
        """
        series = scored.series
        row = {patient: i for i, patient in enumerate(self.patients)}
        there = [patient in row for patient in series.patients]
        if not any(there):
            raise InputError("None of the readers' patients is in the set; name them as the set does.")
        at = [row.get(patient, 0) for patient in series.patients]
        found = []
        for name, answers in zip(self.names, self.answers, strict=True):
            said = np.where(np.array(there)[:, None], answers[at], math.nan)
            own = Scored(said, series.labels, series.known, series.case, series.patients)
            report = {"series": report_of(own, resamples=resamples)["series"]}
            found.append(Outcome(name, READER, data, {"reader": name}, report))
        return found

    def agreement(self) -> dict[str, Any]:
        """Kappas of each class over the scans that all readers answered; see :func:`reliability`."""
        found: dict[str, Any] = {}
        for column, name in enumerate(CLASSES):
            ratings = self.answers[:, :, column].T
            whole = ratings[~np.isnan(ratings).any(axis=1)]
            if len(whole) and len(self.names) > 1:
                found[name] = reliability(whole.astype(np.int64), ("no", "yes"))["yes"]
        plain: dict[str, Any] = rounded(found)
        return plain


def read_readers(path: Path) -> Readers:
    """Read ``reader,patient,any,epidural,…``, one row a reader and scan; cells are 0, 1 or empty.

    Raises:
        InputError: if a column is missing, a cell is something else, or a row is there twice.
    """
    with opened_table(path) as stream:
        rows = list(csv.DictReader(stream))
    wanted = ("reader", "patient", *CLASSES)
    missing = [name for name in wanted if not rows or name not in rows[0]]
    if missing:
        raise InputError(f"{path} lacks {', '.join(missing)}; its columns should be {','.join(wanted)}.")
    names = tuple(dict.fromkeys(row["reader"] for row in rows))
    patients = tuple(dict.fromkeys(row["patient"] for row in rows))
    answers = np.full((len(names), len(patients), len(CLASSES)), math.nan)
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, 2):
        key = (row["reader"], row["patient"])
        if key in seen:
            raise InputError(f"{path}, line {number}: {key[0]} answers twice for {key[1]}; keep one.")
        seen.add(key)
        answers[names.index(key[0]), patients.index(key[1])] = _cells(row, f"{path}, line {number}")
    return Readers(names, patients, answers)


def _cells(row: Mapping[str, str | None], where: str) -> Sequence[float]:
    cells = []
    for name in CLASSES:
        text = (row[name] or "").strip()
        if text not in ANSWERS:
            raise InputError(f"{where}: {name} is {text!r}; expected 0, 1 or nothing.")
        cells.append(ANSWERS[text])
    return cells
