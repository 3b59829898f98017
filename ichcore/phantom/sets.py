"""A set of phantoms on disk: DICOM, truth, boxes and one table of labels."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.files import write_text
from ichcore.nifti import write_nifti
from ichcore.phantom.case import PhantomCase, make_case
from ichcore.phantom.dicom_writing import write_dicom
from ichcore.phantom.scan import USUAL
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ichcore.progress import CancelToken, Progress

LABEL_COLUMNS = ("patient_id", "series_instance_uid", "sop_instance_uid", *CLASSES, "blend_sign")


def case_seed(seed: int, number: int) -> int:
    """The seed of case ``number`` (from 1) of the set made with ``seed``; sets do not share cases."""
    return int(np.random.SeedSequence([seed & 0xFFFFFFFF, number]).generate_state(1, np.uint64)[0] >> 1)


def iterate_cases(
    cases: int,
    seed: int,
    *,
    subtypes: Sequence[str] | None = None,
    mix: str = "natural",
    slices: int = 36,
    size: int = 512,
    blend_sign: bool | None = None,
    blend_mimic: bool | None = None,
    wide_cistern: bool = False,
    scanner: str = USUAL,
    cancel: CancelToken | None = None,
) -> Iterator[PhantomCase]:
    """The cases that :func:`write_cases` writes, one after another, without touching the disk."""
    for number in range(1, cases + 1):
        yield make_case(
            case_seed(seed, number),
            subtypes=subtypes,
            mix=mix,
            slices=slices,
            size=size,
            blend_sign=blend_sign,
            blend_mimic=blend_mimic,
            wide_cistern=wide_cistern,
            scanner=scanner,
            number=number,
            cancel=cancel,
        )


def write_cases(
    out: Path,
    cases: int,
    seed: int,
    *,
    subtypes: Sequence[str] | None = None,
    mix: str = "natural",
    slices: int = 36,
    size: int = 512,
    blend_sign: bool | None = None,
    blend_mimic: bool | None = None,
    wide_cistern: bool = False,
    scanner: str = USUAL,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Path:
    """Write ``cases`` phantoms under ``out``.

    Each goes to ``cases/NNNN/`` as ``dicom/*.dcm``, ``truth.nii.gz`` (label map on the series' grid, RAS)
    and ``boxes.json`` (``index``, ``sop_instance_uid``, ``class``, half-open ``box``);
    ``labels.csv`` lists every slice of the set.

    Args:
        out: folder, created where missing.
        cases: how many.
        seed: the same seed and arguments give the same bytes.
        subtypes: see :func:`~ichcore.phantom.make_case`.
        mix: see there.
        slices: see there.
        size: see there.
        blend_sign: see there.
        blend_mimic: see there.
        wide_cistern: see there.
        scanner: see there.
        progress: told after each case.
        cancel: asked between slices.

    Returns:
        The table of labels.

    Raises:
        InputError: if ``cases`` is below 1, or an argument of the phantom is wrong.
        CancelledError: if ``cancel`` was set; cases written so far stay, without a table.
    """
    if cases < 1:
        raise InputError(f"{cases} phantoms cannot be written; ask for at least 1.")
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(LABEL_COLUMNS)
    made = iterate_cases(
        cases,
        seed,
        subtypes=subtypes,
        mix=mix,
        slices=slices,
        size=size,
        blend_sign=blend_sign,
        blend_mimic=blend_mimic,
        wide_cistern=wide_cistern,
        scanner=scanner,
        cancel=cancel,
    )
    if progress is not None:
        progress(0, cases, "making phantoms")
    for number, case in enumerate(made, start=1):
        folder = out / "cases" / f"{number:04d}"
        write_dicom(case, folder / "dicom")
        write_truth(case, folder / "truth.nii.gz")
        write_text(folder / "boxes.json", boxes_json(case))
        writer.writerows(label_rows(case))
        if progress is not None:
            progress(number, cases, "; ".join(case.description[:2]))
    labels = out / "labels.csv"
    write_text(labels, table.getvalue())
    return labels


def label_rows(case: PhantomCase) -> list[list[str]]:
    """One row a slice, as in :data:`LABEL_COLUMNS`."""
    uid = case.volume.identity.series_instance_uid
    return [
        [case.patient_id, uid, sop, *(str(int(v)) for v in case.labels[i]), str(int(case.blend_sign[i]))]
        for i, sop in enumerate(case.volume.sop_instance_uids)
    ]


def boxes_json(case: PhantomCase) -> str:
    """The truth boxes as JSON text."""
    rows = [
        {
            "index": b.index,
            "sop_instance_uid": case.volume.sop_instance_uids[b.index],
            "class": b.subtype,
            "box": list(b.box),
        }
        for b in case.boxes
    ]
    return json.dumps(rows, indent=1) + "\n"


def write_truth(case: PhantomCase, path: Path) -> None:
    """Write the label map as NIfTI, turned as every mask and heat map of the series is."""
    write_nifti(path, case.truth.astype(np.uint8, copy=False), case.volume.geometry)


__all__ = [
    "LABEL_COLUMNS",
    "case_seed",
    "iterate_cases",
    "label_rows",
    "write_cases",
    "write_truth",
]
