import numpy as np
import pytest
from PIL import Image

from ichcore.explain.colour_map import inferno, overlay
from ichcore.explain.contact_sheet import GROUND, draw_contact_sheet
from ichcore.explain.heatmap import Box, Heatmap
from ichcore.predict.prediction import Prediction
from ichcore.subtypes import CLASSES
from ichcore.volume import Volume
from tests.ichcore.tiny_model import make_volume


def prediction_of(volume: Volume) -> Prediction:
    slices = volume.shape[0]
    return Prediction(
        "1.2.3",
        "tiny",
        "0",
        "cpu",
        volume.sop_instance_uids,
        volume.geometry.positions_mm,
        np.full((slices, 6), 0.7, np.float32),
        np.full(6, 0.5, np.float32),
        np.ones(slices, bool),
    )


def spot(index: int, name: str, shape: tuple[int, ...]) -> Heatmap:
    activation = np.zeros(shape, np.float32)
    activation[40:60, 30:50] = 1
    return Heatmap("layercam", "fusion", name, index, activation, activation, 1.0, np.eye(3)[:2])


def test_nothing_is_drawn_where_activation_is_zero() -> None:
    grey = np.linspace(0, 1, 12).reshape(3, 4)
    plain = overlay(grey, np.zeros((3, 4)), 0.6)
    assert (plain == np.round(grey * 255)[..., None]).all()
    assert (overlay(grey, np.ones((3, 4)), 1.0) == np.round(inferno(np.ones((3, 4))) * 255)).all()


def test_the_colour_map_grows_ever_lighter() -> None:
    red, green, blue = inferno(np.linspace(0, 1, 64)).T
    assert (np.diff(0.2126 * red + 0.7152 * green + 0.0722 * blue) > 0).all()


@pytest.mark.parametrize("is_hu", [True, False])
def test_one_tile_a_slice_with_activation(is_hu: bool) -> None:
    volume = make_volume(is_hu=is_hu)
    maps = [spot(i, name, volume.shape[1:]) for i in (2, 5) for name in CLASSES]
    boxes = [Box(m.slice_index, m.class_name, (40, 30, 60, 50), 1.0) for m in maps]
    with_maps = draw_contact_sheet(volume, prediction_of(volume), maps, boxes)
    without = draw_contact_sheet(volume, prediction_of(volume), maps, [])
    assert with_maps.mode == "RGB"
    assert with_maps.size == without.size
    assert (np.asarray(with_maps) != np.asarray(without)).any()


def test_no_activation_gives_a_page_that_says_so() -> None:
    volume = make_volume(slices=2)
    page = draw_contact_sheet(volume, prediction_of(volume), [], [])
    assert page.getpixel((2, 2)) == Image.new("RGB", (1, 1), GROUND).getpixel((0, 0))


def test_many_slices_are_thinned_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ichcore.explain.contact_sheet.MOST_TILES", 6)
    volume = make_volume(slices=18, side=64)
    maps = [spot(i, "any", volume.shape[1:]) for i in range(18)]
    few = draw_contact_sheet(volume, prediction_of(volume), maps[:6], [])
    many = draw_contact_sheet(volume, prediction_of(volume), maps, [])
    assert many.size == few.size
