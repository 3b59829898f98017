"""Whether an export is still what was certified: every byte, and what its files say when read again."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nibabel as nib
import numpy as np

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.errors import IchError
from ichcore.export.bundle_reading import read_bundle
from ichcore.export.certificate import (
    CERTIFICATE,
    Certificate,
    annotation_sha256,
    changed_files,
    read_certificate,
)
from ichcore.export.formats import FORMATS, format_named, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ichcore.export.material import Material

SCHEMA = "ichcore.verification/1"


@dataclass(frozen=True)
class Verification:
    """What verifying an export gave.

    Attributes:
        certificate: what was promised.
        differences: a sentence each; none where all still holds.
        compared: formats whose values were compared with the bundle beside them.
        below: how many exports in folders below were verified with it.
    """

    certificate: Certificate
    differences: tuple[str, ...]
    compared: tuple[str, ...]
    below: int = 0

    @property
    def certified(self) -> bool:
        """Whether all still holds."""
        return not self.differences


def verify(out: Path) -> Verification:
    """Hash every file again and read it again; with a bundle in the export, compare every value with it.

    The exports in folders below are verified with it, and what holds several series is compared with the
    bundle of each of them.

    Args:
        out: an export's folder.

    Raises:
        InputError: if it holds no certificate.
    """
    certificate = read_certificate(out)
    below = sorted(path.parent for path in out.glob(f"*/{CERTIFICATE}"))
    said = changed_files(out, certificate)
    compared: list[str] = []
    for folder in below:
        one = read_certificate(folder)
        said += [f"{folder.name}: {sentence}" for sentence in changed_files(folder, one)]
    if not said:
        said += _contents(out, certificate)
        for folder in (out, *below):
            more, names = _against_bundle(folder, out)
            said += more
            compared += names
        for folder in below:
            said += [f"{folder.name}: {one}" for one in _contents(folder, read_certificate(folder))]
    return Verification(certificate, tuple(said), tuple(dict.fromkeys(compared)), len(below))


def _contents(out: Path, certificate: Certificate) -> list[str]:
    """What of an export cannot be read, and which rules its formats break."""
    said: list[str] = []
    for name, one in certificate.formats.items():
        for record in one.files:
            said += _unreadable(out / record.path)
        if name in FORMATS and FORMATS[name].rules:
            try:
                said += loaded(FORMATS[name].rules)(out / name)
            except IchError as error:
                said.append(f"{name}: {error}")
    return said


def _against_bundle(folder: Path, out: Path) -> tuple[list[str], list[str]]:
    """Differences of formats to the bundle in a folder, in it and in the whole export; what was compared."""
    said: list[str] = []
    compared: list[str] = []
    if "bundle" not in read_certificate(folder).formats:
        return said, compared
    try:
        material = read_bundle(folder / "bundle")
    except IchError as error:
        return [str(error)], compared
    digest = annotation_sha256(material.annotation)
    for place in dict.fromkeys((folder, out)):
        for name, one in read_certificate(place).formats.items():
            if digest in {series.annotation_sha256 for series in one.series}:
                compared.append(name)
                said += _again(name, material, place / name)
    return said, compared


def _again(name: str, material: Material, folder: Path) -> list[str]:
    try:
        return format_named(name).differences(material, folder)
    except IchError as error:
        return [f"{name}: {error}"]


def _unreadable(path: Path) -> list[str]:
    """Why a file cannot be opened by a reader of its kind."""
    reader = next((read for suffix, read in _READERS.items() if path.name.endswith(suffix)), None)
    if reader is None:
        return []
    try:
        reader(path)
    except (OSError, ValueError, EOFError, IchError, csv.Error, nib.filebasedimages.ImageFileError) as error:
        return [f"{path.name} cannot be read ({error})."]
    return []


def _nifti(path: Path) -> None:
    np.asanyarray(nib.Nifti1Image.from_filename(path).dataobj)


def _json(path: Path) -> None:
    json.loads(path.read_text(encoding="utf-8"))


def _table(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        list(csv.reader(stream))


def _dicom(path: Path) -> None:
    from pydicom import dcmread

    with quiet_pydicom():
        dcmread(path, stop_before_pixels=True)


_READERS: Mapping[str, Callable[[Path], None]] = {
    ".nii.gz": _nifti,
    ".json": _json,
    ".csv": _table,
    ".dcm": _dicom,
}
