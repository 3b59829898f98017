"""The workspace as its widgets see it, over the real engine with a tiny untrained model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ichcore.volume import Volume
from ichcore.volume.window import BRAIN, Window
from ichviewer.documents.measurements import Measurement
from ichviewer.documents.workspace import Workspace
from tests.ichviewer.conftest import SLICES, make_volume

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def rest(room: Workspace, patient_room: Callable[[], None]) -> Callable[[], None]:
    return patient_room


@pytest.fixture
def said(room: Workspace) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    room.notice_raised.connect(lambda level, sentence: heard.append((level, sentence)))
    return heard


def test_a_folder_opens_and_is_predicted_by_itself(room: Workspace, study: Path, rest, said) -> None:
    order: list[str] = []
    room.catalogue_changed.connect(lambda: order.append("catalogue"))
    room.case_changed.connect(lambda: order.append("case"))
    room.open_path(study)
    rest()
    assert said == []
    assert room.case is not None
    assert room.catalogue is not None
    assert len(room.catalogue.series) == 2
    assert room.case.volume.shape[0] == SLICES
    assert room.view.slices == SLICES
    assert room.case.volume.complete
    assert room.case.prediction is not None
    assert room.case.prediction.done.all()
    assert order[-2:] == ["catalogue", "case"]
    assert [recent.path for recent in room.recents] == [study]
    assert room.series_uid == room.catalogue.proposed.series_instance_uid


def test_thumbnails_of_every_series_come(room: Workspace, study: Path, rest) -> None:
    room.settings.change(predict_on_open=False)
    came: list[str] = []
    room.thumbnail_ready.connect(came.append)
    room.open_path(study)
    rest()
    assert room.catalogue is not None
    assert set(came) == {entry.series_instance_uid for entry in room.catalogue.series}
    picture = room.thumbnail(came[0])
    assert picture is not None
    assert picture.dtype == np.uint8
    assert max(picture.shape) <= 128
    assert picture.std() > 10


def test_another_series_can_be_shown(room: Workspace, study: Path, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.open_path(study)
    rest()
    assert room.catalogue is not None
    other = next(e for e in room.catalogue.series if e.series_instance_uid != room.series_uid)
    room.open_series(other.series_instance_uid)
    rest()
    assert room.case is not None
    assert room.case.volume.shape[0] == other.slices
    assert room.view.slices == other.slices


@pytest.mark.parametrize("make", ["missing", "empty", "text"])
def test_bad_input_gives_one_sentence(room: Workspace, tmp_path: Path, rest, said, make: str) -> None:
    path = tmp_path / "bad"
    if make == "empty":
        path.mkdir()
    elif make == "text":
        path.write_text("hello")
    room.open_path(path)
    rest()
    assert room.case is None
    assert room.busy is None
    (notice,) = said
    assert notice[0] == "error"
    assert "\n" not in notice[1]
    assert len(notice[1]) > 10


def test_leaving_in_the_middle_is_safe(room: Workspace, study: Path, rest, said) -> None:
    """Another study, closing, another model: whatever comes while work is under way."""
    room.open_path(study)
    room.show_volume(make_volume(7))
    room.inference.predict()
    room.close_case()
    room.open_path(study)
    room.open_path(study)
    rest()
    assert room.case is not None
    assert room.case.volume.shape[0] == SLICES
    assert room.case.prediction is not None
    assert len(room.case.prediction.done) == SLICES
    assert said == []
    room.close_case()
    rest()
    assert room.case is None
    assert room.catalogue is None
    assert room.badges == ()


def test_badges_change_with_the_window_not_after_it(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    rest()
    said: list[str] = []
    room.badges_changed.connect(lambda: said.append(room.badges[-1].detail))
    # no event passes between: one repaint shows the window and its badge
    for center, width in ((300, 1500), (310, 1500)):
        room.view.set_window(Window(center, width))
        assert f"{center}/{width}" in said[-1]
    room.view.set_inverted(True)
    assert [badge.code for badge in room.badges] == ["display_inverted"]


def test_measurements_are_saved_by_themselves_and_come_back(
    room: Workspace, tiny_volume: Volume, qtbot
) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    assert room.case is not None
    drawn = Measurement(1, "distance", 2, ((1.0, 2.0), (3.0, 4.0)))
    room.case.put_measurement(drawn)
    assert not room.saved
    qtbot.waitUntil(lambda: room.saved)
    room.close_case()
    room.show_volume(tiny_volume)
    assert room.case.measurements == (drawn,)
    assert not room.can_undo


def test_closing_saves_at_once(room: Workspace, tiny_volume: Volume) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    assert room.case is not None
    room.case.put_measurement(Measurement(1, "distance", 2, ((1.0, 2.0), (3.0, 4.0))))
    room.close_case()
    room.show_volume(tiny_volume)
    assert len(room.case.measurements) == 1


def test_undo_is_there_after_drawing(room: Workspace, tiny_volume: Volume) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    assert room.case is not None
    assert not room.can_undo
    room.case.put_measurement(Measurement(1, "angle", 0, ((0, 0), (1, 1), (2, 0))))
    room.undo()
    assert room.case.measurements == ()
    assert room.can_redo
    room.redo()
    assert len(room.case.measurements) == 1


def test_a_head_opens_in_a_window_that_shows_blood(room: Workspace) -> None:
    from dataclasses import replace

    from ichcore.volume import Window

    room.settings.change(predict_on_open=False)
    bone = Window(400, 2000, "bone of the scanner")
    room.show_volume(replace(make_volume(3), windows=(bone,)))
    assert room.view.window == BRAIN
    assert room.view.default_window == bone
    own = Window(35, 90, "scanner")
    room.show_volume(replace(make_volume(3), windows=(own,)))
    assert room.view.window == own


def test_pictures_without_hu_open_as_they_are(room: Workspace) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(make_volume(3, is_hu=False))
    assert room.view.window.low <= 0.0
    assert room.view.window.high >= 255.0


def test_the_privacy_switch_is_kept(room: Workspace) -> None:
    room.view.set_identity_hidden(True)
    assert room.settings.preferences.identity_hidden
    room.settings.change(identity_hidden=False)
    assert not room.view.identity_hidden
