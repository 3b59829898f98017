"""The reader's mask: painted, undone, stored before the next step, and there again after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from ichcore.errors import StoreError
from ichcore.volume import Volume
from ichviewer.documents.annotating import Annotating
from ichviewer.documents.measurements import Measurement
from ichviewer.documents.workspace import Workspace

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: Any) -> Wait:
    return lambda found: qtbot.waitUntil(found, timeout=20_000)


@pytest.fixture
def bench(room: Workspace, tiny_volume: Volume, wait: Wait) -> Annotating:
    """A series whose mask is open; nothing predicts."""
    room.settings.change(predict_on_open=False, reader_name="ada")
    room.show_volume(tiny_volume)
    room.annotating.prepare()
    wait(lambda: room.annotating.ready)
    return room.annotating


def paint(
    bench: Annotating, index: int = 2, row: float = 40, column: float = 40, *, erase: bool = False
) -> None:
    assert bench.begin(index, row, column, 1.0, erase=erase)
    bench.extend(index, row, column + 8)
    bench.end_stroke()


def labels(bench: Annotating) -> np.ndarray[Any, Any]:
    assert bench.label_map is not None
    return bench.label_map.labels


def test_a_stroke_is_seen_at_once_and_saved_soon(bench: Annotating, wait: Wait) -> None:
    seen: list[tuple[int, ...]] = []
    bench.mask_changed.connect(seen.append)
    bench.change(label=2)
    assert bench.begin(2, 40, 40, 1.0, erase=False)
    assert seen == [(2,)]
    assert labels(bench)[2, 40, 40] == 2
    bench.end_stroke()
    assert bench.names == ("Brush",)
    wait(lambda: bench.saved)
    assert bench.counts[2] == (labels(bench) == 2).sum()


def test_a_stroke_that_is_given_up_leaves_nothing(bench: Annotating) -> None:
    bench.begin(2, 40, 40, 1.0, erase=False)
    assert bench.cancel_stroke()
    assert not labels(bench).any()
    assert bench.names == ()


def test_strokes_faster_than_the_disk_are_all_kept_in_order(
    bench: Annotating, wait: Wait, room: Workspace
) -> None:
    queue = bench._queue
    assert queue is not None
    queue._storing = True  # the disk is slow
    bench.change(label=2)
    paint(bench)
    bench.change(label=3)
    paint(bench, column=44)
    painted = labels(bench).copy()
    assert not bench.saved
    queue._stored((False, None))
    wait(lambda: bench.saved)
    assert bench.names == ("Brush", "Brush")
    assert (labels(bench) == painted).all()
    bench.undo()
    assert set(np.unique(labels(bench))) == {0, 2}
    wait(lambda: bench.saved)
    bench.undo()
    assert not labels(bench).any()
    assert not bench.counts.any()


def test_undo_takes_back_what_was_done_last_be_it_mask_or_measurement(
    room: Workspace, bench: Annotating, wait: Wait
) -> None:
    case = room.case
    assert case is not None
    paint(bench)
    wait(lambda: bench.saved)
    case.put_measurement(Measurement(1, "distance", 2, ((1.0, 1.0), (5.0, 5.0))))
    room.undo()
    assert not case.measurements
    assert labels(bench).any()
    room.undo()
    wait(lambda: not labels(bench).any())
    wait(lambda: bench.saved)
    room.redo()
    wait(lambda: bool(labels(bench).any()))
    wait(lambda: bench.saved)
    room.redo()
    assert len(case.measurements) == 1


def test_the_mask_and_its_undo_survive_a_restart(
    room: Workspace, bench: Annotating, wait: Wait, tiny_volume: Volume, qapp: QApplication
) -> None:
    bench.change(label=5)
    paint(bench)
    paint(bench, index=3)
    painted = labels(bench).copy()
    room.shut_down()  # at once: what is not on the disk yet is written now
    second = Workspace()
    try:
        second.settings.change(predict_on_open=False, reader_name="ada")
        second.show_volume(tiny_volume)
        again = second.annotating
        wait(lambda: again.ready)
        assert (labels(again) == painted).all()
        assert again.names == ("Brush", "Brush")
        assert again.counts[5] == (painted == 5).sum()
        second.undo()
        assert not labels(again)[3].any()
        assert labels(again)[2].any()
    finally:
        second.shut_down()


def test_a_series_that_is_only_looked_at_gets_no_annotation(
    room: Workspace, tiny_volume: Volume, patient_room: Callable[[], None]
) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    patient_room()
    assert not room.annotating.ready
    assert not Path(room.annotating._opening.place).exists()


@pytest.fixture
def full_disk(bench: Annotating, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            raise StoreError("The disk is full.")

        patch.setattr("ichcore.annotations.journal.append", fail)
        yield patch


def test_a_full_disk_is_said_once_loses_nothing_and_is_tried_again(
    bench: Annotating, full_disk: pytest.MonkeyPatch, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    bench.notice_raised.connect(lambda level, text: said.append(text) if level == "error" else None)
    queue = bench._queue
    assert queue is not None
    queue._retry.setInterval(50)
    paint(bench)
    painted = labels(bench).copy()
    wait(lambda: queue.in_trouble and queue._retry.isActive())
    wait(lambda: not queue._retry.isActive())
    assert len(said) == 1
    assert not bench.begin(2, 10, 10, 1.0, erase=False), "nothing more before the last step is safe"
    assert not bench.saved
    full_disk.undo()
    wait(lambda: bench.saved)
    assert (labels(bench) == painted).all()
    assert bench.names == ("Brush",)


def test_commands_work_on_the_slice_or_on_all(room: Workspace, bench: Annotating, wait: Wait) -> None:
    room.view.go_to_slice(2)
    paint(bench, 2)
    paint(bench, 3)
    before = [int(plane.sum()) for plane in labels(bench) > 0]
    bench.change(margin_mm=3.0)
    room.operations.command("grow")
    wait(lambda: len(bench.names) == 3 and bench.saved)
    after = [int(plane.sum()) for plane in labels(bench) > 0]
    assert after[2] > before[2]
    assert after[3] == before[3]
    room.operations.copy_to(1)
    wait(lambda: len(bench.names) == 4 and bench.saved)
    assert room.view.slice_index == 3
    assert (labels(bench)[3] >= labels(bench)[2]).all()
    bench.go_to(0)
    wait(lambda: bench.position == 0 and bench.saved)
    assert not labels(bench).any()
    assert len(bench.names) == 4


def test_a_proposal_waits_for_enter(room: Workspace, bench: Annotating, wait: Wait) -> None:
    volume = room.case.volume  # type: ignore[union-attr]
    row, column = np.argwhere(volume.hu[1] == 70).mean(axis=0)
    volume.hu[volume.hu == 70] = 60
    room.view.go_to_slice(1)
    bench.change(label=2, radius=4.0)
    room.operations.refine_scribble(1, [(row, column - 1), (row, column + 1)])
    wait(lambda: bench.proposing.proposal is not None)
    assert not labels(bench).any()
    assert bench.accept_proposal()
    assert (labels(bench)[1] == 2).sum() > 35
    assert bench.names == ("Smart refine",)


@pytest.mark.usefixtures("engine")
def test_the_model_s_mask_is_taken_with_its_name(
    room: Workspace, bench: Annotating, wait: Wait, patient_room: Callable[[], None]
) -> None:
    room.inference.predict()
    patient_room()
    case = room.case
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    room.operations.take_model(whole=True)
    wait(lambda: bool(bench.names) and bench.saved)
    assert labels(bench).any()
    assert bench._queue is not None
    suggestion = bench._queue.annotation.contents.suggestion
    assert suggestion is not None
    assert suggestion.model.startswith("tiny@")
    room.undo()
    wait(lambda: not labels(bench).any())
