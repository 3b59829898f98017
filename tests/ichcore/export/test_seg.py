from __future__ import annotations

from dataclasses import replace

import highdicom as hd
import numpy as np
import pytest
import SimpleITK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from ichcore.errors import GeometryError, InputError
from ichcore.export.dicom_seg import FILE_NAME, EmptyMaskError, SegFormat
from ichcore.export.material import Material
from ichcore.export.seg_reading import read_seg
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from tests.ichcore.dicom.ct_file import save
from tests.ichcore.dicom.test_enhanced import enhanced
from tests.ichcore.export.made import MODEL, label_map, material, series
from tests.ichcore.tiny_model import make_volume


@pytest.mark.parametrize("kind", ["even", "tilted", "uneven"])
def test_what_is_written_is_what_was_drawn_where_it_was_drawn(tmp_path, kind):
    case = material(series(tmp_path / "ct", kind))
    out = tmp_path / "out"
    assert SegFormat().write(case, out) == (out / FILE_NAME,)
    assert SegFormat().differences(case, out) == []
    again = read_seg(out / FILE_NAME, case.volume)
    assert np.array_equal(again.labels, case.annotation.mask.labels)


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    return material(series(tmp_path_factory.mktemp("even")))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.sets(st.integers(1, 6), min_size=1))
def test_any_mask_comes_back(even, tmp_path, seed, kept):
    mask = label_map(even.volume.shape, seed)
    mask.labels[~np.isin(mask.labels, list(kept))] = 0
    case = material_with(even, mask)
    SegFormat().write(case, tmp_path)
    assert SegFormat().differences(case, tmp_path) == []
    assert np.array_equal(read_seg(tmp_path / FILE_NAME, case.volume).labels, mask.labels)


def material_with(case: Material, mask: LabelMap) -> Material:
    return replace(case, annotation=replace(case.annotation, mask=mask))


def test_simpleitk_reads_the_same_voxels(even, tmp_path):
    SegFormat().write(even, tmp_path)
    image = SimpleITK.ReadImage(str(tmp_path / FILE_NAME))
    stack = SimpleITK.GetArrayFromImage(image) > 0
    drawn = even.annotation.mask.labels
    rebuilt = np.zeros_like(drawn)
    for plane, group in zip(
        stack, dcmread(tmp_path / FILE_NAME).PerFrameFunctionalGroupsSequence, strict=True
    ):
        height = group.PlanePositionSequence[0].ImagePositionPatient[2]
        # all six labels are there, so a segment's number is its label
        number = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        rebuilt[round(height / 5)][plane] = number
    assert np.array_equal(rebuilt, drawn)


def test_segments_say_what_they_are_and_who_made_them(even, tmp_path):
    SegFormat().write(even, tmp_path)
    seg = hd.seg.segread(tmp_path / FILE_NAME)
    kinds = {
        s.segment_label: (s.segmented_property_type.value, str(s.algorithm_type.value))
        for s in (seg.get_segment_description(n) for n in seg.segment_numbers)
    }
    assert kinds["Epidural hemorrhage (EDH)"] == ("EDH", "AUTOMATIC")
    assert kinds["Subdural hemorrhage (SDH)"] == ("35486000", "MANUAL")
    assert kinds["Subarachnoid hemorrhage (SAH)"] == ("21454007", "SEMIAUTOMATIC")
    assert kinds["Intracranial hemorrhage (ICH)"][0] == "1386000"
    epidural = seg.get_segment_description(1)
    assert epidural.algorithm_identification[0].AlgorithmName == MODEL.partition("@")[0]
    assert epidural.RecommendedDisplayCIELabValue is not None
    assert "95455008" not in {code for code, _ in kinds.values()}
    assert seg.SeriesDescription.startswith("RESEARCH")
    assert seg.ContentQualification == "RESEARCH"
    assert seg.FrameOfReferenceUID == even.headers[0].FrameOfReferenceUID
    assert seg.SeriesInstanceUID != even.headers[0].SeriesInstanceUID


def test_origins_come_back_as_model_or_human(even, tmp_path):
    SegFormat().write(even, tmp_path)
    again = read_seg(tmp_path / FILE_NAME, even.volume)
    assert set(again.origins[again.labels == 1]) == {Origin.MODEL}
    assert set(again.origins[again.labels == 5]) == {Origin.HUMAN}


def test_the_same_annotation_is_the_same_instance_and_a_changed_one_another(even, tmp_path):
    uids = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        case = material_with(even, label_map(even.volume.shape, seed))
        SegFormat().write(case, tmp_path / name)
        uids.append(dcmread(tmp_path / name / FILE_NAME).SOPInstanceUID)
    assert uids[0] == uids[1] != uids[2]


def test_frames_of_one_multi_frame_file(tmp_path):
    path = save(enhanced([10, 0, 15, 5]), tmp_path / "ct" / "a.dcm")
    case = material(path.parent)
    SegFormat().write(case, tmp_path)
    assert SegFormat().differences(case, tmp_path) == []
    again = read_seg(tmp_path / FILE_NAME, case.volume)
    assert np.array_equal(again.labels, case.annotation.mask.labels)


def test_differences_are_told(even, tmp_path):
    SegFormat().write(even, tmp_path)
    other = label_map(even.volume.shape)
    other.labels[3, 2, 2] = other.labels[3, 2, 2] % 6 + 1
    found = SegFormat().differences(material_with(even, other), tmp_path)
    assert found == [
        "1 voxels read back by pydicom have another label.",
        "1 voxels read back by highdicom have another label.",
    ]


def test_a_moved_frame_is_told(even, tmp_path):
    SegFormat().write(even, tmp_path)
    path = tmp_path / FILE_NAME
    data = dcmread(path)
    data.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient[2] += 1
    data.save_as(path)
    assert any("lies at" in one for one in SegFormat().differences(even, tmp_path))


def test_an_empty_mask_is_refused_and_nothing_is_written(even, tmp_path):
    case = material_with(even, LabelMap.empty(even.volume.shape))
    with pytest.raises(EmptyMaskError, match="empty"):
        SegFormat().write(case, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_series_that_is_not_dicom_is_told_which_format_to_take(tmp_path, even):
    case = replace(even, volume=make_volume(8, side=16), headers=())
    with pytest.raises(InputError, match="nifti"):
        SegFormat().write(case, tmp_path)


def test_headers_without_positions_are_refused(tmp_path):
    case = material(series(tmp_path / "ct", ImagePositionPatient=None))
    with pytest.raises(GeometryError, match="nifti"):
        SegFormat().write(case, tmp_path / "out")
