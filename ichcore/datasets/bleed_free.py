"""Series that whoever gives them says are free of hemorrhage: a folder of DICOM series, one folder each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.dicom_case import read_one_series
from ichcore.datasets.labelled import LabelledSeries, nothing_known
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ichcore.sources import LeftOut

TERMS = Terms("own series", "as their owner grants", non_commercial=False)


@dataclass(frozen=True)
class BleedFreeCase:
    """One folder of files of one series."""

    folder: Path
    files: tuple[Path, ...]
    facts: str = "bleed-free"

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def patient(self) -> str:
        """The same: a folder a patient."""
        return self.folder.name

    def open(self) -> LabelledSeries:
        """Read the series; every class is known not to be there, in every slice that holds a picture."""
        volume, there, notes = read_one_series(self.files)
        labels, known = nothing_known(len(there))
        known[there] = True
        return LabelledSeries(volume, labels, known, truth=np.zeros(volume.shape, np.uint8), notes=notes)


@dataclass(frozen=True)
class BleedFree:
    """A folder of such series, or one series.

    Attributes:
        root: holds a folder a series, or the files of one.
    """

    root: Path
    name: str = "bleed-free"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[BleedFreeCase], list[LeftOut]]:
        """Every folder with files."""
        if not self.root.is_dir():
            raise InputError(f"{self.root} is no folder; give one that holds a folder a series.")
        folders = sorted(p for p in self.root.iterdir() if p.is_dir()) or [self.root]
        cases = [
            BleedFreeCase(one, tuple(sorted(p for p in one.rglob("*") if p.is_file()))) for one in folders
        ]
        cases = [case for case in cases if case.files]
        if not cases:
            raise InputError(f"{self.root} holds no files; expected a folder of DICOM files a series.")
        return cases, []


def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
