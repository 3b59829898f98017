"""Segmentations of other makers."""

from __future__ import annotations

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread

from ichcore.errors import GeometryError, InputError
from ichcore.export.codes import label_of
from ichcore.export.dicom_seg import FILE_NAME, SegFormat
from ichcore.export.seg_reading import read_seg
from ichcore.export.source_images import source_images
from tests.ichcore.dicom.ct_file import ct, save_all
from tests.ichcore.export.made import label_map, material, series


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return material(series(tmp_path_factory.mktemp("ct"), "tilted"))


@pytest.mark.parametrize(
    ("scheme", "value", "text", "label"),
    [
        ("SCT", "35486000", "", 5),
        ("SCT", "82999001", "", 1),
        ("99ICH", "IVH", "", 3),
        ("SCT", "95455008", "Subdural hemorrhage", 5),
        ("SCT", "95455008", "", 6),
        ("99OTHER", "7", "left_subdural_hematoma", 5),
        ("", "", "Intraventricular blood", 3),
        ("", "", "Intracerebral haemorrhage", 2),
        ("", "", "EDH", 1),
        ("SCT", "1386000", "Intracranial hemorrhage", 6),
        ("SCT", "1386000", "Subarachnoid", 4),
        ("", "", "bleed", 6),
    ],
)
def test_what_a_segment_stands_for(scheme, value, text, label):
    assert label_of(scheme, value, text) == label


def foreign(case, kind: str, path, pixels, labels=("SDH left", "lesion")) -> None:
    """A SEG by another maker, with names of its own."""
    code = hd.sr.CodedConcept("x", "99OTHER", "Thing")
    hd.seg.Segmentation(
        source_images=source_images(case).datasets,
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=[
            hd.seg.SegmentDescription(
                number,
                label,
                code,
                code,
                "AUTOMATIC",
                hd.AlgorithmIdentificationSequence("other", code, "1"),
            )
            for number, label in enumerate(labels, start=1)
        ],
        series_instance_uid="1.2.3",
        series_number=1,
        sop_instance_uid="1.2.4",
        instance_number=1,
        manufacturer="other",
        manufacturer_model_name="other",
        software_versions="1",
        device_serial_number="1",
    ).save_as(path)


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
def test_other_makers_names_and_types(case, tmp_path, kind):
    pixels = (label_map(case.volume.shape).labels % 3).astype(np.uint8)
    foreign(case, kind, tmp_path / "a.dcm", pixels)
    again = read_seg(tmp_path / "a.dcm", case.volume)
    assert np.array_equal(again.labels, np.array([0, 5, 6], np.uint8)[pixels])


def test_frames_without_sources_are_placed_by_position(case, tmp_path):
    SegFormat().write(case, tmp_path)
    data = dcmread(tmp_path / FILE_NAME)
    for group in data.PerFrameFunctionalGroupsSequence:
        del group.DerivationImageSequence
    data.save_as(tmp_path / "b.dcm")
    again = read_seg(tmp_path / "b.dcm", case.volume)
    assert np.array_equal(again.labels, case.annotation.mask.labels)


def test_another_series_is_refused(case, tmp_path):
    SegFormat().write(case, tmp_path)
    other = material(_other_series(tmp_path))
    with pytest.raises(InputError, match="another series"):
        read_seg(tmp_path / FILE_NAME, other.volume)


def test_another_grid_is_refused(case, tmp_path):
    SegFormat().write(case, tmp_path)
    data = dcmread(tmp_path / FILE_NAME)
    data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [0.7, 0.7]
    data.save_as(tmp_path / "b.dcm")
    with pytest.raises(GeometryError, match="own grid"):
        read_seg(tmp_path / "b.dcm", case.volume)


def test_a_ct_image_is_no_segmentation(case, tmp_path):
    path = next(series(tmp_path / "ct").iterdir())
    with pytest.raises(InputError, match="not a DICOM segmentation"):
        read_seg(path, case.volume)


def _other_series(folder):
    return save_all(
        folder / "other",
        [ct(i, SeriesInstanceUID="1.2.9", FrameOfReferenceUID="1.2.10", PatientID="T2") for i in range(8)],
    )
