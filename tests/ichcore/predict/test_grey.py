from dataclasses import replace

import numpy as np
import pytest

from ichcore.phantom import make_case
from ichcore.pictures.display_window import as_picture
from ichcore.predict.grey import ASSUMED_WINDOW, grey_window
from ichcore.predict.model_input import ModelInput
from ichcore.predict.scope import scope_warnings
from ichcore.volume import Volume, Window
from tests.ichcore.tiny_model import make_volume


class Grid:
    """As much of a card as laying a series on a grid needs."""

    size, pixel_mm, brain_level = 64, 3.6, False


@pytest.fixture(scope="module")
def head() -> Volume:
    return make_case(21, subtypes=("intraparenchymal",), slices=8, size=160, number=21).volume


def saved(volume: Volume, window: Window) -> Volume:
    return replace(volume, hu=as_picture(volume.hu, window).astype(np.int16), is_hu=False)


@pytest.mark.parametrize("window", [Window(40, 80), Window(35, 120), Window(50, 100)])
def test_pictures_are_read_through_the_window_that_they_were_saved_through(
    head: Volume, window: Window
) -> None:
    pictures = saved(head, window)
    found = grey_window(pictures)
    assert found.estimated
    assert found.window.width == window.width
    assert found.window.center == pytest.approx(window.center, abs=5)
    given, hu = (ModelInput.of(v, Grid()) for v in (pictures, head))  # type: ignore[arg-type]
    brain = (hu.hu(4) > 20) & (hu.hu(4) < 50)
    assert np.abs(given.hu(4) - hu.hu(4))[brain].mean() < 7
    (warning,) = (w for w in scope_warnings(given) if w.code == "no_hu")
    assert f"/{window.width:.0f}, estimated" in warning.detail


@pytest.mark.parametrize("window", [Window(400, 1800), Window(40, 400), Window(32, 8)])
def test_a_window_that_the_pictures_do_not_tell_is_assumed_and_said(head: Volume, window: Window) -> None:
    pictures = saved(head, window)
    found = grey_window(pictures)
    assert not found.estimated
    assert found.window == ASSUMED_WINDOW
    prepared = ModelInput.of(pictures, Grid())  # type: ignore[arg-type]
    (warning,) = (w for w in scope_warnings(prepared) if w.code == "no_hu")
    assert "50/100, which may be wrong" in warning.detail


def test_one_grey_for_all_of_the_brain_tells_no_window() -> None:
    assert not grey_window(make_volume(is_hu=False)).estimated


def test_nothing_decoded_yet_tells_no_window() -> None:
    assert not grey_window(replace(make_volume(is_hu=False), decoded=np.zeros(9, bool))).estimated


def test_series_with_hu_have_no_grey_window() -> None:
    assert ModelInput.of(make_volume(), Grid()).grey is None  # type: ignore[arg-type]


def test_slices_that_come_in_later_are_heard(head: Volume) -> None:
    pictures = replace(saved(head, Window(40, 80)), decoded=np.zeros(8, bool))
    assert not ModelInput.of(pictures, Grid()).grey.estimated  # type: ignore[arg-type, union-attr]
    pictures.decoded[:] = True
    assert ModelInput.of(pictures, Grid()).grey.estimated  # type: ignore[arg-type, union-attr]
