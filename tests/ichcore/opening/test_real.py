"""The real studies, where they are: order, HU and geometry beside SimpleITK's; odd files never crash."""

from __future__ import annotations

import numpy as np
import pytest

from ichcore.errors import IchError
from ichcore.opening import begin, find_series, open_volume

pytestmark = pytest.mark.real
STUDIES = {
    "cq500/CQ500_CT_181": (30, {"tilt", "shear", "uneven_spacing", "thin_slices"}),
    "cq500/CQ500_CT_342": (30, {"tilt", "shear", "uneven_spacing", "thin_slices"}),
    "cq500/CQ500_CT_427": (30, {"tilt", "shear", "uneven_spacing", "missing_slices"}),
    "cq500/CQ500_CT_47": (30, {"uneven_spacing", "thin_slices"}),
    "dcm_qa_ct/GE": (28, {"tilt", "shear", "uneven_spacing"}),
    "dcm_qa_ct/Philips": (28, set()),
}


@pytest.mark.parametrize("study", STUDIES)
def test_studies_open_in_order_with_their_passport(real_data, study):
    slices, codes = STUDIES[study]
    catalogue = find_series(real_data / study)
    entry = catalogue.proposed
    assert entry.slices == slices
    found = {f.code for f in entry.passport}
    assert codes <= found
    assert not found & {"contrast", "bone_kernel", "not_head", "interleaved", "mixed_sizes"}
    assert (entry.geometry.steps_mm > 0).all()
    assert set(entry.geometry.orientation_letters()[:2]) == {"R", "L"}


@pytest.mark.parametrize("study", STUDIES)
def test_hu_and_positions_equal_simpleitk(real_data, study):
    itk = pytest.importorskip("SimpleITK")
    itk.ProcessObject.SetGlobalWarningDisplay(False)
    entry = find_series(real_data / study).proposed
    volume = begin(entry)
    for index in range(0, entry.slices, 9):
        image = itk.ReadImage(str(entry.source.frames[index].header.elements.source.path))
        theirs = itk.GetArrayFromImage(image)[0]
        ours = volume.hu[index]
        entry.source.decode_slice(index, ours)
        padding = theirs < -1200
        assert (ours[~padding] == theirs[~padding]).all()
        assert (ours[padding] == -1024).all()
        row, column = 37, 411
        place = np.array(image.TransformContinuousIndexToPhysicalPoint((float(column), float(row), 0.0)))
        assert volume.geometry.to_lps_mm(index, row, column) == pytest.approx(place, abs=0.01)


def test_philips_lists_its_other_series_and_what_it_leaves_out(real_data):
    catalogue = find_series(real_data / "dcm_qa_ct" / "Philips")
    assert sorted(entry.slices for entry in catalogue.series) == [28, 54]
    reasons = {left.file: left.reason for left in catalogue.left_out}
    assert "scout" in reasons["S21570/S1000/I10"]
    assert "secondary capture" in reasons["S21610/S4010/I40"]
    assert len(reasons) == 10


def test_every_conformance_file_opens_or_is_refused_with_one_sentence(real_data):
    opened: set[str] = set()
    refused: dict[str, str] = {}
    for path in sorted((real_data / "conformance").rglob("*")):
        if not path.is_file():
            continue
        try:
            volume = open_volume(path)
        except IchError as error:
            refused[path.name] = str(error)
        else:
            assert volume.complete
            opened.add(path.name)
    expected = {"CT_small.dcm", "J2K_pixelrep_mismatch.dcm", "explicit_VR-UN.dcm", "eCT_Supplemental.dcm"}
    assert expected <= opened
    assert all("\n" not in text and 20 < len(text) < 300 for text in refused.values())
    assert "rtplan_truncated.dcm" in refused


def test_every_conformance_folder_opens_or_is_refused(real_data):
    volume = open_volume(real_data / "conformance" / "dicom2nifti" / "gantrytilting")
    assert volume.shape[0] == 4
    assert {"tilt", "shear"} <= {f.code for f in volume.passport}
    with pytest.raises(IchError, match="MR"):
        open_volume(real_data / "conformance" / "dicom2nifti" / "sliceorientation")
    catalogue = find_series(real_data / "conformance")
    assert catalogue.proposed.identity.modality == "CT"


def test_the_signed_mismatch_reads_as_pydicom_reads_it(real_data):
    from pydicom import dcmread

    path = real_data / "conformance" / "pydicom" / "J2K_pixelrep_mismatch.dcm"
    theirs = dcmread(path).pixel_array
    ours = open_volume(path)
    assert ours.has("sign_repaired")
    inside = theirs > -1200
    assert (ours.hu[0][inside] == theirs[inside]).all()


def test_a_folder_of_pictures_opens_without_hu(real_data):
    volume = open_volume(real_data / "phe_sich" / "0001" / "image")
    assert volume.shape == (32, 512, 512)
    assert not volume.is_hu
    assert volume.has("no_hu")
