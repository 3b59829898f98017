"""Slices are compared with their mirror images once the reader rests on them, while that is asked."""

from __future__ import annotations

from typing import Any

from ichcore.volume import Volume
from ichviewer.documents.workspace import Workspace
from tests.ichviewer.conftest import make_volume


def test_the_shown_slice_comes_first_and_another_series_starts_anew(
    room: Workspace, tiny_volume: Volume, qtbot: Any
) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    mirror, view = room.mirror, room.view
    view.go_to_slice(4)
    assert not mirror.waiting
    mirror.toggle_tint()
    qtbot.waitUntil(lambda: mirror.picture(4) is not None, timeout=20_000)
    picture = mirror.picture(4)
    assert picture is not None
    assert picture.denser is not None
    assert not picture.right_of_line, "the blood lies left of the middle"
    assert abs(picture.line[0][1] + picture.line[1][1] - 95) < 16, "about the middle of the head"
    qtbot.waitUntil(lambda: mirror.picture(2) is not None and room.jobs.idle, timeout=20_000)
    assert mirror.picture(0) is None, "too far from the shown slice"
    mirror.toggle_flip()
    assert mirror.flipped
    room.show_volume(make_volume(3))
    assert not mirror.flipped
    assert mirror.tinted
    assert mirror.picture(4) is None
    qtbot.waitUntil(lambda: mirror.picture(view.slice_index) is not None, timeout=20_000)
    mirror.toggle_tint()
    assert not mirror.waiting
