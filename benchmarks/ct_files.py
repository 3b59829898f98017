"""CT series on disk for the benchmarks: a noisy head-like ellipse with the header of an ordinary scanner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, generate_uid

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 512


def head_slice(generator: np.random.Generator) -> np.ndarray:
    """int16 ``(512, 512)`` HU: air, skull, brain with the noise of a thin slice."""
    row, column = np.mgrid[:SIZE, :SIZE]
    radius = np.hypot((row - SIZE / 2) / 230, (column - SIZE / 2) / 190)
    hu = np.where(radius < 1, 900.0, -1000.0)
    hu[radius < 0.92] = 35.0
    smooth = generator.normal(0, 9, (SIZE, SIZE))
    smooth = (smooth + np.roll(smooth, 1, 0) + np.roll(smooth, 1, 1)) / 2
    return np.asarray(hu + smooth, np.int16)


def write_series(folder: Path, slices: int, *, compressed: bool = False, seed: int = 0) -> list[str]:
    """Write a series with shuffled file names; the names in anatomical order."""
    generator = np.random.default_rng(seed)
    images = [head_slice(generator) for _ in range(min(slices, 12))]
    series, study = generate_uid(), generate_uid()
    order = generator.permutation(slices)
    paths: list[str] = []
    packed: dict[int, bytes] = {}
    for index in range(slices):
        dataset = _header(index, series, study)
        pixels = images[index % len(images)] + 1024
        dataset.PixelData = pixels.astype("<i2").tobytes()
        if compressed:
            if index % len(images) not in packed:
                dataset.compress(JPEG2000Lossless, generate_instance_uid=False)
                packed[index % len(images)] = dataset.PixelData
            else:
                dataset.PixelData = packed[index % len(images)]
                dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
                dataset["PixelData"].is_undefined_length = True
        path = folder / f"IM{order[index]:05d}"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(str(path))
    return paths


def _header(index: int, series: str, study: str) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = "20240101"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = "120000"
    ds.AccessionNumber, ds.Modality, ds.Manufacturer = "", "CT", "SYNTHETIC"
    ds.InstitutionName, ds.StationName, ds.StudyDescription = "Nowhere", "CT1", "CT HEAD"
    ds.SeriesDescription, ds.ManufacturerModelName = "HEAD 0.6", "Phantom"
    ds.PatientName, ds.PatientID, ds.PatientSex, ds.PatientAge = "Bench^Mark", "0", "O", "050Y"
    ds.BodyPartExamined, ds.ScanOptions, ds.SliceThickness, ds.KVP = "HEAD", "HELICAL", "0.625", "120"
    ds.DataCollectionDiameter, ds.ProtocolName, ds.ReconstructionDiameter = "250", "HEAD", "230"
    ds.GantryDetectorTilt, ds.TableHeight, ds.RotationDirection = "0", "120", "CW"
    ds.ExposureTime, ds.XRayTubeCurrent, ds.Exposure, ds.ConvolutionKernel = "500", "200", "100", "H31s"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = study, series
    ds.StudyID, ds.SeriesNumber, ds.AcquisitionNumber, ds.InstanceNumber = "1", "2", "1", str(index + 1)
    ds.ImagePositionPatient = [-112.0, -112.0, f"{index * 0.625:.3f}"]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.FrameOfReferenceUID, ds.SliceLocation = study, f"{index * 0.625:.3f}"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns, ds.PixelSpacing = SIZE, SIZE, [0.4375, 0.4375]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
    ds.WindowCenter, ds.WindowWidth = "40", "80"
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
    return ds
