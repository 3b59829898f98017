"""The three probes as the widgets see them: what is asked, what arrives, and what is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ichcore.explain.heatmap import Heatmap
from ichcore.volume.window import Window
from ichviewer.base.jobs import Jobs
from ichviewer.documents.case import Case
from ichviewer.documents.probes import Probes
from ichviewer.documents.view_state import ViewState
from ichviewer.documents.window_sweep_flow import SweepAxis
from tests.ichviewer.conftest import make_volume, predicted
from tests.ichviewer.probing import KnownProber


@dataclass
class Bench:
    """The flows on a predicted case, with a prober that a test holds back."""

    view: ViewState
    case: Case
    prober: KnownProber
    probes: Probes
    jobs: Jobs
    predicting: bool = False


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    view, jobs, prober = ViewState(), Jobs(), KnownProber()
    case = Case(make_volume(6))
    case.set_prediction(predicted(6, high={2: "intraparenchymal"}))
    view.open_stack(6, first=2, window=Window(40.0, 80.0))
    made = Bench(view, case, prober, None, jobs)  # type: ignore[arg-type]
    made.probes = Probes(jobs, prober, view, lambda: made.predicting)  # type: ignore[arg-type]
    made.probes.set_case(case, "known")
    yield made
    prober.gate.set()
    jobs.shut_down()


@pytest.fixture
def rest(bench: Bench, qtbot: QtBot) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not bench.probes.sweep.waiting and bench.jobs.idle)

    return wait


def test_nothing_is_swept_for_nobody(bench: Bench, qtbot: QtBot) -> None:
    bench.view.go_to_slice(3)
    qtbot.wait(250)
    assert not bench.prober.asked


def test_a_curve_comes_roughly_first_and_is_of_the_shown_slice(bench: Bench, rest, qtbot: QtBot) -> None:
    sweep = bench.probes.sweep
    bench.prober.gate.clear()
    sweep.set_wanted(True)
    qtbot.waitUntil(lambda: sweep.shown is not None)
    assert len(sweep.shown[1].windows) == 6
    bench.prober.gate.set()
    rest()
    assert len(sweep.shown[1].windows) == 21
    assert sweep.shown[0] == (2, SweepAxis.LEVEL, 80.0)


def test_a_reader_who_scrolls_is_never_given_another_slices_curve(bench: Bench, rest, qtbot: QtBot) -> None:
    sweep = bench.probes.sweep
    bench.prober.gate.clear()
    sweep.set_wanted(True)
    qtbot.waitUntil(lambda: sweep.shown is not None)
    of: list[int] = []
    sweep.changed.connect(lambda: of.append(sweep.shown[0].slice_index if sweep.shown else -1))
    bench.view.go_to_slice(4)
    assert sweep.shown is None
    qtbot.waitUntil(lambda: bench.prober.cancelled == 1)
    bench.prober.gate.set()
    rest()
    assert sweep.shown[0].slice_index == 4
    assert 2 not in of
    asked = len(bench.prober.asked)
    bench.view.go_to_slice(2)
    bench.view.go_to_slice(4)
    assert sweep.shown[0].slice_index == 4, "remembered"
    rest()
    assert len(bench.prober.asked) == asked


def test_a_drag_of_the_level_asks_for_nothing_and_one_of_the_width_does(bench: Bench, rest) -> None:
    sweep = bench.probes.sweep
    sweep.set_wanted(True)
    rest()
    for level in range(40, 60, 5):
        bench.view.set_window(Window(float(level), 80.0))
    rest()
    assert bench.prober.asked == [("sweep", 2)]
    bench.view.set_window(Window(55.0, 120.0))
    assert sweep.shown is not None, "the curve of the width before stays until the new one is there"
    rest()
    assert sweep.shown[0].fixed == 120.0
    sweep.set_axis(SweepAxis.WIDTH)
    rest()
    assert sweep.shown[0] == (2, SweepAxis.WIDTH, 55.0)


def test_a_prediction_goes_before_a_sweep(bench: Bench, rest, qtbot: QtBot) -> None:
    sweep = bench.probes.sweep
    bench.prober.gate.clear()
    sweep.set_wanted(True)
    qtbot.waitUntil(lambda: bool(bench.prober.asked))
    bench.predicting = True
    bench.probes.give_way()
    qtbot.waitUntil(lambda: bench.prober.cancelled == 1)
    sweep.request()
    qtbot.wait(250)
    assert len(bench.prober.asked) == 1
    bench.predicting = False
    bench.prober.gate.set()
    bench.probes.resume()
    rest()
    assert len(bench.prober.asked) == 2


def test_another_model_forgets_the_curve(bench: Bench, rest) -> None:
    bench.probes.sweep.set_wanted(True)
    rest()
    bench.probes.set_case(bench.case, "another")
    assert bench.probes.sweep.shown is None
    rest()
    assert len(bench.prober.asked) == 2
    bench.probes.set_case(None, "")
    assert bench.probes.sweep.shown is None


# occlusion


def test_strokes_add_up_and_are_asked_about_when_the_hand_lifts(bench: Bench, rest) -> None:
    patch = bench.probes.occlusion
    patch.begin((48.0, 40.0))
    assert patch.extend((48.0, 60.0))
    assert not bench.prober.asked
    assert patch.end()
    rest()
    once = patch.answer.after[0]
    assert once < patch.answer.before[0]
    assert patch.picture.shape == (96, 96)
    assert patch.picture[48, 50] == 33
    patch.begin((20.0, 40.0))
    patch.end()
    rest()
    assert len(patch.strokes) == 2
    assert patch.answer.after[0] < once


def test_a_hand_that_trembles_adds_no_points(bench: Bench) -> None:
    patch = bench.probes.occlusion
    patch.begin((48.0, 40.0))
    for _ in range(9):
        patch.extend((48.3, 40.3))
    assert patch.strokes[0].points == ((48.0, 40.0),)


@pytest.mark.parametrize("how", ["clear", "slice", "case"])
def test_what_is_taken_away_says_nothing_any_more(bench: Bench, rest, qtbot: QtBot, how: str) -> None:
    patch = bench.probes.occlusion
    bench.prober.gate.clear()
    patch.begin((48.0, 40.0))
    patch.end()
    qtbot.waitUntil(lambda: patch.picture is not None)
    if how == "clear":
        assert patch.clear()
    elif how == "slice":
        bench.view.go_to_slice(3)
    else:
        bench.probes.set_case(None, "")
    bench.prober.gate.set()
    rest()
    assert (patch.strokes, patch.picture, patch.answer) == ((), None, None)
    assert not patch.clear()


def test_another_model_is_asked_about_the_same_patch(bench: Bench, rest) -> None:
    patch = bench.probes.occlusion
    patch.begin((48.0, 40.0))
    patch.end()
    rest()
    bench.probes.set_case(bench.case, "another")
    assert patch.answer is None
    rest()
    assert patch.answer is not None
    assert len(bench.prober.asked) == 2


def test_a_slice_without_a_prediction_says_what_to_do(bench: Bench, qtbot: QtBot) -> None:
    bench.case.set_prediction(None)
    with qtbot.waitSignal(bench.probes.failed) as heard:
        bench.probes.occlusion.begin((48.0, 40.0))
    assert "predict the series first" in heard.args[0]
    assert not bench.probes.occlusion.strokes


# curves


def heatmap(index: int, class_name: str) -> Heatmap:
    activation = np.zeros((96, 96), np.float32)
    activation[40:50, 40:50] = 1.0
    return Heatmap(
        "sfcam", "layer", class_name, index, activation, np.ones((4, 4), np.float32), 1.0, np.eye(2, 3)
    )


def test_the_most_probable_shown_map_is_measured_when_asked_for(bench: Bench, rest, qtbot: QtBot) -> None:
    curves = bench.probes.curves
    assert curves.subject is None
    curves.measure()
    assert not bench.prober.asked
    maps = (heatmap(2, "subdural"), heatmap(2, "intraparenchymal"))
    bench.case.set_heatmaps(2, maps, ())
    bench.prober.gate.clear()
    curves.measure()
    qtbot.waitUntil(lambda: curves.steps == (4, 30))
    assert curves.measured is None
    bench.prober.gate.set()
    rest()
    assert curves.measured[0] is maps[1]
    assert curves.measured[1].deletion_area == pytest.approx(0.5, abs=0.02)
    assert curves.steps == (0, 0)


def test_curves_of_another_map_are_forgotten_and_those_under_way_dropped(
    bench: Bench, rest, qtbot: QtBot
) -> None:
    curves: Any = bench.probes.curves
    bench.case.set_heatmaps(2, (heatmap(2, "any"),), ())
    bench.prober.gate.clear()
    curves.measure()
    qtbot.waitUntil(lambda: curves.steps == (4, 30))
    bench.view.go_to_slice(3)
    assert curves.steps == (0, 0)
    bench.prober.gate.set()
    rest()
    assert curves.measured is None
    bench.view.go_to_slice(2)
    curves.measure()
    rest()
    assert curves.measured is not None
    bench.view.change_overlay(visible=False)
    assert curves.measured is None
    assert curves.subject is None
