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
from ichcore.export.certificate import Certificate, annotation_sha256, changed_files, read_certificate
from ichcore.export.formats import format_named
from ichcore.export.nnunet import NAME as NNUNET
from ichcore.export.nnunet_rules import broken_rules

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
    """

    certificate: Certificate
    differences: tuple[str, ...]
    compared: tuple[str, ...]

    @property
    def certified(self) -> bool:
        """Whether all still holds."""
        return not self.differences


def verify(out: Path) -> Verification:
    """Hash every file again and read it again; with a bundle in the export, compare every value with it.

    Args:
        out: an export's folder.

    Raises:
        InputError: if it holds no certificate.
    """
    certificate = read_certificate(out)
    said = changed_files(out, certificate)
    compared: list[str] = []
    if not said:
        material, digest = None, ""
        if "bundle" in certificate.formats:
            try:
                material = read_bundle(out / "bundle")
                digest = annotation_sha256(material.annotation)
            except IchError as error:
                said.append(str(error))
        for name, one in certificate.formats.items():
            for record in one.files:
                said += _unreadable(out / record.path)
            if name == "nnunet":
                said += broken_rules(out / name / NNUNET)
            if material is not None and one.annotation_sha256 == digest:
                compared.append(name)
                said += _again(name, material, out / name)
    return Verification(certificate, tuple(said), tuple(compared))


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
