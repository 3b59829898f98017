"""A slice flipped about its midline."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ichcore.masks.midline import find_midline
from ichcore.masks.mirror_compare import denser_piece, mirror_view, series_angle
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


def tilted_head(degrees: float, shift: float) -> tuple[np.ndarray, tuple[float, float]]:
    """A head of 1.25 mm pixels, turned and moved, with a bleed left of its midline; and the bleed's place."""
    rows, columns = np.indices((160, 160)) - 79.5
    turn = np.deg2rad(degrees)
    along = rows * np.cos(turn) + (columns - shift) * np.sin(turn)
    across = (columns - shift) * np.cos(turn) - rows * np.sin(turn)
    radius = np.hypot(along / 72, across / 58)
    hu = np.where(radius < 1, 1000.0, -1000.0)
    hu[radius < 0.92] = 34
    bleed = np.hypot(along - 8, across + 26) < 10
    hu[bleed] = 64
    hu += np.random.default_rng(4).normal(0, 4, hu.shape) * (radius < 0.92)
    return hu, tuple(float(axis.mean()) for axis in np.nonzero(bleed))


@settings(max_examples=5, deadline=None)
@given(degrees=st.floats(-15, 15), shift=st.floats(-6, 6))
def test_a_tilted_head_is_compared_about_its_own_midline(degrees, shift):
    hu, (row, column) = tilted_head(degrees, shift)
    view = mirror_view(hu, PIXEL_MM)
    piece = denser_piece(view.difference_hu, PIXEL_MM)
    assert piece is not None
    assert np.hypot(piece.middle[0] - row, piece.middle[1] - column) < 2
    assert 3.5 < piece.area_cm2 < 6.5
    assert 18 < piece.more_hu < 30
    quiet = np.abs(view.difference_hu) < 10
    assert quiet.mean() > 0.93, "nothing else differs, not even at the skull"


def test_an_uneven_skull_does_not_turn_the_midline():
    """Its outline is an oval turned by 12 degrees, its brain is symmetric about a straight line."""
    rows, columns = np.indices((160, 160)) - 79.5
    turn = np.deg2rad(12)
    along, across = rows * np.cos(turn) + columns * np.sin(turn), columns * np.cos(turn) - rows * np.sin(turn)
    radius = np.hypot(along / 74, across / 60)
    hu = np.where(radius < 1, 1000.0, -1000.0)
    hu[radius < 0.92] = 34
    hu[(radius < 0.92) & (np.abs(columns) < 1.5) & (np.abs(rows) > 30)] = 55
    for side in (-1, 1):
        hu[np.hypot((rows + 4) / 24, (columns - side * (9 + 0.3 * rows)) / 6) < 1] = 8
        hu[np.hypot((rows - 40) / 6, (columns - side * 30) / 9) < 1] = 15
    hu[np.hypot(rows - 5, columns + 36) < 9] = 62
    stack = hu + np.random.default_rng(6).normal(0, 4, (5, 160, 160)) * (radius < 0.92)
    assert abs(np.rad2deg(find_midline(stack[0], PIXEL_MM).angle)) > 8
    angle = series_angle(stack, PIXEL_MM)
    assert abs(np.rad2deg(angle)) < 2
    view = mirror_view(stack[0], PIXEL_MM, angle=angle)
    (_, start), (_, end) = view.midline.ends((160, 160))
    assert abs(start - 79.5) < 4
    assert abs(end - 79.5) < 4
    piece = denser_piece(view.difference_hu, PIXEL_MM)
    assert piece is not None
    assert np.hypot(piece.middle[0] - 84.5, piece.middle[1] - 43.5) < 2.5
