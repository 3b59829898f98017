"""Painting away with the mouse and the keyboard, on a prober whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from ichviewer.documents.case import Case
from ichviewer.documents.occlusion_flow import OcclusionFlow
from ichviewer.documents.view_state import Tool
from tests.ichviewer.probing import KnownProber
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_prediction, make_volume


@pytest.fixture
def prober(bench: Bench) -> Iterator[KnownProber]:
    made = KnownProber()
    bench.workspace.inference.probes.occlusion._engine = made  # type: ignore[assignment]
    yield made
    made.gate.set()


@pytest.fixture
def case(bench: Bench, prober: KnownProber) -> Case:
    volume = make_volume()
    volume.hu[2, 24:40, 24:40] = 75
    opened = bench.workspace.open(volume, first=2)
    opened.set_prediction(make_prediction(volume))
    bench.workspace.view.set_tool(Tool.OCCLUDE)
    return opened


@pytest.fixture
def patch(bench: Bench) -> OcclusionFlow:
    return bench.workspace.inference.probes.occlusion


@pytest.fixture
def asked(bench: Bench, patch: OcclusionFlow) -> Callable[[], None]:
    return lambda: bench.qtbot.waitUntil(lambda: patch.answer is not None and not patch.waiting)


def test_a_stroke_shows_what_the_model_gets_hatched(
    bench: Bench, case: Case, patch: OcclusionFlow, asked: Callable[[], None]
) -> None:
    before = bench.screen()
    bench.drag(bench.at(32, 26), bench.at(32, 38))
    assert len(patch.strokes) == 1
    asked()
    after = bench.screen()
    inside, outside = bench.at(32, 32), bench.at(12, 32)
    around = np.s_[inside.y() - 8 : inside.y() + 8, inside.x() - 8 : inside.x() + 8]
    assert np.median(after[around]) < np.median(before[around]) - 20, "blood is gone"
    assert len(np.unique(after[around])) > 3, "hatched"
    assert (after[outside.y(), outside.x()] == before[outside.y(), outside.x()]).all()


def test_strokes_add_up_and_escape_takes_them_away(
    bench: Bench, case: Case, patch: OcclusionFlow, asked: Callable[[], None]
) -> None:
    clean = bench.screen()
    bench.drag(bench.at(32, 26), bench.at(32, 38))
    bench.drag(bench.at(20, 26), bench.at(20, 38))
    assert len(patch.strokes) == 2
    asked()
    bench.view.setFocus()
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Escape)
    assert not patch.strokes
    bench.qtbot.mouseMove(bench.view, QPoint(1, 1))
    bench.view.leaveEvent(None)  # type: ignore[arg-type]
    assert (bench.screen()[100:-100] == clean[100:-100]).all()


def test_the_wheel_goes_on_at_once_and_leaves_the_patch_behind(
    bench: Bench, case: Case, patch: OcclusionFlow, prober: KnownProber
) -> None:
    prober.gate.clear()
    bench.drag(bench.at(32, 26), bench.at(32, 38))
    bench.wheel(-120)
    assert bench.workspace.view.slice_index == 3
    assert not patch.strokes
    prober.gate.set()
    bench.qtbot.wait(50)
    assert patch.answer is None


def test_a_dab_by_keyboard(bench: Bench, case: Case, patch: OcclusionFlow, asked: Callable[[], None]) -> None:
    bench.view.setFocus()
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Return)
    asked()
    assert len(patch.strokes) == 1
    assert len(patch.strokes[0].points) == 1


def test_other_tools_paint_nothing_away(bench: Bench, case: Case, patch: OcclusionFlow) -> None:
    bench.workspace.view.set_tool(Tool.WINDOW)
    bench.drag(bench.at(32, 26), bench.at(32, 38))
    assert not patch.strokes


def test_a_double_click_dabs_and_stays_in_one_view(bench: Bench, case: Case, patch: OcclusionFlow) -> None:
    heard: list[bool] = []
    bench.view.double_clicked.connect(lambda: heard.append(True))
    bench.qtbot.mouseDClick(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(32, 32))
    bench.qtbot.mouseRelease(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(32, 32))
    assert not heard
    assert patch.strokes
