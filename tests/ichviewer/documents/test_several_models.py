"""Several installed models over the real engine: one after another, each kept, one shown."""

from __future__ import annotations

import numpy as np
import pytest

from ichcore.volume import Volume
from ichviewer.documents.workspace import Workspace
from tests.ichviewer.conftest import make_volume

pytestmark = pytest.mark.usefixtures("systems")


@pytest.fixture
def rest(room: Workspace, patient_room):
    return patient_room


def test_choosing_a_model_predicts_with_it_and_going_back_is_at_once(
    room: Workspace, tiny_volume: Volume, rest, qtbot
) -> None:
    room.models.choose("fusion")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    first = case.prediction
    assert first is not None
    assert first.model_name == "fusion"
    room.models.choose("pair")
    assert case.prediction is None, "what another model said is not shown for this one's"
    rest()
    assert case.prediction is not None
    assert case.prediction.model_name == "pair"
    assert np.isnan(case.prediction.probabilities[:, 1:]).all()
    changed: list[object] = []
    case.prediction_changed.connect(lambda: changed.append(case.prediction))
    room.models.choose("fusion")
    assert case.prediction is first
    assert changed == [first]
    rest()
    assert case.prediction is first, "nothing was computed again"


def test_thresholds_that_the_reader_moved_stay_with_their_model(
    room: Workspace, tiny_volume: Volume, rest
) -> None:
    room.models.choose("fusion")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    case.set_thresholds(np.full(6, 0.77, np.float32))
    room.models.choose("scan")
    rest()
    assert not case.thresholds_are_own
    room.models.choose("fusion")
    assert case.thresholds_are_own
    assert float(case.thresholds[2]) == pytest.approx(0.77)


def test_ticked_models_run_one_after_another(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.models.choose("scan")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    labels: list[str] = []
    room.busy_changed.connect(lambda: labels.append(room.busy.label if room.busy else ""))
    room.models.tick("fusion", on=True)
    room.models.tick("blend", on=True)
    assert room.models.shown == "scan", "ticking shows nothing else"
    rest()
    assert set(case.predictions.said) == {"scan", "fusion", "blend"}
    assert all(case.predictions.complete(name) for name in ("scan", "fusion", "blend"))
    assert any("of 2" in label for label in labels)
    room.models.choose_next()
    assert room.models.shown in {"fusion", "blend"}
    assert case.prediction is not None
    assert room.models.ticked == ("blend", "fusion", "scan")


def test_the_first_models_words_are_shown_while_the_next_one_runs(room: Workspace, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.models.choose("scan")
    room.models.tick("fusion", on=True)
    room.show_volume(make_volume(12))
    rest()
    case = room.case
    assert case is not None
    others: list[int] = []
    case.other_prediction_changed.connect(
        lambda: others.append(int(case.predictions.said["fusion"].done.sum()))
    )
    room.inference.predict()
    rest()
    assert others[0] == 1
    assert others[-1] == 12
    assert case.prediction is not None
    assert case.prediction.model_name == "scan"


def test_cancel_stops_all_that_waits_and_predict_takes_up_what_is_missing(room: Workspace, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.models.choose("fusion")
    room.models.tick("scan", on=True)
    room.show_volume(make_volume(30))
    case = room.case
    assert case is not None
    case.other_prediction_changed.connect(room.cancel)
    room.inference.predict()
    rest()
    assert case.predictions.complete("fusion")
    assert not case.predictions.complete("scan")
    assert room.busy is None
    case.other_prediction_changed.disconnect(room.cancel)
    before = case.prediction
    room.inference.predict()
    rest()
    assert case.predictions.complete("scan")
    assert case.prediction is before


@pytest.mark.parametrize("name", ["blend", "scan", "pair", "fusion"])
def test_every_system_is_explained_by_a_method_that_it_defines(
    room: Workspace, tiny_volume: Volume, rest, qtbot, name: str
) -> None:
    room.view.change_overlay(method="cam")
    said: list[str] = []
    room.notice_raised.connect(lambda _, sentence: said.append(sentence))
    room.models.choose(name)
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    index = room.view.slice_index
    qtbot.waitUntil(lambda: bool(case.heatmaps(index)), timeout=20_000)
    assert room.inference.cam_layers is not None
    used = room.inference.cam_layers.method_for("cam")
    assert used == ("sfcam" if name == "blend" else "cam")
    assert {heatmap.method for heatmap in case.heatmaps(index)} == {used}
    assert room.view.overlay.method == "cam", "the reader's choice holds for models that define it"
    assert said == []


def test_a_class_that_another_model_does_not_predict_is_not_overlaid(
    room: Workspace, tiny_volume: Volume, rest
) -> None:
    room.models.choose("fusion")
    room.view.change_overlay(class_name="subdural")
    room.models.choose("scan")
    assert room.view.overlay.class_name == "subdural"
    room.models.choose("blend")
    assert room.view.overlay.class_name is None


def test_a_sequence_model_says_slices_by_themselves_too(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.models.choose("scan")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    assert case.prediction is not None
    alone = case.beyond.alone
    assert alone is not None
    assert alone.complete
    assert alone.probabilities.shape == (5, 6)
    assert np.abs(alone.probabilities - case.prediction.probabilities).max() > 0.01
    assert case.beyond.own is None


def test_a_blend_model_says_its_own_classes(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.models.choose("blend")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    own = case.beyond.own
    assert own is not None
    assert own.names == ("no_hemorrhage", "hemorrhage", "blend_sign")
    np.testing.assert_allclose(own.probabilities.sum(axis=1), 1.0, atol=1e-4)
    assert own.least_difference_hu == 18
    assert own.boxes is not None
