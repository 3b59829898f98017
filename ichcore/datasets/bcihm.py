"""BCIHM (PhysioNet ct-ich): NIfTI volumes, masks without subtype, and a table of every slice's subtypes.

Source: Hssayeni et al., Intracranial Hemorrhage Segmentation Using a Deep Convolutional Model, Data
2020;5(1):14.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nibabel as nib
import numpy as np

from ichcore.datasets.csv_table import opened_table, rows_with
from ichcore.datasets.labelled import LabelledSeries, nothing_known, settle
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError
from ichcore.nifti import read_nifti
from ichcore.sources import LeftOut
from ichcore.subtypes import CLASSES, SUBTYPES, UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TERMS = Terms(
    "BCIHM (PhysioNet ct-ich)",
    "CC BY 4.0",
    citation="Hssayeni et al., Data 2020;5(1):14; PhysioNet, doi:10.13026/4nae-zg36",
)
SCANS, MASKS = "ct_scans", "masks"
TABLES = ("hemorrhage_diagnosis_raw_ct.csv", "hemorrhage_diagnosis.csv")
_NAMES = {name.capitalize(): name for name in SUBTYPES}

Rows = tuple[tuple[int, tuple[bool, ...]], ...]
"""Slice number, from 1, and its five subtypes."""


def read_bcihm_table(path: Path) -> dict[int, Rows]:
    """The subtypes of every slice, by patient.

    Raises:
        InputError: if the table is not laid out so; names the line.
    """
    found: dict[int, list[tuple[int, tuple[bool, ...]]]] = defaultdict(list)
    with opened_table(path) as stream:
        rows = rows_with(stream, ("PatientNumber", "SliceNumber", *_NAMES), path, "ct-ich")
        for row in rows:
            try:
                patient, number = int(float(row["PatientNumber"])), int(float(row["SliceNumber"]))
                stated = {_NAMES[name]: float(row[name]) > 0 for name in _NAMES}
            except (TypeError, ValueError) as error:
                raise InputError(f"{path.name}, line {rows.line_num}: expected numbers ({error}).") from error
            found[patient].append((number, tuple(stated[name] for name in SUBTYPES)))
    return {patient: tuple(rows) for patient, rows in found.items()}


@dataclass(frozen=True)
class BcihmCase:
    """One patient: a volume, a mask where one was drawn, and the rows of the table."""

    number: int
    scan: Path
    mask: Path | None
    rows: Rows

    @property
    def name(self) -> str:
        """The patient's number, as the files have it."""
        return self.scan.name.split(".", maxsplit=1)[0]

    @property
    def patient(self) -> str:
        """The same."""
        return self.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Volume and mask."""
        return (self.scan,) if self.mask is None else (self.scan, self.mask)

    @property
    def facts(self) -> str:
        """The rows."""
        return repr(self.rows)

    def open(self) -> LabelledSeries:
        """Read volume, mask and labels.

        Slices are numbered from 1 along the file's third axis, which may run to the feet. The mask states no
        subtype: in a slice with one subtype it is that, in a slice with several it is 6, unstated. A slice
        that the table lacks has no known label.
        """
        volume = read_nifti(self.scan)
        count = volume.shape[0]
        turned = _third_axis_descends(self.scan)
        labels, known = nothing_known(count)
        notes = []
        for number, subtypes in self.rows:
            if not 1 <= number <= count:
                notes.append(f"The table has slice {number}, the volume {count} slices.")
                continue
            index = count - number if turned else number - 1
            labels[index, 1:], known[index] = subtypes, True
        labels[:, 0] = labels[:, 1:].any(axis=1)
        settle(labels, known)
        truth = None if self.mask is None else self._truth(self.mask, volume.shape, labels)
        return LabelledSeries(volume, labels, known, truth=truth, notes=tuple(notes))

    def _truth(self, mask: Path, shape: tuple[int, ...], labels: NDArray[np.bool_]) -> NDArray[np.uint8]:
        drawn = read_nifti(mask).hu > 0
        if drawn.shape != shape:
            raise InputError(f"{self.name}: the mask is {drawn.shape}, the volume {shape}; fetch it again.")
        value = np.full(len(labels), UNSTATED_LABEL, np.uint8)
        for name in SUBTYPES:
            alone = labels[:, CLASSES.index(name)] & (labels[:, 1:].sum(axis=1) == 1)
            value[alone] = hemorrhage_class(name).label or 0
        return np.asarray(drawn * value[:, None, None], np.uint8)


def _third_axis_descends(path: Path) -> bool:
    """Whether the file's third axis runs to the feet."""
    return str(nib.orientations.aff2axcodes(nib.Nifti1Image.from_filename(path).affine)[2]) == "I"


@dataclass(frozen=True)
class Bcihm:
    """The set as it is unpacked.

    Attributes:
        root: holds ``ct_scans``, ``masks`` and the table of slices.
    """

    root: Path
    name: str = "bcihm"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[BcihmCase], list[LeftOut]]:
        """Every volume that the table speaks of."""
        table = next((self.root / name for name in TABLES if (self.root / name).is_file()), None)
        if table is None:
            raise InputError(f"{self.root} holds no {TABLES[0]}; give the folder of ct-ich.")
        rows = read_bcihm_table(table)
        cases: list[BcihmCase] = []
        left: list[LeftOut] = []
        for scan in sorted((self.root / SCANS).glob("*.nii*")):
            stem = scan.name.split(".", maxsplit=1)[0]
            number = int(stem) if stem.isdigit() else -1
            if number not in rows:
                left.append(LeftOut(scan.name, "The table does not speak of it."))
                continue
            mask = next(iter(sorted((self.root / MASKS).glob(f"{stem}.nii*"))), None)
            cases.append(BcihmCase(number, scan, mask, rows[number]))
        if not cases:
            raise InputError(f"{self.root} holds no {SCANS}/NNN.nii that its table speaks of.")
        return cases, left
