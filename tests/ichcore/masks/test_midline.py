"""The midline follows the head."""

import numpy as np
import pytest
from scipy import ndimage

from ichcore.masks.midline import Midline, find_midline
from tests.ichcore.datasets.layouts import phantom

PIXEL_MM = 1.25


@pytest.fixture(scope="module")
def hu():
    case = phantom(3, slices=8, size=192)
    index = int((case.truth > 0).sum(axis=(1, 2)).argmax())
    return case.volume.hu[index].astype(np.float32)


@pytest.mark.parametrize("turn", [-17.0, 0.0, 9.0])
def test_the_midline_follows_a_turned_and_shifted_head(hu, turn):
    straight = find_midline(hu, PIXEL_MM)
    moved = ndimage.shift(ndimage.rotate(hu, turn, reshape=False, order=1, cval=-1000), (4, -7), cval=-1000)
    found = find_midline(moved, PIXEL_MM)
    assert np.rad2deg(found.angle - straight.angle) == pytest.approx(turn, abs=1.5)
    head = np.argwhere(moved > -200).mean(axis=0)
    across = np.array([-np.sin(found.angle), np.cos(found.angle)])
    assert abs((np.array(found.point) - head) @ across) * PIXEL_MM < 5


def test_the_line_crosses_the_first_and_the_last_row():
    (row0, column0), (row1, column1) = Midline((40.0, 30.0), np.deg2rad(10)).ends((101, 90))
    assert (row0, row1) == (0, 100)
    assert (column1 - column0) / 100 == pytest.approx(np.tan(np.deg2rad(10)))
    assert column0 + 40 * np.tan(np.deg2rad(10)) == pytest.approx(30)
