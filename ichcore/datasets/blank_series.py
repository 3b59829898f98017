"""Series of heads that somebody knows to be free of acute blood; nothing is written down but that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.datasets.dicom_case import decode_alone
from ichcore.datasets.labelled import LabelledSeries, nothing_known
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError
from ichcore.opening import find_series
from ichcore.pictures.display_window import estimate_window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ichcore.sources import LeftOut

TERMS = Terms("series without blood", "as their owner grants")


@dataclass(frozen=True)
class BlankCase:
    """The best non-contrast axial series of a folder or file."""

    path: Path
    facts: str = ""

    @property
    def name(self) -> str:
        """The folder's or file's name."""
        return self.path.name

    @property
    def patient(self) -> str:
        """One folder is one patient."""
        return self.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything in it."""
        return tuple(sorted(p for p in self.path.rglob("*") if p.is_file())) or (self.path,)

    def open(self) -> LabelledSeries:
        """Read it; every slice with a picture is known to show none of the classes."""
        entry = find_series(self.path).proposed
        if entry is None:
            raise InputError(f"{self.name} holds no series of axial slices.")
        volume, there, notes = decode_alone(entry.source)
        labels, known = nothing_known(volume.shape[0])
        known[there] = True
        window = None if volume.is_hu else estimate_window(volume.hu)
        return LabelledSeries(volume, labels, known, window=window, notes=notes)


@dataclass(frozen=True)
class BlankSeries:
    """A folder of such series.

    Attributes:
        root: holds a folder a patient; where it holds slices itself, it is one patient's.
    """

    root: Path
    name: str = "blank"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[BlankCase], list[LeftOut]]:
        """Every folder."""
        if not self.root.is_dir():
            raise InputError(f"{self.root} is no folder; give one with a folder a patient.")
        folders = sorted(p for p in self.root.iterdir() if p.is_dir()) or [self.root]
        return [BlankCase(folder) for folder in folders], []
