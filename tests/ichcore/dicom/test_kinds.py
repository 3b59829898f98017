from __future__ import annotations

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from ichcore.errors import NothingFoundError
from ichcore.opening import find_series
from tests.ichcore.dicom.ct_file import ct, save, save_all

OTHERS = [
    ("scout", {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}),
    ("secondary capture", {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}),
    ("colour", {"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3}),
    ("modality MR", {"Modality": "MR"}),
    ("presentation state", {"Modality": "PR"}),
    ("no pixel data", {"PixelData": None}),
]


@pytest.mark.parametrize(("word", "changes"), OTHERS)
def test_what_is_no_ct_image_is_left_out_with_its_reason(tmp_path, word, changes):
    save_all(tmp_path / "ct", [ct(i) for i in range(3)])
    save(ct(9, SeriesInstanceUID="1.2.3", **changes), tmp_path / "other")
    catalogue = find_series(tmp_path)
    assert [entry.slices for entry in catalogue.series] == [3]
    assert [left.file for left in catalogue.left_out] == ["other"]
    assert word in catalogue.left_out[0].reason
    with pytest.raises(NothingFoundError, match=word):
        find_series(tmp_path / "other")


def test_a_dose_report_is_left_out(tmp_path):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.67"
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    report = FileDataset("", Dataset(), file_meta=meta, preamble=b"\0" * 128)
    report.SOPClassUID, report.SOPInstanceUID = meta.MediaStorageSOPClassUID, "1.2.3.4"
    report.Modality, report.StudyInstanceUID, report.SeriesInstanceUID = "SR", "1.2", "1.3"
    save(report, tmp_path / "dose")
    save(ct(), tmp_path / "ct")
    assert "dose report" in find_series(tmp_path).left_out[0].reason


def test_contrast_and_bone_series_are_listed_and_the_plain_one_proposed(tmp_path):
    def series(number, **changes):
        return [ct(100 * number + i, SeriesInstanceUID=f"1.2.{number}", **changes) for i in range(5)]

    save_all(
        tmp_path,
        [
            *series(1, SeriesDescription="HEAD C+", ContrastBolusAgent="IOHEXOL"),
            *series(2, SeriesDescription="BONE", ConvolutionKernel="H70h"),
            *series(3, SeriesDescription="HEAD 5MM"),
            *series(4, SeriesDescription="CHEST", BodyPartExamined="CHEST"),
        ],
    )
    catalogue = find_series(tmp_path)
    assert len(catalogue.series) == 4
    assert catalogue.proposed.series_instance_uid == "1.2.3"
    assert any("after contrast" in reason for reason in catalogue.get("1.2.1").suitability.reasons)


def test_an_image_that_does_not_say_its_modality_opens_and_says_so(tmp_path):
    entry = find_series(save(ct(Modality=None), tmp_path / "a")).proposed
    assert "modality" in next(f.detail for f in entry.passport if f.code == "header_unknown")
