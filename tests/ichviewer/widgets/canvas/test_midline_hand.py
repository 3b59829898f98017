"""The midline is turned by its ends, shifted by its middle, and given back by a double click."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ichcore.masks.midline import Ends
from ichviewer.documents.mirror_compare import MirrorCompare
from ichviewer.documents.view_state import Tool
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.test_mirror_layer import TWIN, colour, one_sided


def line(bench: Bench) -> Ends:
    found = bench.workspace.mirror.line(bench.workspace.view.slice_index)
    assert found is not None
    return found


def handles(bench: Bench) -> Ends:
    found = bench.area.hands.midline.ends(bench.view.viewport())
    assert found is not None
    return found


def settled(bench: Bench, mirror: MirrorCompare, index: int = 0) -> None:
    def done() -> bool:
        return mirror.picture(index) is not None and not mirror.waiting and bench.workspace.jobs.idle

    bench.qtbot.waitUntil(done, timeout=20_000)


def test_the_line_is_dragged_holds_for_the_series_and_is_given_back(bench: Bench) -> None:
    workspace, mirror = bench.workspace, bench.workspace.mirror
    workspace.open(one_sided())
    mirror.toggle_tint()
    settled(bench, mirror)
    computed = line(bench)
    (top, left), (bottom, right) = computed
    middle = ((top + bottom) / 2, (left + right) / 2)
    QTest.mouseMove(bench.view, bench.at(*middle))
    assert bench.view.cursor().shape() is Qt.CursorShape.SizeHorCursor
    QTest.mouseMove(bench.view, bench.at(*handles(bench)[0]))
    assert bench.view.cursor().shape() is Qt.CursorShape.BitmapCursor
    assert colour(bench, TWIN)[0] > colour(bench, TWIN)[2] + 60, "the blood is missing here"

    bench.drag(bench.at(*middle), bench.at(middle[0], middle[1] + 12))
    assert np.allclose(np.subtract(line(bench), computed)[:, 1], 12, atol=0.5)
    settled(bench, mirror)
    assert np.allclose(np.subtract(line(bench), computed)[:, 1], 12, atol=0.5)
    blue, _, red = colour(bench, TWIN)
    assert abs(blue - red) < 40, "it is missing twice as far beyond the line now"
    (top, left), (bottom, right) = held = handles(bench)
    bench.drag(bench.at(bottom, right), bench.at(bottom, right - 10))
    settled(bench, mirror)
    (_, new_left), (_, new_right) = handles(bench)
    assert np.allclose(np.subtract(handles(bench), held)[:, 1], (0, -10), atol=1)
    assert workspace.view.tool is Tool.WINDOW
    assert workspace.view.window.name == "brain", "no drag of the window came of it"

    slope = (new_right - new_left) / (bottom - top)
    workspace.view.go_to_slice(1)
    settled(bench, mirror, 1)
    (row0, column0), (row1, column1) = line(bench)
    assert abs((column1 - column0) / (row1 - row0) - slope) < 0.02, "the same line there"
    assert mirror.corrected

    at = bench.at((row0 + row1) / 2, (column0 + column1) / 2)
    QTest.mouseDClick(bench.view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(bench.view, Qt.MouseButton.LeftButton, pos=at)
    workspace.view.go_to_slice(0)
    settled(bench, mirror)
    assert not mirror.corrected
    assert np.allclose(line(bench), computed, atol=0.5)


def test_a_flipped_slice_follows_the_hand_and_escape_takes_it_back(bench: Bench) -> None:
    workspace, mirror = bench.workspace, bench.workspace.mirror
    workspace.open(one_sided())
    mirror.toggle_flip()
    settled(bench, mirror)
    before, computed = mirror.picture(0), line(bench)
    middle = ((computed[0][0] + computed[1][0]) / 2, (computed[0][1] + computed[1][1]) / 2)
    bench.view.setFocus()
    QTest.mousePress(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(*middle))
    QTest.mouseMove(bench.view, bench.at(middle[0], middle[1] + 8))
    bench.qtbot.waitUntil(lambda: mirror.picture(0).flipped is not before.flipped, timeout=20_000)
    blood, blood_before = ((p.flipped[60] == 68).argmax() for p in (mirror.picture(0), before))
    assert blood - blood_before >= 14, "while it is held"
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    QTest.mouseRelease(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(middle[0], middle[1] + 8))
    settled(bench, mirror)
    assert not mirror.corrected
    assert np.allclose(line(bench), computed, atol=0.5)


def test_a_corrected_midline_is_there_when_the_series_is_opened_again(bench: Bench) -> None:
    workspace, mirror = bench.workspace, bench.workspace.mirror
    workspace.open(one_sided())
    mirror.toggle_tint()
    settled(bench, mirror)
    (top, left), (bottom, right) = line(bench)
    bench.drag(bench.at((top + bottom) / 2, (left + right) / 2), bench.at((top + bottom) / 2, left + 9))
    moved = line(bench)
    mirror.set_case(None)
    workspace.open(one_sided())
    settled(bench, mirror)
    assert np.allclose(line(bench)[0][1], moved[0][1], atol=0.5)
