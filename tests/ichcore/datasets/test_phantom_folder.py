import numpy as np
import pytest

from ichcore.datasets.cache import cache_set
from ichcore.datasets.phantom_folder import PhantomFolder
from ichcore.datasets.placing import Grid
from ichcore.errors import InputError
from ichcore.phantom import iterate_cases, write_cases

GRID = Grid(48, 5.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("phantoms")
    write_cases(out, 2, 9, subtypes=["subdural"], slices=4, size=96)
    return out


def test_what_was_written_is_read(folder):
    made = list(iterate_cases(2, 9, subtypes=["subdural"], slices=4, size=96))
    cases, left = PhantomFolder(folder).cases()
    assert not left
    for case, phantom in zip(cases, made, strict=True):
        opened = case.open()
        assert case.patient == phantom.patient_id
        assert np.array_equal(opened.labels, phantom.labels)
        assert np.array_equal(opened.truth, phantom.truth)
        assert np.array_equal(opened.blend_sign, phantom.blend_sign)
        assert opened.known.all()


def test_on_the_grid_boxes_enclose_the_masks(folder, tmp_path):
    case = cache_set(PhantomFolder(folder), GRID, tmp_path).cases[0]
    assert case.hu.shape == (4, 48, 48)
    assert case.heights[[0, -1]].tolist() == [0, 1]
    assert case.boxes
    assert case.drawn.all()
    assert case.is_hu
    assert case.terms.licence.startswith("MIT")
    for one in case.boxes:
        row0, column0, row1, column1 = one["box"]
        inside = case.truth[one["index"], row0:row1, column0:column1] == 5
        assert inside.sum() == (case.truth[one["index"]] == 5).sum() > 0


def test_a_missing_case_and_a_missing_table_are_said(folder, tmp_path):
    (tmp_path / "labels.csv").write_text((folder / "labels.csv").read_text())
    cases, left = PhantomFolder(tmp_path).cases()
    assert not cases
    assert [one.file for one in left] == ["0001", "0002"]
    with pytest.raises(InputError, match=r"holds no labels\.csv"):
        PhantomFolder(tmp_path / "nowhere").cases()
