"""Networks that predict some of the six classes: the others are not said, never 0."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ichcore.errors import CheckpointError
from ichcore.explain.explainer import Explainer
from ichcore.models.card import Calibration, read_card
from ichcore.models.checkpoint import LoadedModel, load
from ichcore.predict.model_input import ModelInput
from ichcore.predict.predictor import Predictor
from ichcore.subtypes import CLASSES
from tests.ichcore.tiny_model import make_volume, save_tiny_network


@pytest.fixture(scope="module")
def any_alone(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    return load(save_tiny_network(tmp_path_factory.mktemp("models") / "ma", "shallow_classifier"))


def test_a_class_that_is_not_predicted_is_null(any_alone: LoadedModel) -> None:
    volume = make_volume()
    prediction = Predictor(any_alone).predict(volume)
    assert prediction.done.all()
    with torch.no_grad():
        hu = torch.from_numpy(ModelInput.of(volume, any_alone.card).batch([4]))
        logit = float(any_alone.network(hu)[0, 0])
    assert prediction.probabilities[4, 0] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)
    assert np.ptp(prediction.probabilities[:, 0]) > 0.01
    report = json.loads(json.dumps(prediction.as_json(), allow_nan=False))
    assert report["classes"] == list(CLASSES)
    assert report["thresholds"] == [0.5] + [None] * 5
    assert report["series_probabilities"][1:] == [None] * 5
    for one in report["slices"]:
        assert one["probabilities"][0] is not None
        assert one["probabilities"][1:] == [None] * 5
        assert set(one["flags"]) <= {"any"}


def test_a_calibration_of_six_columns_stays_valid(any_alone: LoadedModel) -> None:
    volume = make_volume()
    plain = Predictor(any_alone).predict(volume)
    calibration = Calibration((2.0,) * 6, (0.5,) * 6)
    calibrated = Predictor(replace(any_alone, card=replace(any_alone.card, calibration=calibration)))
    prediction = calibrated.predict(volume)
    logits = np.log(plain.probabilities[:, 0]) - np.log1p(-plain.probabilities[:, 0])
    np.testing.assert_allclose(
        prediction.probabilities[:, 0], 1 / (1 + np.exp(-(2 * logits + 0.5))), atol=1e-4
    )
    assert np.isnan(prediction.probabilities[:, 1:]).all()


def test_thresholds_stated_for_other_classes_mean_nothing(any_alone: LoadedModel) -> None:
    card = replace(any_alone.card, thresholds=dict.fromkeys(CLASSES, 0.2))
    assert np.isnan(card.threshold_array()[1:]).all()


@pytest.mark.parametrize("gated", [True, False])
def test_a_class_that_is_not_predicted_has_an_empty_map(any_alone: LoadedModel, *, gated: bool) -> None:
    maps = Explainer(any_alone).explain(make_volume(), [7, 8], ["subdural", "any"], ungated=not gated)
    assert [m.class_name for m in maps] == ["subdural", "any"] * 2
    assert all(m.empty for m in maps[::2])
    if not gated:
        assert not all(m.empty for m in maps[1::2])
    (alone,) = Explainer(any_alone).explain(make_volume(), [8], ["epidural"], method="gradcam", ungated=True)
    assert alone.empty


def test_a_card_that_promises_more_than_its_network_says_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_network(tmp_path / "ma", "shallow_classifier")
    assert read_card(folder).classes == ("any",)
    data = json.loads((folder / "card.json").read_text())
    data["classes"], data["thresholds"] = ["any", "subdural"], {"any": 0.5, "subdural": 0.5}
    (folder / "card.json").write_text(json.dumps(data))
    with pytest.raises(CheckpointError, match="subdural"):
        load(folder)
