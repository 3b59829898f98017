"""The range of HU is taken from what lies under the tip or in the mask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ichcore.volume import Volume
from ichviewer.documents.annotating import Annotating
from ichviewer.documents.workspace import Workspace

BLOOD = (4, 56, 36)
"""Inside the blood of the small volume, which is 70 HU everywhere."""


@pytest.fixture
def bench(room: Workspace, tiny_volume: Volume, qtbot: Any) -> Annotating:
    room.settings.change(predict_on_open=False)
    tiny_volume.hu[4] += np.random.default_rng(1).integers(-4, 5, tiny_volume.hu[4].shape, np.int16)
    room.show_volume(tiny_volume)
    room.view.go_to_slice(4)
    room.annotating.prepare()
    qtbot.waitUntil(lambda: room.annotating.ready, timeout=20_000)
    return room.annotating


def test_the_tip_gives_the_range_of_what_lies_under_it(bench: Annotating, room: Workspace) -> None:
    said: list[str] = []
    room.notice_raised.connect(lambda _, sentence: said.append(sentence))
    room.gate_range.from_tip()
    assert said == ["Point at the bleed with the brush first, or paint a stroke."]
    assert not bench.settings.gated
    bench.change(radius=10.0)
    room.view.cursor_moved.emit(tuple(map(float, BLOOD)))
    room.gate_range.from_tip()
    assert bench.settings.gated
    assert 65 <= bench.settings.low_hu <= 68
    assert 72 <= bench.settings.high_hu <= 75
    assert bench.settings.gate is not None


def test_the_last_stroke_is_meant_once_the_mouse_has_left(bench: Annotating, room: Workspace) -> None:
    room.view.cursor_moved.emit(tuple(map(float, BLOOD)))
    bench.begin(*BLOOD, 1.0, erase=False)
    bench.end_stroke()
    room.view.cursor_moved.emit(None)
    room.gate_range.from_tip()
    assert bench.settings.low_hu > 60


def test_the_mask_gives_the_range_of_the_current_label(bench: Annotating, room: Workspace) -> None:
    bench.change(label=2, radius=6.0)
    bench.begin(*BLOOD, 1.0, erase=False)
    bench.end_stroke()
    bench.change(label=3)
    bench.begin(4, 48, 70, 1.0, erase=False)
    bench.end_stroke()
    room.gate_range.from_mask()
    assert bench.settings.high_hu < 55, "brain"
    bench.change(label=2)
    room.gate_range.from_mask()
    assert bench.settings.low_hu > 60
    bench.change(label=5)
    room.gate_range.from_mask()
    assert bench.settings.low_hu < 45
    assert bench.settings.high_hu > 65, "all that is drawn here"
