"""A method that takes seconds a slice: it says so, and stops when the reader goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from ichcore.volume import Volume
from ichviewer.documents.workspace import Workspace

pytestmark = pytest.mark.usefixtures("engine")


class Patient:
    """In place of Score-CAM: takes steps until it is let go or stopped, and remembers how each call ended."""

    name = "scorecam"

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.ended: list[str] = []

    def __call__(self) -> Patient:
        return self

    def raw_maps(self, network, hu, layers, classes, *, cancel=None, progress=None):
        import torch

        from ichcore.errors import CancelledError
        from ichcore.explain.method import RawMaps

        progress(3, 8, "Explaining")
        self.begun.set()
        while not self.go_on.wait(0.005):
            try:
                cancel.raise_if_cancelled()
            except CancelledError:
                self.ended.append("stopped")
                raise
        self.ended.append("done")
        maps = torch.ones(len(hu), len(classes), 4, 4)
        return RawMaps(dict.fromkeys(layers, maps), network(hu))


@pytest.fixture
def slow(
    room: Workspace,
    tiny_volume: Volume,
    patient_room: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    qtbot,
) -> Iterator[Patient]:
    """The room at work with a slow method on its shown slice."""
    method = Patient()
    room.show_volume(tiny_volume)
    patient_room()
    monkeypatch.setattr("ichcore.explain.score_cam.ScoreCam", method)
    assert room.case is not None
    room.case.set_thresholds(np.zeros(6, np.float32))
    patient_room()
    room.view.change_overlay(method="scorecam", class_name="any")
    qtbot.waitUntil(method.begun.is_set)
    yield method
    method.go_on.set()


def test_it_says_how_far_it_is_and_then_draws(slow: Patient, room: Workspace, qtbot) -> None:
    qtbot.waitUntil(lambda: room.busy is not None and room.busy.done == 3)
    assert (room.busy.label, room.busy.total) == ("Score-CAM", 8)
    assert not room.case.heatmaps(room.view.slice_index)
    slow.go_on.set()
    qtbot.waitUntil(lambda: bool(room.case.heatmaps(room.view.slice_index)))
    qtbot.waitUntil(lambda: room.busy is None)


def test_another_slice_or_method_stops_it(slow: Patient, room: Workspace, qtbot) -> None:
    slow.begun.clear()
    room.view.go_to_slice(0)
    qtbot.waitUntil(slow.begun.is_set)
    assert slow.ended == ["stopped"]
    room.view.change_overlay(method="gradcam")
    qtbot.waitUntil(lambda: [h.method for h in room.case.heatmaps(0)] == ["gradcam"])
    assert set(slow.ended) == {"stopped"}
    assert room.busy is None


def test_cancelling_or_hiding_the_overlay_stops_it(slow: Patient, room: Workspace, qtbot) -> None:
    room.cancel()
    qtbot.waitUntil(lambda: slow.ended == ["stopped"])
    assert room.busy is None
    slow.begun.clear()
    room.view.go_to_slice(0)
    qtbot.waitUntil(slow.begun.is_set)
    room.view.change_overlay(visible=False, boxes=False)
    qtbot.waitUntil(lambda: slow.ended == ["stopped", "stopped"])
    assert room.busy is None
