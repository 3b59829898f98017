from __future__ import annotations

import pytest

from ichcore.opening import find_series, open_volume
from ichcore.volume import Transfer
from tests.ichcore.dicom.ct_file import ct, save, save_all


def replaced(path, old, new):
    """Write bytes that pydicom would refuse to write."""
    raw = path.read_bytes()
    assert raw.count(old) == 1
    assert len(old) == len(new)
    path.write_bytes(raw.replace(old, new))
    return path


@pytest.mark.parametrize(
    ("center", "width", "expected"),
    [
        ([40, 40, 600], [80, 80, 2800], [(40, 80), (600, 2800)]),
        (40, 80, [(40, 80)]),
        ([40, 400], [80], [(40, 80)]),
        (40, 0, []),
    ],
)
def test_windows(tmp_path, center, width, expected):
    volume = open_volume(save(ct(WindowCenter=center, WindowWidth=width), tmp_path / "a.dcm"))
    assert [(w.center, w.width) for w in volume.windows] == expected


def test_windows_written_as_python_lists(tmp_path):
    path = save(ct(WindowCenter="1111111111111.", WindowWidth="2222222222222."), tmp_path / "a.dcm")
    replaced(path, b"1111111111111.", b"[00040, 00040]")
    replaced(path, b"2222222222222.", b"[00080, 00080]")
    assert [(w.center, w.width) for w in open_volume(path).windows] == [(40, 80)]


def test_window_function_and_names(tmp_path):
    ds = ct(WindowCenter=[40, 500], WindowWidth=[80, 2000])
    ds.WindowCenterWidthExplanation = ["BRAIN", "BONE"]
    ds.VOILUTFunction = "LINEAR_EXACT"
    windows = open_volume(save(ds, tmp_path / "a.dcm")).windows
    assert [w.name for w in windows] == ["brain", "bone"]
    assert windows[0].transfer is Transfer.LINEAR_EXACT


def test_invalid_uids_are_used_as_they_are_and_said(tmp_path):
    path = save(ct(SeriesInstanceUID="1.2.3.4444"), tmp_path / "a.dcm")
    replaced(path, b"1.2.3.4444", b"dbf60361_!")
    entry = find_series(path).proposed
    assert entry.series_instance_uid == "dbf60361_!"
    assert any(f.code == "invalid_uid" for f in entry.passport)


BARE = [
    "SOPInstanceUID",
    "Modality",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "StudyID",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "Rows",
    "Columns",
    "PixelSpacing",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "WindowCenter",
    "WindowWidth",
    "RescaleIntercept",
    "RescaleSlope",
    "PixelData",
]


def test_a_header_of_22_elements_opens_and_names_what_it_does_not_know(tmp_path):
    for i in range(4):
        ds = ct(i)
        ds.StudyID = ""
        for element in list(ds):
            if element.keyword not in BARE:
                del ds[element.tag]
        assert len(ds) == 22
        save(ds, tmp_path / f"{i}.dcm")
    volume = open_volume(tmp_path)
    unknown = next(f.detail for f in volume.passport if f.code == "header_unknown")
    for word in ("slice thickness", "kernel", "body part", "contrast"):
        assert word in unknown
    assert volume.geometry.slice_thickness_mm is None
    assert volume.geometry.spacing_between_slices_mm == pytest.approx(5)
    assert volume.identity.patient_name == ""


def test_a_missing_rescale_is_unknown_not_silent(tmp_path):
    entry = find_series(save(ct(RescaleIntercept=None, RescaleSlope=None), tmp_path / "a.dcm")).proposed
    unknown = next(f.detail for f in entry.passport if f.code == "header_unknown")
    assert "rescale intercept" in unknown


def test_names_in_their_own_character_set(tmp_path):
    ds = ct(PatientName="Müller^Jörg")
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = "Müller^Jörg"
    assert open_volume(save(ds, tmp_path / "a.dcm")).identity.patient_name == "Müller^Jörg"


def test_thin_slices_and_scope_are_said(tmp_path):
    thin = ct(SliceThickness=0.625, ContrastBolusAgent="OMNIPAQUE", ConvolutionKernel="H70s")
    codes = {f.code for f in find_series(save(thin, tmp_path / "a.dcm")).proposed.passport}
    assert {"thin_slices", "contrast", "bone_kernel"} <= codes
    neck = find_series(save(ct(BodyPartExamined="NECK"), tmp_path / "b.dcm")).proposed
    assert any(f.code == "not_head" for f in neck.passport)
    plain = {f.code for f in find_series(save(ct(), tmp_path / "c.dcm")).proposed.passport}
    assert plain == set()


def test_pydicom_warnings_do_not_reach_the_user(tmp_path, capfd, recwarn):
    ds = ct(PatientName="Müller^Jörg")
    ds.SpecificCharacterSet = "ISO_IR 999"
    save_all(tmp_path, [ds])
    capfd.readouterr()
    recwarn.clear()
    open_volume(tmp_path)
    assert capfd.readouterr().err == ""
    assert not list(recwarn)
