"""Small CT files made for one test each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
SERIES = "1.2.826.0.1.3680043.8.498.1"
SIZE = 16


def disc(hu: float = 40.0, size: int = SIZE) -> np.ndarray:
    """int ``(size, size)`` HU: a disc of one value in air."""
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    return np.where(np.hypot(row, column) < 0.4 * size, hu, -1000).astype(np.int64)


def ct(index: int = 0, *, hu: np.ndarray | None = None, **changes: Any) -> FileDataset:
    """A signed 16-bit axial CT image at z = 5 · index; ``changes`` override or (``None``) delete."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = CT_IMAGE
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = CT_IMAGE
    ds.SOPInstanceUID = generate_uid(entropy_srcs=[SERIES, str(index), str(changes)])
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.Modality, ds.SeriesDescription, ds.BodyPartExamined = "CT", "HEAD 5MM", "HEAD"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = SERIES + ".0", SERIES
    ds.PatientName, ds.PatientID = "Test^Case", "T1"
    ds.InstanceNumber, ds.AcquisitionNumber, ds.AcquisitionTime = index + 1, 1, f"1200{index:02d}"
    ds.SliceThickness, ds.ConvolutionKernel, ds.ContrastBolusAgent = 5, "H31s", ""
    ds.ImagePositionPatient = [-100, -100, 5 * index]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing = [0.5, 0.5]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.WindowCenter, ds.WindowWidth = -1024, 1, 40, 80
    stored = (disc(40 + index) if hu is None else hu) + 1024
    set_pixels(ds, stored.astype("<i2"))
    for name, value in changes.items():
        if value is None:
            delattr(ds, name)
        else:
            setattr(ds, name, value)
    return ds


def set_pixels(ds: FileDataset, stored: np.ndarray) -> FileDataset:
    """Put a stored 16-bit image into a dataset."""
    ds.Rows, ds.Columns = stored.shape[-2:]
    ds.PixelData = stored.astype(stored.dtype.newbyteorder("<")).tobytes()
    ds["PixelData"].VR = "OW"
    return ds


def unsigned12(stored: np.ndarray, index: int = 0, **changes: Any) -> FileDataset:
    """A 12-bit unsigned image of the stored values given."""
    changes = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0, **changes}
    return set_pixels(ct(index, **changes), stored.astype("<u2"))


def save(ds: FileDataset, path: Path) -> Path:
    """Write one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)
    return path


def save_all(folder: Path, datasets: list[FileDataset], *, names: list[str] | None = None) -> Path:
    """Write a series whose file names say nothing of its order."""
    for number, ds in enumerate(datasets):
        name = names[number] if names else f"{(number * 7 + 3) % 1009:04d}.dcm"
        save(ds, folder / name)
    return folder
