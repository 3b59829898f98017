import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.pictures.display_window import as_picture, comb_width, estimate_window, picture_hu
from ichcore.volume import Window
from tests.ichcore.datasets.layouts import phantom


def head(seed):
    return phantom(seed, "intraparenchymal", slices=8, size=160).volume.hu


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([21, 22, 23]), st.integers(30, 50), st.sampled_from([70, 80, 90, 100, 120, 150, 200]))
def test_a_known_window_is_found_again(seed, level, width):
    found = estimate_window(as_picture(head(seed), Window(level, width)))
    assert found.width == width
    assert abs(found.center - level) <= 9


@settings(max_examples=6, deadline=None)
@given(st.sampled_from([21, 22, 23]), st.integers(35, 45), st.sampled_from([80, 100, 130]))
def test_without_a_comb_the_tissue_peaks_give_the_width(seed, level, width):
    pictures = as_picture(head(seed), Window(level, width))
    blurred = ndimage.uniform_filter(pictures.astype(np.float32), (1, 2, 2))
    assert comb_width(blurred) is None
    found = estimate_window(blurred)
    assert abs(found.center - level) <= 14
    assert 0.55 < found.width / width < 1.8


def test_a_comb_is_one_whether_greys_were_rounded_or_cut():
    hu = np.arange(-40, 140)
    grey = (hu + 20) / 120 * 255
    for saved in (np.rint(grey), np.floor(grey)):
        assert comb_width(np.clip(saved, 0, 255)) == 120
    assert comb_width(np.arange(256)) is None
    assert comb_width(np.array([0, 255])) is None
    assert comb_width(np.arange(0, 120)) is None


def test_hu_come_back_and_black_around_is_air():
    window = Window(40.0, 100.0)
    hu = np.full((1, 20, 20), -1000)
    hu[0, 5:15, 5:15] = 30
    hu[0, 9:11, 9:11] = -200
    back = picture_hu(as_picture(hu, window), window)
    assert back[0, 6, 6] == pytest.approx(30, abs=0.3)
    assert back[0, 0, 0] == -1024
    assert back[0, 9, 9] == pytest.approx(-10)


def test_only_black_that_touches_the_border_is_air():
    grey = np.full((9, 9), 90.0)
    grey[:2] = grey[-2:] = grey[:, :2] = grey[:, -2:] = 0
    grey[4, 4] = 0
    hu = picture_hu(grey, Window(50.0, 100.0))
    assert hu.shape == (9, 9)
    assert hu[0, 0] == -1024
    assert hu[4, 4] == pytest.approx(0.0)
    assert hu[3, 3] == pytest.approx(90 / 2.55)


def test_pictures_without_a_skull_are_refused():
    with pytest.raises(InputError, match="no brain inside a white skull"):
        estimate_window(np.full((3, 64, 64), 90, np.uint8))
