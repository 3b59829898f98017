from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread

from ichcore.errors import IchError, InputError
from ichcore.export.dicom_pmap import NoMapError, PmapFormat, file_name
from ichcore.export.pmap_reading import read_heatmaps
from ichcore.volume import SeriesIdentity
from tests.ichcore.dicom.ct_file import save
from tests.ichcore.dicom.test_enhanced import enhanced
from tests.ichcore.export.made import material, series


@pytest.mark.parametrize("kind", ["even", "tilted", "uneven"])
def test_a_heat_map_comes_back_bit_by_bit(tmp_path, kind):
    case = material(series(tmp_path / "ct", kind))
    files = PmapFormat().write(case, tmp_path / "out")
    assert [path.name for path in files] == ["activation_any.dcm", "activation_subdural.dcm"]
    assert PmapFormat().differences(case, tmp_path / "out") == []


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    return material(series(tmp_path_factory.mktemp("even")))


def test_values_are_class_activation_without_unit(even, tmp_path):
    PmapFormat().write(even, tmp_path)
    data = dcmread(tmp_path / file_name("subdural"))
    mapping = data.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    assert mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0].CodeMeaning == "Class activation"
    assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == "1"
    assert mapping.LUTLabel == "SDH"
    assert data.ContentQualification == "RESEARCH"
    assert data.SeriesDescription == "RESEARCH activation SDH"


def test_frames_of_one_multi_frame_file(tmp_path):
    path = save(enhanced([10, 0, 15, 5]), tmp_path / "ct" / "a.dcm")
    case = material(path.parent)
    PmapFormat().write(case, tmp_path)
    assert PmapFormat().differences(case, tmp_path) == []


@pytest.mark.parametrize("kind", ["even", "uneven"])
def test_it_is_opened_again_as_heat_maps_that_say_whose_they_are(tmp_path, kind):
    case = replace(material(series(tmp_path / "ct", kind)), explanation=("sfcam", "layer2.1"))
    files = PmapFormat().write(case, tmp_path / "out")
    read = read_heatmaps(files[1], case.volume)
    assert (read.class_name, read.model) == ("subdural", "window-fusion")
    assert [one.slice_index for one in read.heatmaps] == list(range(8))
    for one in read.heatmaps:
        assert (one.method, one.layer) == ("sfcam", "layer2.1")
        assert np.array_equal(one.activation, case.activation["subdural"][one.slice_index])
    elsewhere = replace(case.volume, sop_instance_uids=tuple("abcdefgh"), identity=SeriesIdentity("1.9"))
    with pytest.raises(InputError, match="another series"):
        read_heatmaps(files[1], elsewhere)
    unsaid = replace(case, explanation=None)
    assert PmapFormat().differences(unsaid, tmp_path / "out") == [
        f"activation_{name}.dcm: It is described as '{short} by window-fusion sfcam@layer2.1, research', "
        f"not as '{short} by window-fusion, research'."
        for name, short in (("any", "ANY"), ("subdural", "SDH"))
    ]


def test_a_flat_map_is_a_map(even, tmp_path):
    flat = replace(even, activation={"any": np.zeros(even.volume.shape, np.float32)})
    PmapFormat().write(flat, tmp_path)
    assert PmapFormat().differences(flat, tmp_path) == []


def test_differences_are_told(even, tmp_path):
    PmapFormat().write(even, tmp_path)
    other = {name: values.copy() for name, values in even.activation.items()}
    other["any"][4, 5, 6] += 0.5
    assert PmapFormat().differences(replace(even, activation=other), tmp_path) == [
        "activation_any.dcm: 1 values read back by pydicom differ.",
        "activation_any.dcm: 1 values read back by highdicom differ.",
        "activation_any.dcm: Taken over onto the series, 1 slices differ.",
    ]


def test_without_a_map_there_is_nothing_to_write(even, tmp_path):
    with pytest.raises(NoMapError, match="heat map"):
        PmapFormat().write(replace(even, activation={}), tmp_path)


def test_a_map_on_another_grid_is_refused(even, tmp_path):
    wrong = replace(even, activation={"any": np.zeros((8, 4, 4), np.float32)})
    with pytest.raises(IchError, match="explain it again"):
        PmapFormat().write(wrong, tmp_path)
