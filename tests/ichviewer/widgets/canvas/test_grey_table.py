"""The table says for every HU what the window says."""

import numpy as np
import pytest

from ichcore.volume import Transfer, Window
from ichviewer.widgets.canvas.grey_table import composite_table, grey_table

HU = np.array([-32768, -1024, -1, 0, 1, 39, 40, 41, 79, 200, 3071, 32767], np.int16)


@pytest.mark.parametrize("transfer", list(Transfer))
def test_every_hu_gets_the_grey_of_its_window(transfer: Transfer) -> None:
    window = Window(40, 80, transfer=transfer)
    seen = grey_table(window)[HU.view(np.uint16)]
    wanted = np.floor(window.apply(HU) * 255 + 0.5).astype(np.uint32)
    assert (seen & 0xFF).tolist() == wanted.tolist()
    assert ((seen >> 16) & 0xFF).tolist() == wanted.tolist()
    assert (seen >> 24 == 255).all()


def test_inversion_swaps_black_and_white() -> None:
    window = Window(40, 80)
    plain, swapped = grey_table(window), grey_table(window, inverted=True)
    assert np.abs((plain & 0xFF).astype(int) + (swapped & 0xFF).astype(int) - 255).max() <= 1


def test_composite_takes_red_green_and_blue_from_three_windows() -> None:
    windows = (Window(40, 80), None, Window(40, 380))
    seen = composite_table(windows)[HU.view(np.uint16)]
    assert ((seen >> 16) & 0xFF).tolist() == (grey_table(windows[0])[HU.view(np.uint16)] & 0xFF).tolist()
    assert ((seen >> 8) & 0xFF).tolist() == [0] * len(HU)
    assert (seen & 0xFF).tolist() == (grey_table(windows[2])[HU.view(np.uint16)] & 0xFF).tolist()
