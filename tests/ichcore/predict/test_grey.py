import numpy as np
import pytest

from ichcore.predict.grey import assumed_hu


def test_grey_is_read_through_the_stated_window() -> None:
    grey = np.full((9, 9), 128.0)
    grey[4, 4] = 255
    assert assumed_hu(grey)[0, 0] == pytest.approx(50.2, abs=0.1)
    assert assumed_hu(grey)[4, 4] == pytest.approx(100.0)


def test_only_black_that_touches_the_border_is_air() -> None:
    grey = np.zeros((9, 9))
    grey[2:7, 2:7] = 90
    grey[4, 4] = 0
    hu = assumed_hu(grey)
    assert hu[0, 0] == -1024
    assert hu[4, 4] == pytest.approx(0.0)
