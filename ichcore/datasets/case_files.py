"""One labelled case as training needs it: slices on the model's grid, memory-mapped from a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import InputError
from ichcore.files import atomic_path, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HU_FILE, TRUTH_FILE, LABELS_FILE, ABOUT_FILE = "hu.npy", "truth.npy", "labels.npy", "about.json"


@dataclass(frozen=True, eq=False)
class CaseFiles:
    """A case whose arrays stay on disk until they are read.

    Attributes:
        patient: name of the case; splits never divide one.
        hu: int16 ``(N, size, size)`` HU on the model's grid.
        truth: uint8 ``(N, size, size)`` label map on the same grid, 0–6.
        labels: bool ``(N, 6)`` slice labels in class order.
        about: relative slice heights (``height``), shares of 50–90 HU in the skull (``share``), seed, kind.
    """

    patient: str
    hu: NDArray[np.int16]
    truth: NDArray[np.uint8]
    labels: NDArray[np.bool_]
    about: dict[str, Any]


def is_complete(folder: Path) -> bool:
    """Whether the case was written to its end (``about.json`` is written last)."""
    return (folder / ABOUT_FILE).is_file()


def write_case(
    folder: Path,
    hu: NDArray[np.int16],
    truth: NDArray[np.uint8],
    labels: NDArray[np.bool_],
    about: dict[str, Any],
) -> None:
    """Write a case; a folder without ``about.json`` is unfinished and will be made again."""
    for name, array in ((HU_FILE, hu), (TRUTH_FILE, truth), (LABELS_FILE, labels)):
        with atomic_path(folder / name) as temporary, temporary.open("wb") as stream:
            np.save(stream, array)
    write_text(folder / ABOUT_FILE, json.dumps(about))


def read_case(folder: Path) -> CaseFiles:
    """Open a case, memory-mapped.

    Raises:
        InputError: if a file is missing or its arrays do not fit together.
    """
    try:
        hu, truth = (np.load(folder / name, mmap_mode="r") for name in (HU_FILE, TRUTH_FILE))
        labels = np.load(folder / LABELS_FILE)
        about = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} holds no complete case ({error}); delete it and make the set again."
        ) from error
    if hu.shape != truth.shape or labels.shape != (hu.shape[0], 6):
        raise InputError(
            f"{folder}: slices {hu.shape}, truth {truth.shape} and labels {labels.shape} differ."
        )
    return CaseFiles(folder.name, hu, truth, labels, about)
