"""The histogram leaves air and padding out and survives empty slices."""

from __future__ import annotations

import numpy as np
import pytest

from ichcore.volume import Window
from ichviewer.widgets.panels.histogram import BINS, axis_range, histogram


def test_the_peak_is_where_the_tissue_is() -> None:
    plane = np.full((64, 64), -3024, np.int16)
    plane[16:48, 16:48] = 35
    heights = histogram(plane, -80, 160)
    assert heights.shape == (BINS,)
    assert -80 + (heights.argmax() + 0.5) * 240 / BINS == pytest.approx(35, abs=3)
    assert heights[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("value", [-1024, -3024, 3000])
def test_a_slice_without_tissue_is_flat(value: int) -> None:
    assert not histogram(np.full((8, 8), value, np.int16), -80, 160).any()


@pytest.mark.parametrize(("level", "width"), [(40, 80), (400, 1800), (32, 8), (40, 380)])
def test_the_whole_window_is_on_the_axis(level: float, width: float) -> None:
    window = Window(level, width)
    low, high = axis_range(window)
    assert low <= window.low
    assert high >= window.high
