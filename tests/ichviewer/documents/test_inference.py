"""Inference as its widgets see it, over the real engine with a tiny untrained model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ichcore.volume import Volume
from ichviewer.documents.workspace import Workspace
from tests.ichviewer.conftest import make_volume

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def rest(room: Workspace, patient_room: Callable[[], None]) -> Callable[[], None]:
    return patient_room


def test_prediction_waits_where_the_reader_does_not_want_it(
    room: Workspace, tiny_volume: Volume, rest
) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    rest()
    assert room.case is not None
    assert room.case.prediction is None
    room.inference.predict()
    rest()
    assert room.case.prediction is not None


def test_prediction_streams_in_nearest_first(room: Workspace, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(make_volume(13))
    case = room.case
    assert case is not None
    room.view.go_to_slice(10)
    steps: list[np.ndarray] = []
    case.prediction_changed.connect(lambda: steps.append(case.prediction.done.copy()))
    room.inference.predict()
    rest()
    assert len(steps) > 2
    assert np.flatnonzero(steps[0]).tolist() == [10]
    assert steps[-1].all()
    assert [int(s.sum()) for s in steps] == sorted(int(s.sum()) for s in steps)


def test_cancelling_keeps_what_is_predicted(room: Workspace, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(make_volume(40))
    case = room.case
    assert case is not None
    case.prediction_changed.connect(room.cancel)
    room.inference.predict()
    rest()
    assert case.prediction is not None
    assert 0 < int(case.prediction.done.sum()) < 40
    assert room.busy is None


def test_heat_maps_of_the_shown_slice_come_by_themselves(
    room: Workspace, tiny_volume: Volume, rest, qtbot
) -> None:
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    every = {"epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural"}
    qtbot.waitUntil(lambda: {h.class_name for h in case.heatmaps(room.view.slice_index)} == every)
    assert len(case.boxes(room.view.slice_index)) <= 5

    room.view.change_overlay(class_name="any", method="gradcam")
    qtbot.waitUntil(lambda: [h.method for h in case.heatmaps(room.view.slice_index)] == ["gradcam"])
    room.view.go_to_slice(0)
    qtbot.waitUntil(lambda: bool(case.heatmaps(0)))
    assert case.heatmaps(0)[0].slice_index == 0


def test_the_model_says_its_layers_once_it_is_loaded(room: Workspace, tiny_volume: Volume, rest) -> None:
    assert room.inference.cam_layers is None
    room.show_volume(tiny_volume)
    rest()
    assert room.inference.cam_layers is not None
    assert room.inference.cam_layers.default == room.inference.cam_layers.names[-1] == "fusion"
    case = room.case
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    for layer in room.inference.cam_layers.names:
        room.view.change_overlay(layer=layer, class_name="any")
        rest()
        assert [heatmap.layer for heatmap in case.heatmaps(room.view.slice_index)] == [layer]


def test_a_higher_box_threshold_never_makes_a_box_larger(
    room: Workspace, tiny_volume: Volume, rest, qtbot
) -> None:
    room.show_volume(tiny_volume)
    rest()
    case, index = room.case, room.view.slice_index
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    room.view.change_overlay(class_name="any")

    def area() -> int:
        r0, c0, r1, c1 = case.boxes(index)[0].box
        return (r1 - r0) * (c1 - c0)

    qtbot.waitUntil(lambda: len(case.boxes(index)) == 1)
    before = area()
    with qtbot.waitSignal(case.heatmaps_changed):
        room.view.change_overlay(threshold=0.9)
    assert area() <= before


def test_the_model_input_is_handed_over_with_its_place(
    room: Workspace, tiny_volume: Volume, rest, qtbot
) -> None:
    room.show_volume(tiny_volume)
    rest()
    got: list[tuple[np.ndarray, np.ndarray]] = []
    room.inference.request_model_input(2, lambda channels, place: got.append((channels, place)))
    qtbot.waitUntil(lambda: bool(got))
    channels, place = got[0]
    assert channels.shape == (3, 64, 64)
    assert channels.dtype == np.float32
    assert 0.0 <= channels.min() <= channels.max() <= 1.0
    assert place.shape == (2, 3)


def test_learned_windows_are_there_before_the_model_is_loaded(room: Workspace) -> None:
    windows = room.view.learned_windows
    assert len(windows) == 3
    assert windows[0] is not None
    assert (round(windows[0].center), round(windows[0].width)) == (40, 80)


def test_without_a_model_reading_goes_on(qapp, monkeypatch, tiny_volume: Volume, qtbot) -> None:
    monkeypatch.setattr("ichcore.models.catalogue.folders", list)
    room = Workspace()
    said: list[str] = []
    room.notice_raised.connect(lambda _, sentence: said.append(sentence))
    try:
        room.show_volume(tiny_volume)
        assert room.case is not None
        assert said == []
        room.inference.predict()
        assert "model" in said[0]
    finally:
        room.shut_down()


def test_only_so_many_heat_maps_are_kept(room: Workspace, rest, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("ichviewer.documents.heatmap_flow.KEPT", 3)
    room.show_volume(make_volume(9))
    rest()
    case = room.case
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    rest()
    kept = [i for i in range(9) if case.heatmaps(i)]
    assert len(kept) <= 3
    assert room.view.slice_index in kept


def test_a_film_can_fetch_a_slice_that_is_not_shown(
    room: Workspace, tiny_volume: Volume, rest, qtbot
) -> None:
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    room.view.change_overlay(visible=False, boxes=False)
    assert room.inference.heatmaps.ready(0)
    room.view.change_overlay(visible=True, class_name="subdural", method="cam")
    room.inference.heatmaps.fetch(0)
    qtbot.waitUntil(lambda: [h.method for h in case.heatmaps(0)] == ["cam"])
    assert room.inference.heatmaps.ready(0)
