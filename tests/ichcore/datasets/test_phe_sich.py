import numpy as np
import pytest

from ichcore.datasets.cache import cache_set
from ichcore.datasets.phe_sich import PheSich
from ichcore.datasets.placing import Grid
from ichcore.datasets.terms import terms_of
from ichcore.errors import InputError
from ichcore.volume import Window
from tests.ichcore.datasets.layouts import phantom, write_lying, write_phe_sich

WINDOW = Window(40.0, 120.0)


@pytest.fixture
def phe(tmp_path):
    case = phantom(21, "intraparenchymal", slices=8, size=128)
    write_phe_sich(tmp_path / "phe", case, "0001", WINDOW)
    return PheSich(tmp_path / "phe"), case


def test_pictures_stand_upright_with_weak_labels(phe):
    source, case = phe
    opened = source.cases()[0][0].open()
    assert opened.volume.shape == (8, 128, 128)
    assert not opened.volume.is_hu
    # brain stands where the phantom's does
    assert np.corrcoef(opened.volume.hu[4].ravel(), np.clip(case.volume.hu[4], -20, 100).ravel())[0, 1] > 0.99
    positive = (case.truth > 0).any(axis=(1, 2))
    assert positive.any()
    assert np.array_equal(opened.labels[:, 0], positive)
    assert np.array_equal(opened.labels[:, 2], positive)
    assert opened.known[~positive].all()
    assert opened.known[positive].tolist() == [[True, False, True, False, False, False]] * int(positive.sum())
    assert np.array_equal(opened.truth > 0, case.truth > 0)
    assert opened.window.width == 120


def test_on_the_grid_it_is_flagged_hu_through_a_window(phe, tmp_path):
    source, _ = phe
    case = cache_set(source, Grid(112, 2.0), tmp_path / "cache").cases[0]
    assert not case.is_hu
    assert case.window.width == 120
    assert not case.masks_teach
    assert case.masks["edema"].shape == case.hu.shape
    assert case.terms.non_commercial
    assert terms_of([case])["sets"][0]["name"] == "PHE-SICH-CT-IDS"
    assert case.hu.min() == -1024
    assert case.hu.max() <= np.ceil(case.window.high)
    brain = case.hu[4][50:62, 50:62]
    assert 5 < np.median(brain) < 60
    assert max(case.about["share"]) > 0


def test_masks_that_do_not_fit_are_refused(phe):
    source, _ = phe
    write_lying(source.root / "0001" / "edema" / "70.png", np.zeros((128, 128), np.uint8))
    with pytest.raises(InputError, match=r"edema/70\.png belongs to no picture"):
        source.cases()[0][0].open()
    (source.root / "0001" / "edema" / "70.png").unlink()
    write_lying(source.root / "0001" / "edema" / "00.png", np.zeros((64, 64), np.uint8))
    with pytest.raises(InputError, match="not of the size"):
        source.cases()[0][0].open()


def test_a_folder_without_pictures_is_left_out(phe, tmp_path):
    source, _ = phe
    (source.root / "0002").mkdir()
    cases, left = source.cases()
    assert len(cases) == 1
    assert [one.file for one in left] == ["0002"]
    with pytest.raises(InputError, match="holds no patient"):
        PheSich(source.root / "0002").cases()
    with pytest.raises(InputError, match="is no folder"):
        PheSich(tmp_path / "none").cases()


@pytest.mark.real
def test_a_real_patient_opens_with_a_plausible_window(real_data):
    opened = PheSich(real_data / "phe_sich").cases()[0][0].open()
    assert opened.labels[:, 0].any()
    assert 30 <= opened.window.center <= 55
    assert opened.window.width in {80.0, 120.0}
