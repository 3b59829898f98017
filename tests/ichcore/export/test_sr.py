from __future__ import annotations

from dataclasses import replace

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread

from ichcore.annotations.answer import Answer
from ichcore.export.dicom_sr import FILE_NAME, SEG_FILE_NAME, NothingToReportError, SrFormat
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.volumes import volumes_ml
from tests.ichcore.export.made import MODEL, material, said, series


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    return material(series(tmp_path_factory.mktemp("even")))


def with_annotation(case, **changes):
    return replace(case, annotation=replace(case.annotation, **changes))


def words(item) -> list[str]:
    """Every text of a report."""
    found = [str(item.TextValue)] if item.get("ValueType") == "TEXT" else []
    for child in item.get("ContentSequence") or ():
        found += words(child)
    return found


@pytest.mark.parametrize("kind", ["even", "tilted", "uneven"])
def test_a_report_says_what_was_found(tmp_path, kind):
    case = material(series(tmp_path / "ct", kind))
    files = SrFormat().write(case, tmp_path / "out")
    assert [path.name for path in files] == [FILE_NAME, SEG_FILE_NAME]
    assert SrFormat().differences(case, tmp_path / "out") == []


def test_volumes_are_of_the_segments_that_the_segmentation_holds(even, tmp_path):
    SrFormat().write(even, tmp_path)
    groups = hd.sr.srread(tmp_path / FILE_NAME).content.get_volumetric_roi_measurement_groups()
    ml = volumes_ml(even.annotation.mask.labels, even.volume.geometry)
    stated = {g.tracking_identifier: g.get_measurements()[0].value for g in groups}
    assert len(stated) == 6
    assert stated["Subdural hemorrhage (SDH)"] == pytest.approx(ml["subdural"], abs=1e-4)
    assert (
        groups[0].referenced_segment.referenced_sop_instance_uid
        == dcmread(tmp_path / SEG_FILE_NAME).SOPInstanceUID
    )


@pytest.mark.parametrize("slices", [1, 3])
def test_a_single_subtype_names_the_images_that_it_was_drawn_on(even, tmp_path, slices):
    labels = np.zeros_like(even.annotation.mask.labels)
    labels[2 : 2 + slices, 3:6, 3:6] = 5
    case = with_annotation(even, mask=LabelMap(labels, (labels > 0).astype(np.uint8)))
    SrFormat().write(case, tmp_path)
    assert SrFormat().differences(case, tmp_path) == []
    (group,) = hd.sr.srread(tmp_path / FILE_NAME).content.get_volumetric_roi_measurement_groups()
    images = group.referenced_segment.source_images_for_segmentation
    named = [str(image.referenced_sop_instance_uid) for image in images]
    assert named == list(case.volume.sop_instance_uids[2 : 2 + slices])


def test_volumes_are_withheld_with_the_reason_where_slices_are_uneven(tmp_path):
    case = material(series(tmp_path / "ct", "uneven"))
    SrFormat().write(case, tmp_path)
    groups = hd.sr.srread(tmp_path / FILE_NAME).content.get_volumetric_roi_measurement_groups()
    assert [len(group.get_measurements()) for group in groups] == [0] * 6
    assert any("volumes are withheld" in text for text in words(dcmread(tmp_path / FILE_NAME)))


def test_who_and_what_made_it_is_said(even, tmp_path):
    SrFormat().write(even, tmp_path)
    data = dcmread(tmp_path / FILE_NAME)
    texts = words(data)
    assert any("not for diagnosis" in text for text in texts)
    assert MODEL.partition("@")[0] in texts  # TID 4019
    assert "Note on slice 3: a second look" in texts
    names = [str(i.PersonName) for i in data.ContentSequence if i.ValueType == "PNAME"]
    assert names == ["Schmidt^Jörg"]
    assert data.ContentQualification == "RESEARCH"


def test_a_models_suggestion_has_no_person(even, tmp_path):
    case = with_annotation(even, reader=MODEL.partition("@")[0])
    SrFormat().write(case, tmp_path)
    data = dcmread(tmp_path / FILE_NAME)
    assert not [i for i in data.ContentSequence if i.ValueType == "PNAME"]


def test_no_is_an_answer_without_a_mask(even, tmp_path):
    blank = LabelMap.empty(even.volume.shape)
    case = with_annotation(even, mask=blank, study={"any": said(Answer.NO)}, slices={})
    assert [path.name for path in SrFormat().write(case, tmp_path)] == [FILE_NAME]
    assert SrFormat().differences(case, tmp_path) == []


def test_nothing_said_and_nothing_drawn_is_no_report(even, tmp_path):
    case = with_annotation(even, mask=LabelMap.empty(even.volume.shape), study={}, slices={})
    with pytest.raises(NothingToReportError, match="nothing"):
        SrFormat().write(case, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_changed_answer_is_told(even, tmp_path):
    SrFormat().write(even, tmp_path)
    other = with_annotation(even, study={"any": said(Answer.UNSURE)})
    assert any("answers" in one for one in SrFormat().differences(other, tmp_path))


def test_a_changed_mask_is_told(even, tmp_path):
    SrFormat().write(even, tmp_path)
    labels = even.annotation.mask.labels.copy()
    labels[labels == 5] = 0
    mask = LabelMap(labels, np.where(labels > 0, even.annotation.mask.origins, 0))
    found = SrFormat().differences(with_annotation(even, mask=mask), tmp_path)
    assert any("volumes" in one for one in found)
    assert any("segments" in one for one in found)
