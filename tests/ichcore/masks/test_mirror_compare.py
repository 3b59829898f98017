"""A slice flipped about its midline."""

import numpy as np
from scipy import ndimage

from ichcore.masks.mirror_compare import mirror_view
from tests.ichcore.datasets.layouts import phantom

PIXEL_MM = 1.25


def test_blood_is_seen_as_a_difference_on_its_side():
    case = phantom(3, "intraparenchymal", slices=8, size=192)
    index = int((case.truth > 0).sum(axis=(1, 2)).argmax())
    hu, mask = case.volume.hu[index], case.truth[index] > 0
    view = mirror_view(hu, PIXEL_MM)
    assert view.hu.shape == view.difference_hu.shape == hu.shape
    assert view.hu.dtype == np.int16
    core = ndimage.binary_erosion(mask, iterations=2)
    assert np.median(view.difference_hu[core]) > 12
    twin = ndimage.map_coordinates(core.astype(np.float32), view.midline.mirrored(hu.shape), order=1) > 0.5
    assert np.median(view.difference_hu[twin]) < -12
    assert np.median(view.hu[twin]) > 45, "the flipped slice has its blood on the other side"
    air = ~ndimage.binary_fill_holes(hu > -200)
    assert not view.difference_hu[air].any()


def test_flipped_twice_it_is_itself_again():
    rng = np.random.default_rng(0)
    hu = ndimage.gaussian_filter(rng.normal(0, 300, (64, 64)), 3)
    hu += np.where(np.hypot(*(np.indices((64, 64)) - 31.5)) < 26, 40, -1000)
    view = mirror_view(hu, 3.0)
    again = mirror_view(view.hu, 3.0, view.midline)
    inner = slice(20, 44)
    assert np.abs(again.hu[inner, inner] - hu[inner, inner]).mean() < 25
