"""What the small pictures of the series show."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from ichcore.opening import SeriesEntry
from ichcore.volume import Volume, Window
from ichviewer.documents.thumbnails import SIDE, thumbnail_of
from tests.ichviewer.conftest import make_volume

ALL_HU = Window(500, 3000, "all HU")


def entry_of(volume: Volume, *windows: Window) -> SeriesEntry:
    """A series as a folder would give it, its slices in memory."""

    def decode_slice(index: int, out: NDArray[np.int16]) -> tuple[()]:
        out[:] = volume.hu[index]
        return ()

    slices, rows, columns = volume.shape
    source = SimpleNamespace(prepare=lambda: None, decode_slice=decode_slice)
    entry = SimpleNamespace(
        source=source, slices=slices, rows=rows, columns=columns, windows=windows, is_hu=volume.is_hu
    )
    return cast("SeriesEntry", entry)


@pytest.mark.parametrize("windows", [(), (ALL_HU,)])
def test_a_head_shows_brain_and_blood_whatever_its_own_window(windows: tuple[Window, ...]) -> None:
    volume = make_volume(5, side=96)
    picture = thumbnail_of(entry_of(volume, *windows)).astype(int)
    blood, brain = picture[56, 36], picture[30, 60]
    assert blood - brain > 60
    assert 60 < picture[24:72, 44:80].mean() < 160, "brain is grey"
    assert picture[0, 0] == 0, "air is black"


def test_it_is_the_middle_slice() -> None:
    volume = make_volume(5, side=96)
    volume.hu[[0, 1, 3, 4]] = -1000
    assert thumbnail_of(entry_of(volume)).max() == 255


def test_a_picture_without_hu_keeps_its_greys() -> None:
    volume = make_volume(5, side=96, is_hu=False)
    assert np.abs(thumbnail_of(entry_of(volume)) - volume.hu[2]).max() <= 1


def test_a_large_slice_becomes_small() -> None:
    assert max(thumbnail_of(entry_of(make_volume(3, side=520))).shape) <= SIDE
