"""Real mouse, wheel and keys on the image area."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from ichcore.volume import Window
from ichviewer.documents.view_state import Layout, Tool
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_volume


def test_left_drag_changes_the_window_by_the_stated_gain(bench: Bench) -> None:
    bench.workspace.open(make_volume(), window=Window(40, 80, "brain"))
    bench.drag(QPoint(400, 300), QPoint(430, 320))
    window = bench.workspace.view.window
    assert (window.center, window.width) == (60.0, 110.0)


def test_drag_direction_is_a_preference(bench: Bench) -> None:
    bench.workspace.open(make_volume(), window=Window(40, 80))
    bench.workspace.settings.change(drag_down_raises_level=False)
    bench.drag(QPoint(400, 300), QPoint(400, 320))
    assert bench.workspace.view.window.center == 20.0


def test_wheel_down_goes_to_the_next_slice_and_the_preference_flips_it(bench: Bench) -> None:
    bench.workspace.open(make_volume(), first=2)
    bench.wheel(-120)
    assert bench.workspace.view.slice_index == 3
    bench.workspace.settings.change(wheel_down_next=False)
    bench.wheel(-240)
    assert bench.workspace.view.slice_index == 1


def test_fine_wheel_turns_add_up(bench: Bench) -> None:
    bench.workspace.open(make_volume(), first=2)
    for _ in range(4):
        bench.wheel(-30)
    assert bench.workspace.view.slice_index == 3


@pytest.mark.parametrize("how", ["right drag", "ctrl wheel"])
def test_zoom_holds_the_pixel_that_was_pressed(bench: Bench, how: str) -> None:
    bench.workspace.open(make_volume())
    at = QPoint(310, 250)
    before = bench.view.viewport()
    assert before is not None
    pixel = before.pixel(QPointF(at))
    if how == "right drag":
        bench.drag(at, at - QPoint(0, 100), Qt.MouseButton.RightButton)
    else:
        bench.wheel(480, Qt.KeyboardModifier.ControlModifier, QPointF(at))
    after = bench.view.viewport()
    assert after is not None
    assert after.across > 1.8 * before.across
    moved = after.point(*pixel) - QPointF(at)
    assert max(abs(moved.x()), abs(moved.y())) <= 1.0


def test_middle_drag_pans_and_reset_fits_again(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    fitted = bench.view.viewport()
    bench.drag(QPoint(400, 300), QPoint(450, 260), Qt.MouseButton.MiddleButton)
    panned = bench.view.viewport()
    assert fitted is not None
    assert panned is not None
    assert (panned.left - fitted.left, panned.top - fitted.top) == (50, -40)
    bench.workspace.view.reset_requested.emit()
    assert bench.view.viewport() == fitted


def test_hover_probes_and_leaving_ends_it(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    seen: list[object] = []
    bench.workspace.view.cursor_moved.connect(seen.append)
    bench.qtbot.mouseMove(bench.view, bench.at(20, 30))
    index, row, column = seen[-1]  # type: ignore[misc]
    assert index == 0
    assert abs(row - 20) < 0.2
    assert abs(column - 30) < 0.2
    bench.qtbot.mouseMove(bench.view, QPoint(2, 2))
    assert seen[-1] is None


def test_double_click_toggles_four_up_of_the_view_that_was_clicked(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    bench.qtbot.mouseDClick(bench.view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert bench.workspace.view.layout is Layout.FOUR_UP
    bone = bench.area.views[2]
    bench.qtbot.mousePress(bone, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    bench.qtbot.mouseRelease(bone, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    bench.qtbot.mouseDClick(bone, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert bench.workspace.view.layout is Layout.ONE_UP
    assert bench.workspace.view.window.name == "bone"


def test_tools_take_the_left_button(bench: Bench) -> None:
    bench.workspace.open(make_volume(), window=Window(40, 80))
    bench.workspace.view.set_tool(Tool.PAN)
    before = bench.view.viewport()
    bench.drag(QPoint(400, 300), QPoint(430, 300))
    after = bench.view.viewport()
    assert before is not None
    assert after is not None
    assert after.left == before.left + 30
    assert bench.workspace.view.window.width == 80


def test_slice_is_shown_through_the_window(bench: Bench) -> None:
    bench.workspace.open(make_volume(), window=Window(30, 61))
    at = bench.at(32, 32)
    assert abs(int(bench.screen()[at.y() - 60, at.x() + 60, 0]) - 128) <= 3
    bench.workspace.view.set_inverted(True)
    bone = bench.at(32, 6)
    assert bench.screen()[bone.y(), bone.x(), 0] == 0


def test_an_undecoded_slice_shows_words_and_not_air(bench: Bench) -> None:
    volume = make_volume()
    volume.decoded[:] = False
    case = bench.workspace.open(volume)
    waiting = bench.screen()
    volume.decoded[0] = True
    case.mark_decoded(0)
    assert np.abs(bench.screen().astype(int) - waiting.astype(int)).max() > 100


def test_without_a_case_nothing_breaks(bench: Bench) -> None:
    bench.wheel(-120)
    bench.drag(QPoint(100, 100), QPoint(200, 200))
    assert bench.screen().max() > 0
    assert bench.area.render_slice(0, 64).width() == 64


def test_alt_and_arrows_move_the_probe(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    seen: list[object] = []
    bench.workspace.view.cursor_moved.connect(seen.append)
    bench.view.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Right, alt)
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Down, alt | Qt.KeyboardModifier.ShiftModifier)
    one, two = seen[-2:]
    assert (two[1] - one[1], two[2] - one[2]) == (10.0, 0.0)  # type: ignore[index]


@pytest.mark.parametrize(
    ("modifiers", "mine"),
    [(Qt.KeyboardModifier.NoModifier, True), (Qt.KeyboardModifier.ControlModifier, False)],
)
def test_backspace_is_the_hands_and_with_ctrl_the_programs(bench: Bench, modifiers, mine) -> None:
    bench.workspace.open(make_volume())
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Backspace, modifiers)
    asked.ignore()
    bench.view.event(asked)
    assert asked.isAccepted() == mine
