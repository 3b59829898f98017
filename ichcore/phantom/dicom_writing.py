"""A phantom as a DICOM CT series, the same bytes from the same seed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from ichcore.files import write_bytes
from ichcore.phantom.case import PhantomCase, stable_uid

if TYPE_CHECKING:
    from pathlib import Path

IMPLEMENTATION_CLASS_UID = stable_uid("ichcore", "phantom", "implementation")
IMPLEMENTATION_VERSION = "ICHCORE_PHANTOM"
RESEARCH_NOTE = "Synthetic phantom, not a patient. For research only; not for diagnosis."
PADDING_VALUE = -2000
"""Stored value outside the reconstruction circle of signed series, as one vendor writes it."""


def write_dicom(case: PhantomCase, folder: Path) -> tuple[Path, ...]:
    """Write one file a slice (CT Image Storage, explicit VR little endian, uncompressed).

    Args:
        case: the phantom.
        folder: created where missing.

    Returns:
        The files, lowest slice first.

    Raises:
        OSError: if the folder cannot be written.

    Source: DICOM PS3.3 A.3 (CT Image IOD).
    """
    files = []
    for index in range(case.volume.shape[0]):
        stream = io.BytesIO()
        slice_dataset(case, index).save_as(stream, enforce_file_format=True)
        path = folder / f"CT{index + 1:06d}.dcm"
        write_bytes(path, stream.getvalue())
        files.append(path)
    return tuple(files)


def slice_dataset(case: PhantomCase, index: int) -> FileDataset:
    """One slice as a dataset with its file meta information."""
    volume, scan = case.volume, case.scan
    who = volume.identity
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID(volume.sop_instance_uids[index])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    data.SpecificCharacterSet = "ISO_IR 100"
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = volume.sop_instance_uids[index]
    for name in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        setattr(data, name, who.study_date)
    for name in ("StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime"):
        setattr(data, name, "120000")
    data.AccessionNumber = ""
    data.Modality = "CT"
    data.Manufacturer = who.manufacturer
    data.ManufacturerModelName = who.scanner_model
    data.ReferringPhysicianName = ""
    data.StudyDescription = who.study_description
    data.SeriesDescription = who.series_description
    data.PatientName = who.patient_name
    data.PatientID = who.patient_id
    data.PatientBirthDate = ""
    data.PatientSex = who.patient_sex
    data.PatientAge = who.patient_age
    data.BodyPartExamined = "HEAD"
    data.PatientPosition = "HFS"
    data.StudyInstanceUID = who.study_instance_uid
    data.SeriesInstanceUID = who.series_instance_uid
    data.FrameOfReferenceUID = who.frame_of_reference_uid
    data.PositionReferenceIndicator = ""
    data.StudyID = "1"
    data.SeriesNumber = who.series_number
    data.AcquisitionNumber = 1
    data.InstanceNumber = index + 1
    data.ImageComments = RESEARCH_NOTE
    data.QualityControlImage = "YES"
    _acquisition(data, case, index)
    _pixels(data, case, index)
    del scan
    return data


def _acquisition(data: Dataset, case: PhantomCase, index: int) -> None:
    scan, geometry = case.scan, case.volume.geometry
    spacing = geometry.pixel_spacing_mm or (1.0, 1.0)
    data.KVP = str(scan.kvp)
    data.SliceThickness = f"{scan.thickness_mm[index]:.2f}"
    data.DataCollectionDiameter = "250"
    data.ReconstructionDiameter = f"{spacing[0] * geometry.shape[2]:.1f}"
    data.GantryDetectorTilt = f"{scan.tilt_deg:.1f}"
    data.TableHeight = "150"
    data.RotationDirection = "CW"
    data.ExposureTime = "1000"
    data.XRayTubeCurrent = str(int(1200 / scan.noise_hu))
    data.ConvolutionKernel = case.volume.identity.convolution_kernel
    data.ImagePositionPatient = [f"{v:.3f}" for v in geometry.origins_mm[index]]
    axes = (*geometry.column_axis, *geometry.row_axis)
    data.ImageOrientationPatient = [f"{v:.9f}".rstrip("0").rstrip(".") for v in axes]
    data.SliceLocation = f"{geometry.positions_mm[index]:.3f}"
    data.PixelSpacing = [f"{v:.6f}" for v in spacing]


def _pixels(data: Dataset, case: PhantomCase, index: int) -> None:
    scan, hu = case.scan, case.volume.hu[index].astype(np.int32)
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.Rows, data.Columns = hu.shape
    data.BitsAllocated = 16
    stored = hu + 1024
    if scan.signed:
        data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 15, 1
        if scan.padded:
            row, column = np.ogrid[: hu.shape[0], : hu.shape[1]]
            middle = (hu.shape[0] - 1) / 2.0
            stored[(row - middle) ** 2 + (column - middle) ** 2 > (hu.shape[0] / 2.0) ** 2] = PADDING_VALUE
            data.PixelPaddingValue = PADDING_VALUE
    else:
        data.BitsStored, data.HighBit, data.PixelRepresentation = 12, 11, 0
        stored = np.clip(stored, 0, 4095)
    data.WindowCenter = ["40", "400"]
    data.WindowWidth = ["80", "1800"]
    data.WindowCenterWidthExplanation = ["BRAIN", "BONE"]
    data.RescaleIntercept = "-1024"
    data.RescaleSlope = "1"
    data.RescaleType = "HU"
    kind = "<i2" if scan.signed else "<u2"
    data.PixelData = stored.astype(kind).tobytes()
