"""Small synthetic copies of each public set's layout, made from tiny phantoms, never from patients."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from ichcore.phantom import PhantomCase, make_case
from ichcore.phantom.dicom_writing import slice_dataset
from ichcore.pictures.display_window import as_picture
from ichcore.subtypes import CLASSES
from ichcore.volume import Window

SLICES, SIZE = 6, 96


@lru_cache(maxsize=8)
def phantom(seed: int, *subtypes: str, slices: int = SLICES, size: int = SIZE) -> PhantomCase:
    return make_case(seed, subtypes=subtypes, slices=slices, size=size, number=seed)


def write_slices(
    case: PhantomCase, folder: Path, names: list[str], *, patient: str = "", series: str = ""
) -> list[Path]:
    """One DICOM file a slice, the lowest first, called and identified by ``names``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for index, name in enumerate(names):
        data = slice_dataset(case, index)
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = name
        data.PatientID = patient or data.PatientID
        data.SeriesInstanceUID = series or data.SeriesInstanceUID
        files.append(folder / f"{name}.dcm")
        data.save_as(files[-1], enforce_file_format=True)
    return files


def rsna_rows(name: str, labels: np.ndarray) -> list[list[str]]:
    return [[f"{name}_{kind}", str(int(v))] for kind, v in zip(CLASSES, labels, strict=True)]


def write_rsna_table(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([["ID", "Label"], *rows])


def write_nifti_array(path: Path, array: np.ndarray, case: PhantomCase, *, upside_down: bool = False) -> None:
    """``(slice, row, column)`` as a file in RAS, or with its third axis running to the feet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, columns = case.volume.geometry.pixel_spacing_mm
    affine = np.diag([-columns, -rows, 5.0, 1.0])
    data = array.transpose(2, 1, 0)
    if upside_down:
        data, affine = data[:, :, ::-1], affine @ np.diag([1, 1, -1, 1])
    nib.save(nib.Nifti1Image(np.ascontiguousarray(data), affine), path)


def write_lying(path: Path, picture: np.ndarray) -> None:
    """A picture on its side, as PHE-SICH-CT-IDS has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(picture.T)).save(path)


def write_phe_sich(root: Path, case: PhantomCase, patient: str, window: Window) -> None:
    for index in range(case.volume.shape[0]):
        name = f"{index:02d}.png"
        write_lying(root / patient / "image" / name, as_picture(case.volume.hu[index], window))
        bleed = case.truth[index] > 0
        if bleed.any():
            grown = np.pad(bleed, 1)[:-2, 1:-1] | bleed
            write_lying(root / patient / "edema" / name, (grown * 255).astype(np.uint8))
            write_lying(root / patient / "bleed" / name, (bleed * 255).astype(np.uint8))
