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


def test_every_installed_model_is_offered(room: Workspace) -> None:
    assert {card.name for card in room.models} == {"fusion", "blend", "scan", "pair"}
    assert room.ticked_models == (room.model_name,)


def test_a_u_net_is_not_offered(room: Workspace, systems_folder, tmp_path, monkeypatch) -> None:
    import json
    import shutil

    shutil.copytree(systems_folder / "fusion", tmp_path / "installed" / "mask")
    card = tmp_path / "installed" / "mask" / "card.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "architecture": "u_net"}))
    monkeypatch.setattr("ichcore.models.catalogue.folders", lambda: [systems_folder, tmp_path / "installed"])
    room.refresh_models()
    assert "mask" not in {card.name for card in room.models}


def test_choosing_a_model_predicts_with_it_and_going_back_is_at_once(
    room: Workspace, tiny_volume: Volume, rest, qtbot
) -> None:
    room.choose_model("fusion")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    first = case.prediction
    assert first is not None
    assert first.model_name == "fusion"
    room.choose_model("pair")
    assert case.prediction is None, "what another model said is not shown for this one's"
    rest()
    assert case.prediction is not None
    assert case.prediction.model_name == "pair"
    assert np.isnan(case.prediction.probabilities[:, 1:]).all()
    changed: list[object] = []
    case.prediction_changed.connect(lambda: changed.append(case.prediction))
    room.choose_model("fusion")
    assert case.prediction is first
    assert changed == [first]
    rest()
    assert case.prediction is first, "nothing was computed again"


def test_thresholds_that_the_reader_moved_stay_with_their_model(
    room: Workspace, tiny_volume: Volume, rest
) -> None:
    room.choose_model("fusion")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    case.set_thresholds(np.full(6, 0.77, np.float32))
    room.choose_model("scan")
    rest()
    assert not case.thresholds_are_own
    room.choose_model("fusion")
    assert case.thresholds_are_own
    assert float(case.thresholds[2]) == pytest.approx(0.77)


def test_ticked_models_run_one_after_another(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.choose_model("scan")
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    labels: list[str] = []
    room.busy_changed.connect(lambda: labels.append(room.busy.label if room.busy else ""))
    room.tick_model("fusion", on=True)
    room.tick_model("blend", on=True)
    assert room.model_name == "scan", "ticking shows nothing else"
    rest()
    assert set(case.predictions.said) == {"scan", "fusion", "blend"}
    assert all(case.predictions.complete(name) for name in ("scan", "fusion", "blend"))
    assert any("of 2" in label for label in labels)
    room.show_next_model()
    assert room.model_name in {"fusion", "blend"}
    assert case.prediction is not None
    assert room.ticked_models == ("blend", "fusion", "scan")


def test_the_first_models_words_are_shown_while_the_next_one_runs(room: Workspace, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.choose_model("scan")
    room.tick_model("fusion", on=True)
    room.show_volume(make_volume(12))
    rest()
    case = room.case
    assert case is not None
    others: list[int] = []
    case.other_prediction_changed.connect(
        lambda: others.append(int(case.predictions.said["fusion"].done.sum()))
    )
    room.predict()
    rest()
    assert others[0] == 1
    assert others[-1] == 12
    assert case.prediction is not None
    assert case.prediction.model_name == "scan"


def test_cancel_stops_all_that_waits_and_predict_takes_up_what_is_missing(room: Workspace, rest) -> None:
    room.settings.change(predict_on_open=False)
    room.choose_model("fusion")
    room.tick_model("scan", on=True)
    room.show_volume(make_volume(30))
    case = room.case
    assert case is not None
    case.other_prediction_changed.connect(room.cancel)
    room.predict()
    rest()
    assert case.predictions.complete("fusion")
    assert not case.predictions.complete("scan")
    assert room.busy is None
    case.other_prediction_changed.disconnect(room.cancel)
    before = case.prediction
    room.predict()
    rest()
    assert case.predictions.complete("scan")
    assert case.prediction is before


def test_a_model_that_is_ticked_off_gives_way(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.choose_model("scan")
    room.tick_model("pair", on=True)
    room.show_volume(tiny_volume)
    rest()
    room.tick_model("scan", on=False)
    assert room.model_name == "pair"
    assert room.ticked_models == ("pair",)
    room.tick_model("pair", on=False)
    assert room.ticked_models == ("pair",), "one model is always in use"


def test_no_more_models_are_ticked_than_can_be_told_apart(
    room: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ichviewer.documents.model_choice.MOST", 2)
    room.choose_model("scan")
    room.tick_model("pair", on=True)
    room.tick_model("fusion", on=True)
    assert room.ticked_models == ("pair", "scan")
    room.choose_model("fusion")
    assert room.ticked_models == ("fusion", "pair"), "it takes the place of the one shown before"


@pytest.mark.parametrize("name", ["blend", "scan", "pair", "fusion"])
def test_every_system_is_explained_by_a_method_that_it_defines(
    room: Workspace, tiny_volume: Volume, rest, qtbot, name: str
) -> None:
    room.view.change_overlay(method="cam")
    said: list[str] = []
    room.notice_raised.connect(lambda _, sentence: said.append(sentence))
    room.choose_model(name)
    room.show_volume(tiny_volume)
    rest()
    case = room.case
    assert case is not None
    case.set_thresholds(np.zeros(6, np.float32))
    index = room.view.slice_index
    qtbot.waitUntil(lambda: bool(case.heatmaps(index)), timeout=20_000)
    assert room.cam_layers is not None
    used = room.cam_layers.method_for("cam")
    assert used == ("sfcam" if name == "blend" else "cam")
    assert {heatmap.method for heatmap in case.heatmaps(index)} == {used}
    assert room.view.overlay.method == "cam", "the reader's choice holds for models that define it"
    assert said == []


def test_a_class_that_another_model_does_not_predict_is_not_overlaid(
    room: Workspace, tiny_volume: Volume, rest
) -> None:
    room.choose_model("fusion")
    room.view.change_overlay(class_name="subdural")
    room.choose_model("scan")
    assert room.view.overlay.class_name == "subdural"
    room.choose_model("blend")
    assert room.view.overlay.class_name is None


def test_a_sequence_model_says_slices_by_themselves_too(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.choose_model("scan")
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
    room.choose_model("blend")
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
