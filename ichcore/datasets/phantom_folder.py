"""A folder of phantoms as ``ichcore phantom`` writes it: DICOM, label map, boxes and one table of slices."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.dicom_case import read_one_series
from ichcore.datasets.labelled import LabelledSeries, nothing_known
from ichcore.datasets.terms import OWN_TERMS, Terms
from ichcore.errors import InputError
from ichcore.nifti import read_nifti
from ichcore.phantom.sets import LABEL_COLUMNS
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Rows = tuple[tuple[str, str], ...]
"""SOP Instance UID and seven digits, 0 or 1: the six classes and the blend sign."""


@dataclass(frozen=True)
class PhantomFolderCase:
    """One phantom: ``cases/NNNN``."""

    folder: Path
    patient: str
    rows: Rows

    @property
    def name(self) -> str:
        """The folder's number."""
        return self.folder.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Slices and label map."""
        return (*sorted((self.folder / "dicom").glob("*.dcm")), self.folder / "truth.nii.gz")

    @property
    def facts(self) -> str:
        """The rows of the table."""
        return repr(self.rows)

    def open(self) -> LabelledSeries:
        """Read slices, label map and labels; the boxes follow from the label map."""
        volume, there, notes = read_one_series(self.files[:-1])
        truth = read_nifti(self.files[-1]).hu.astype(np.uint8)
        if truth.shape != volume.shape:
            raise InputError(
                f"{self.folder} holds {volume.shape} slices and truth {truth.shape}; write it anew."
            )
        stated = dict(self.rows)
        labels, known = nothing_known(volume.shape[0])
        blend_sign = np.zeros(volume.shape[0], bool)
        for index, uid in enumerate(volume.sop_instance_uids):
            if uid in stated and there[index]:
                digits = [digit == "1" for digit in stated[uid]]
                labels[index], known[index], blend_sign[index] = digits[:-1], True, digits[-1]
        return LabelledSeries(volume, labels, known, truth=truth, blend_sign=blend_sign, notes=notes)


@dataclass(frozen=True)
class PhantomFolder:
    """A folder that ``ichcore phantom OUT`` wrote.

    Attributes:
        root: holds ``labels.csv`` and ``cases``.
    """

    root: Path
    name: str = "phantom-folder"
    terms: Terms = OWN_TERMS

    def cases(self) -> tuple[Sequence[PhantomFolderCase], list[LeftOut]]:
        """Every case that the table lists."""
        rows: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        table = self.root / "labels.csv"
        try:
            with table.open(encoding="utf-8", newline="") as stream:
                reader = csv.reader(stream)
                if tuple(next(reader, ())) != LABEL_COLUMNS:
                    raise InputError(f"{table} is no table of phantoms; write the folder anew.")
                for patient, series, uid, *digits in reader:
                    rows[patient, series].append((uid, "".join(digits)))
        except OSError as error:
            raise InputError(
                f"{self.root} holds no labels.csv ({error.strerror}); give a folder of ichcore phantom."
            ) from error
        except ValueError as error:
            raise InputError(f"{table} is damaged ({error}); write the folder anew.") from error
        # cases are numbered in the order that the table lists them in
        folders = [self.root / "cases" / f"{number:04d}" for number in range(1, len(rows) + 1)]
        cases = [
            PhantomFolderCase(folder, patient, tuple(listed))
            for folder, ((patient, _), listed) in zip(folders, rows.items(), strict=True)
        ]
        left = [LeftOut(c.name, "Its folder is not there.") for c in cases if not c.folder.is_dir()]
        return [case for case in cases if case.folder.is_dir()], left
