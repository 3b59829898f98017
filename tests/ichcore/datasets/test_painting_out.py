"""A slice without its bleed: nothing of the blood is left, and nothing tells where it was."""

import numpy as np
import pytest
from scipy import ndimage

from ichcore.datasets.painting_out import FADE_MM, GROWN_MM, paint_out
from ichcore.masks.midline import find_midline
from ichcore.pictures.display_window import as_picture, picture_hu
from ichcore.volume import Window
from tests.ichcore.datasets.layouts import phantom

PIXEL_MM = 1.25


def bleeding_slice(*subtypes, seed=3):
    """The slice with most blood of a phantom, its mask and pixel size."""
    case = phantom(seed, *subtypes, slices=8, size=192)
    index = int((case.truth > 0).sum(axis=(1, 2)).argmax())
    return case.volume.hu[index].astype(np.float32), case.truth[index] > 0


def far_from(mask):
    return ndimage.distance_transform_edt(~mask) * PIXEL_MM > GROWN_MM + FADE_MM


@pytest.mark.parametrize("picture", [False, True])
@pytest.mark.parametrize("name", ["intraparenchymal", "subdural", "epidural"])
def test_blood_becomes_tissue_and_the_rest_stays(name, picture):
    hu, mask = bleeding_slice(name)
    if picture:
        window = Window(40, 100, "brain")
        hu = picture_hu(as_picture(hu, window), window)
    painted = paint_out(hu, mask, PIXEL_MM, np.random.default_rng(0))
    assert painted.dtype == np.float32
    brain = far_from(mask) & (hu > 15) & (hu < 48)
    core = ndimage.binary_erosion(mask)
    assert hu[core].mean() > hu[brain].mean() + 8
    assert painted[core].mean() < hu[brain].mean() + 4
    assert np.percentile(painted[core], 90) < np.percentile(hu[core], 50)
    np.testing.assert_array_equal(painted[far_from(mask)], hu[far_from(mask)])
    assert painted.max() <= hu.max()
    assert painted.min() >= hu.min()


def test_the_painted_place_has_the_noise_of_the_slice():
    hu, mask = bleeding_slice("intraparenchymal")
    painted = paint_out(hu, mask, PIXEL_MM, np.random.default_rng(0))

    def fine(where):
        return float((painted - ndimage.gaussian_filter(painted, 1.0))[where].std())

    brain = ndimage.binary_opening((hu > 15) & (hu < 48), iterations=2)
    around = ndimage.binary_erosion(brain, iterations=3) & far_from(mask)
    assert 0.7 < fine(mask) / fine(around) < 1.4
    rim = ndimage.binary_dilation(mask, iterations=3) ^ mask
    assert 0.7 < fine(rim) / fine(around) < 1.5, "no seam, and no blur"


def test_where_the_other_side_bleeds_too_tissue_around_is_taken():
    hu, mask = bleeding_slice("intraparenchymal")
    at = np.rint(find_midline(hu, PIXEL_MM).mirrored(hu.shape)).astype(int)
    both = hu.copy()
    twin = ndimage.map_coordinates(mask.astype(np.uint8), at, order=0) > 0
    both[twin & (hu < 60)] += 35.0
    mask_of_both = mask | twin
    painted = paint_out(both, mask_of_both, PIXEL_MM, np.random.default_rng(0))
    brain = far_from(mask_of_both) & (hu > 15) & (hu < 48)
    assert abs(painted[mask & (hu < 100)].mean() - hu[brain].mean()) < 6
    one_sided = paint_out(both, mask, PIXEL_MM, np.random.default_rng(0))
    assert one_sided[ndimage.binary_erosion(mask)].mean() < hu[brain].mean() + 6


def test_nothing_to_paint_and_nothing_to_paint_with():
    hu, mask = bleeding_slice("intraparenchymal")
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(paint_out(hu, np.zeros_like(mask), PIXEL_MM, rng), hu)
    air = np.full((64, 64), -1000.0)
    square = np.zeros((64, 64), bool)
    square[20:30, 20:30] = True
    np.testing.assert_array_equal(paint_out(air, square, PIXEL_MM, rng), air)
