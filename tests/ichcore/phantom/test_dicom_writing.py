from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

from ichcore.phantom import PhantomCase, make_case, write_dicom
from ichcore.phantom.dicom_writing import slice_dataset

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def case() -> PhantomCase:
    return make_case(8, subtypes=(), slices=3, size=96)


def test_files_read_back_as_the_same_hu_in_the_same_place(case: PhantomCase, tmp_path: Path) -> None:
    files = write_dicom(case, tmp_path / "dicom")
    assert len(files) == 3
    for index, file in enumerate(files):
        read = pydicom.dcmread(file)
        hu = read.pixel_array * float(read.RescaleSlope) + float(read.RescaleIntercept)
        shown = case.volume.hu[index]
        padded = hu < -1024
        np.testing.assert_array_equal(hu[~padded], shown[~padded])
        np.testing.assert_allclose(
            read.ImagePositionPatient, case.volume.geometry.origins_mm[index], atol=1e-3
        )
        np.testing.assert_allclose(read.ImageOrientationPatient[3:], case.volume.geometry.row_axis, atol=1e-6)
        assert tuple(read.PixelSpacing) == pytest.approx(case.volume.geometry.pixel_spacing_mm)
        assert read.SOPInstanceUID == case.volume.sop_instance_uids[index]


def test_headers_say_that_nobody_was_scanned(case: PhantomCase) -> None:
    data = slice_dataset(case, 0)
    assert str(data.PatientName).startswith("PHANTOM^")
    assert "phantom" in data.Manufacturer
    assert "research only" in data.ImageComments
    assert data.SOPClassUID == pydicom.uid.CTImageStorage
    assert data.file_meta.TransferSyntaxUID == pydicom.uid.ExplicitVRLittleEndian
    assert data.RescaleIntercept == -1024
    assert [float(v) for v in data.WindowCenter] == [40.0, 400.0]


def test_signed_and_unsigned_series_occur() -> None:
    kinds = {make_case(seed, subtypes=(), slices=1, size=64).scan.signed for seed in range(8)}
    assert kinds == {True, False}


def test_one_seed_writes_the_same_bytes(case: PhantomCase, tmp_path: Path) -> None:
    first = write_dicom(case, tmp_path / "a")
    again = write_dicom(make_case(8, subtypes=(), slices=3, size=96), tmp_path / "b")
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in again]
