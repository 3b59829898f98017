"""The facts of the windows: He 2024 Eq. 3.1, both its misprints, its inversion; DICOM's linear functions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import IchError
from ichcore.volume.window import (
    LOG_RATIO,
    MARGIN,
    PRESETS,
    UPPER,
    WIDEST,
    Transfer,
    Window,
    is_degenerate,
    weights_from_window,
    window_from_weights,
)

TABLE = [
    # WL, WW, W, b
    (40, 80, 0.13843335, -5.5373343),  # the paper prints this b without its minus sign
    (80, 200, 0.05537334, -4.4298673),
    (40, 380, 0.02914386, -1.1657546),
]


def test_the_logarithm_is_single():
    """The paper prints "log log"; only ln(U/ε − 1) gives its own table."""
    assert pytest.approx(5.5373343, abs=1e-7) == LOG_RATIO
    assert math.log(UPPER / MARGIN - 1) == LOG_RATIO
    assert 2 / 80 * math.log(LOG_RATIO) != pytest.approx(0.13843335, rel=0.1)


@pytest.mark.parametrize(("wl", "ww", "w", "b"), TABLE)
def test_the_table_of_windows(wl, ww, w, b):
    assert weights_from_window(wl, ww) == (pytest.approx(w, abs=1e-7), pytest.approx(b, abs=1e-6))
    inverted = window_from_weights(w, b)
    assert inverted.center == pytest.approx(wl, abs=1e-3)
    assert inverted.width == pytest.approx(ww, abs=1e-3)


def test_the_brain_window_printed_without_its_minus_sign_is_caught():
    """+5.5373343 would be a window at −40 HU, where 40 HU (brain) is saturated."""
    assert window_from_weights(0.13843335, 5.5373343).center == pytest.approx(-40, abs=1e-3)
    assert weights_from_window(40, 80)[1] < 0


def test_the_inversion_has_its_sign():
    """A public implementation returns b/W."""
    window = window_from_weights(0.11074668, -5.5373343)
    assert (window.center, window.width) == (pytest.approx(50, abs=1e-4), pytest.approx(100, abs=1e-4))
    assert window.transfer is Transfer.SIGMOID


@settings(max_examples=40, deadline=None)
@given(st.floats(-900, 3000), st.floats(1, 0.999 * WIDEST))
def test_window_to_weights_and_back(center, width):
    window = window_from_weights(*weights_from_window(center, width))
    assert window.center == pytest.approx(center, rel=1e-9, abs=1e-6)
    assert window.width == pytest.approx(width, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(-500, 1000), st.floats(5, 2000))
def test_f_is_1_at_the_bottom_half_in_the_middle_and_254_at_the_top(center, width):
    window = Window(center, width, transfer=Transfer.SIGMOID)
    # float64 ends of the window, float32 arithmetic inside
    grey = window.apply(np.array([window.low, center, window.high])) * UPPER
    assert grey[1] == pytest.approx(127.5, abs=0.2 + 100 * abs(center) * 6e-8 * 5000 / width)
    assert grey[0] == pytest.approx(1, rel=0.02)
    assert grey[2] == pytest.approx(254, rel=1e-3)


def test_at_its_centre_the_sigmoid_is_ln_254_halves_times_steeper():
    h = 0.5
    sigmoid = Window(40, 80, transfer=Transfer.SIGMOID).apply(np.array([40 - h, 40 + h]))
    exact = Window(40, 80, transfer=Transfer.LINEAR_EXACT).apply(np.array([40 - h, 40 + h]))
    assert np.diff(sigmoid)[0] / np.diff(exact)[0] == pytest.approx(math.log(254) / 2, rel=1e-3)


@pytest.mark.parametrize(
    ("w", "b"),
    [
        (0.0, 0.0),
        (-0.1, 5),
        (float("nan"), 0),
        (0.1, float("inf")),
        (1e-9, -1e-9),
        (100, 0),
        (0.1, 999),
        (0.1, -999),
    ],
)
def test_degenerate_channels_have_no_window(w, b):
    assert is_degenerate(w, b)
    with pytest.raises(IchError, match="degenerate"):
        window_from_weights(w, b)


def test_dicom_linear_uses_c_minus_half_and_w_minus_one():
    """PS3.3 C.11.2.1.2.1: with c = 2048 and w = 4096, 0 is black and 4095 white."""
    grey = Window(2048, 4096).apply(np.array([-1, 0, 4095, 4096]))
    assert grey[[0, 1]].tolist() == [0, 0]
    assert grey[[2, 3]].tolist() == [1, 1]
    assert Window(2048, 4096).apply(np.array([1]))[0] == pytest.approx(1 / 4095, rel=1e-4)
    assert Window(2048, 1).apply(np.array([2047, 2049])).tolist() == [0, 1]


def test_linear_exact_does_not():
    window = Window(50, 100, transfer=Transfer.LINEAR_EXACT)
    assert window.apply(np.array([0, 25, 50, 100])).tolist() == pytest.approx([0, 0.25, 0.5, 1])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(Transfer)), st.floats(-500, 500), st.floats(1, 4000))
def test_every_transfer_rises_from_black_to_white(transfer, center, width):
    grey = Window(center, width, transfer=transfer).apply(np.linspace(-3000, 6000, 301))
    assert grey.dtype == np.float32
    assert (np.diff(grey) >= 0).all()
    assert grey.min() >= 0
    assert grey.max() <= 1


@pytest.mark.parametrize(("center", "width"), [(40, 0), (40, -5), (float("nan"), 80), (40, float("inf"))])
def test_a_window_that_cannot_be_shown_is_refused(center, width):
    with pytest.raises(IchError, match="cannot be shown"):
        Window(center, width)


def test_presets_are_those_of_the_field():
    found = {(w.center, w.width) for w in PRESETS}
    assert {
        (40, 80),
        (80, 200),
        (32, 8),
        (40, 40),
        (40, 120),
        (40, 380),
        (400, 1800),
        (60, 40),
        (50, 130),
        (50, 100),
    } == found
    assert len({w.name for w in PRESETS}) == len(PRESETS)
