"""The source instances as the new DICOM objects refer to them: sound headers on the volume's own geometry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from pydicom import Dataset
from pydicom.config import RAISE
from pydicom.multival import MultiValue
from pydicom.uid import CTImageStorage, EnhancedCTImageStorage
from pydicom.valuerep import format_number_as_ds, validate_value

from ichcore.dicom.quiet import PydicomError, quiet_pydicom
from ichcore.errors import GeometryError, InputError
from ichcore.export.source_headers import FRAME_NUMBER
from ichcore.volume.uid import derived_uid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.export.material import Material
    from ichcore.volume.geometry import Geometry

_REQUIRED = (
    ("PatientName", "PN"),
    ("PatientID", "LO"),
    ("PatientBirthDate", "DA"),
    ("PatientSex", "CS"),
    ("StudyDate", "DA"),
    ("StudyTime", "TM"),
    ("AccessionNumber", "SH"),
    ("ReferringPhysicianName", "PN"),
    ("StudyID", "SH"),
)
"""Type 2 of the patient and study modules (PS3.3 C.7.1.1, C.7.2.1): empty where unknown or unsound."""
_OPTIONAL = (
    ("IssuerOfPatientID", "LO"),
    ("PatientIdentityRemoved", "CS"),
    ("DeidentificationMethod", "LO"),
    ("StudyDescription", "LO"),
    ("PatientAge", "AS"),
    ("PatientSize", "DS"),
    ("PatientWeight", "DS"),
    ("LossyImageCompression", "CS"),
)
"""Left out where unknown or unsound."""
_KNOWN_SEXES = ("M", "F", "O")


@dataclass(frozen=True, eq=False)
class SourceImages:
    """What new objects are derived from.

    Attributes:
        datasets: one a slice, in order; or one alone, a multi-frame file.
        frames: ``(slices,)`` 0-based frame of each slice in that file; ``None`` for single-frame files.
    """

    datasets: tuple[Dataset, ...]
    frames: NDArray[np.intp] | None = None

    @property
    def first(self) -> Dataset:
        """Whose patient and study the new objects take over."""
        return self.datasets[0]

    def stored(self, slices: NDArray[np.generic]) -> NDArray[np.generic]:
        """An array of slices in the order of the source's own frames."""
        if self.frames is None:
            return slices
        ordered = np.zeros_like(slices)
        ordered[self.frames] = slices
        return ordered

    def reference(self, index: int) -> tuple[str, str, list[int] | None]:
        """SOP class, instance and frame numbers of one slice."""
        at = self.datasets[index if self.frames is None else 0]
        frame = None if self.frames is None else [int(self.frames[index]) + 1]
        return (str(at.SOPClassUID), str(at.SOPInstanceUID), frame)


def source_images(material: Material) -> SourceImages:
    """Sound datasets of the source instances.

    Patient and study come from the headers; what breaks the rules of its value representation there is
    repaired or left out rather than copied. Positions come from the volume, which has them exact. UIDs are
    kept as they are, sound or not, since a reference is worth nothing otherwise.

    Raises:
        InputError: if the source is not DICOM.
        GeometryError: if the series does not say where its slices lie.
    """
    volume, headers = material.volume, material.headers
    if not headers:
        raise InputError(
            "This series is not DICOM, so no DICOM SEG, SR or Parametric Map can refer to it; "
            "export it as nifti instead."
        )
    if len(headers) != volume.shape[0]:
        raise InputError(
            f"There are {len(headers)} headers for {volume.shape[0]} slices; open the series again."
        )
    if not volume.geometry.positions_known or volume.geometry.pixel_spacing_mm is None:
        raise GeometryError(
            "The series does not say where its slices lie or how large its pixels are, which DICOM SEG, SR "
            "and Parametric Map must state; export it as nifti instead."
        )
    if FRAME_NUMBER in headers[0]:
        return _multi_frame(material)
    return SourceImages(tuple(_single_frame(material, index) for index in range(len(headers))))


def frame_of(series_instance_uid: str) -> str:
    """The frame of reference of a series that states none."""
    return derived_uid("frame of", series_instance_uid)


def _single_frame(material: Material, index: int) -> Dataset:
    data = _root(material, index)
    data.InstanceNumber = index + 1
    geometry = material.volume.geometry
    data.ImagePositionPatient = _position(geometry, index)
    data.ImageOrientationPatient = _orientation(geometry)
    data.update(_measures(geometry))
    return data


def _multi_frame(material: Material) -> SourceImages:
    headers, geometry = material.headers, material.volume.geometry
    frames = np.array([int(header[FRAME_NUMBER].value) - 1 for header in headers], np.intp)
    files = {str(header.SOPInstanceUID) for header in headers}
    total = int(headers[0].get("NumberOfFrames", 0) or 0)
    if len(files) > 1 or sorted(frames) != list(range(total)):
        raise InputError(
            f"{len(headers)} slices come from {len(files)} multi-frame files with {total} frames each; DICOM "
            "exports need a series that is one whole file, so export it as nifti instead."
        )
    data = _root(material, 0)
    data.NumberOfFrames = total
    shared, orientation, per_frame = Dataset(), Dataset(), []
    orientation.ImageOrientationPatient = _orientation(geometry)
    shared.PlaneOrientationSequence = [orientation]
    shared.PixelMeasuresSequence = [_measures(geometry)]
    for index in np.argsort(frames):
        group, place = Dataset(), Dataset()
        place.ImagePositionPatient = _position(geometry, int(index))
        group.PlanePositionSequence = [place]
        per_frame.append(group)
    data.SharedFunctionalGroupsSequence = [shared]
    data.PerFrameFunctionalGroupsSequence = per_frame
    return SourceImages((data,), frames)


def _root(material: Material, index: int) -> Dataset:
    """What is the same in both kinds: identity, references, size."""
    volume, header = material.volume, material.headers[index]
    several = FRAME_NUMBER in header
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID = header.get("SOPClassUID") or (EnhancedCTImageStorage if several else CTImageStorage)
    uid = str(header.get("SOPInstanceUID") or "")
    data.SOPInstanceUID = uid if several else volume.sop_instance_uids[index]
    series = volume.identity.series_instance_uid
    data.SeriesInstanceUID = str(header.get("SeriesInstanceUID") or "") or series
    data.StudyInstanceUID = str(header.get("StudyInstanceUID") or "") or derived_uid("study of", series)
    data.FrameOfReferenceUID = str(header.get("FrameOfReferenceUID") or "") or frame_of(series)
    data.PositionReferenceIndicator = ""
    data.Modality = "CT"
    for keyword, vr in _REQUIRED:
        setattr(data, keyword, _sound(header, keyword, vr))
    for keyword, vr in _OPTIONAL:
        value = _sound(header, keyword, vr)
        if value:
            setattr(data, keyword, value)
    if header.get("DeidentificationMethodCodeSequence"):
        data.DeidentificationMethodCodeSequence = header.DeidentificationMethodCodeSequence
    elif data.get("PatientIdentityRemoved") == "YES" and "DeidentificationMethod" not in data:
        data.DeidentificationMethod = "Not stated by the source"
    data.Rows, data.Columns = volume.shape[1:]
    return data


def _sound(header: Dataset, keyword: str, vr: str) -> str:
    """A header's value where its value representation allows it (PS3.5 6.2); repaired, or empty."""
    try:
        with quiet_pydicom():
            value = header.get(keyword)
            value = next(iter(value), None) if isinstance(value, list | MultiValue) else value
    except PydicomError:
        return ""
    text = "" if value is None else str(value).strip(" \0")
    if vr in ("DA", "TM"):
        text = re.sub(r"[-.:]" if vr == "DA" else "[-:]", "", text)
    if vr in ("CS", "AS"):
        text = text.upper()
    if keyword == "PatientSex" and text not in _KNOWN_SEXES:
        return ""
    if vr == "DA" and not _is_date(text):
        return ""
    if vr == "TM" and not re.fullmatch(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?", text):
        return ""
    try:
        validate_value(vr, text, RAISE)
    except ValueError:
        return ""
    return "".join(character for character in text if character.isprintable())


def _is_date(text: str) -> bool:
    try:
        return len(text) == 8 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _position(geometry: Geometry, index: int) -> list[str]:
    return [format_number_as_ds(float(value)) for value in geometry.origins_mm[index]]


def _orientation(geometry: Geometry) -> list[str]:
    """Along a row, then down a column (PS3.3 C.7.6.2.1.1)."""
    axes = (*geometry.column_axis, *geometry.row_axis)
    return [format_number_as_ds(float(value)) for value in axes]


def _measures(geometry: Geometry) -> Dataset:
    """Pixel measures; where no slice thickness is stated, the step stands for it."""
    data = Dataset()
    data.PixelSpacing = [format_number_as_ds(float(v)) for v in geometry.require_in_plane_mm()]
    thickness = geometry.slice_thickness_mm or geometry.spacing_between_slices_mm or 1.0
    data.SliceThickness = format_number_as_ds(float(thickness))
    return data
