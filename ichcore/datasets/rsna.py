"""RSNA 2019: a flat folder of DICOM slices and one table of labels.

Source: Flanders et al., Construction of a Machine Learning Dataset through Collaboration: The RSNA 2019 Brain
CT Hemorrhage Challenge, Radiology: Artificial Intelligence 2020;2(3):e190211.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.dicom_case import read_one_series
from ichcore.datasets.labelled import LabelledSeries, nothing_known, settle
from ichcore.datasets.rsna_index import index_headers
from ichcore.datasets.rsna_table import read_rsna_table, unpack
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TERMS = Terms(
    "RSNA 2019",
    "non-commercial research and education (RSNA)",
    non_commercial=True,
    citation="Flanders et al., Radiology: Artificial Intelligence 2020;2(3):e190211",
)


@dataclass(frozen=True)
class RsnaCase:
    """One series.

    Attributes:
        name: its SeriesInstanceUID.
        patient: its PatientID.
        files: its slices, by name.
        codes: labels of each file, packed by :mod:`ichcore.datasets.rsna_table`; 0 where the table has none.
    """

    name: str
    patient: str
    files: tuple[Path, ...]
    codes: tuple[int, ...]

    @property
    def facts(self) -> str:
        """The labels."""
        return repr(self.codes)

    def open(self) -> LabelledSeries:
        """Decode the slices in the order of their positions.

        A slice whose pixel data are cut off (``ID_6431af929`` is) or that the table lacks has no known label.
        """
        volume, there, notes = read_one_series(self.files)
        code_of = {path.stem: code for path, code in zip(self.files, self.codes, strict=True)}
        labels, known = nothing_known(volume.shape[0])
        for index, uid in enumerate(volume.sop_instance_uids):
            if there[index]:
                labels[index], known[index] = unpack(code_of.get(uid, 0))
        settle(labels, known)
        return LabelledSeries(volume, labels, known, notes=notes)


@dataclass(frozen=True)
class Rsna:
    """The set as it is unpacked.

    Attributes:
        root: holds ``stage_2_train.csv`` and the folder ``stage_2_train`` (or the same of stage 1).
        index: CSV of what the headers said, kept between runs; beside the cache is a good place.
    """

    root: Path
    index: Path
    name: str = "rsna"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[RsnaCase], list[LeftOut]]:
        """Every series of which at least one slice is labelled; the first run reads every header.

        The file name is the slice's SOP Instance UID and its id in the table.
        """
        table = self._table()
        images = next(
            (f for f in (self.root / table.stem, self.root / f"{table.stem}_images") if f.is_dir()), None
        )
        if images is None:
            raise InputError(f"{self.root} holds {table.name} but no folder {table.stem}; unpack it there.")
        packed = read_rsna_table(table)
        entries, left = index_headers(images, self.index)
        series: dict[tuple[str, str], list[str]] = defaultdict(list)
        for file, (patient, uid) in entries.items():
            series[uid, patient].append(file)
        cases = []
        for (uid, patient), names in sorted(series.items()):
            codes = tuple(packed.get(name.rpartition(".")[0], 0) for name in names)
            if any(codes):
                cases.append(RsnaCase(uid, patient, tuple(images / name for name in names), codes))
            else:
                left.append(LeftOut(uid, "The table labels none of its slices."))
        absent = np.setdiff1d(list(packed), [name.rpartition(".")[0] for name in entries])
        if len(absent):
            left.append(LeftOut(table.name, f"It labels {len(absent)} slices that are not in {images.name}."))
        return cases, left

    def _table(self) -> Path:
        found = sorted(self.root.glob("stage_*_train.csv"))
        if not found:
            raise InputError(f"{self.root} holds no stage_2_train.csv; give the folder of the challenge.")
        return found[-1]
