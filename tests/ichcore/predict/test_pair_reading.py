"""The classifier pair: its mean, and what each of the two says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ichcore.models.card import Calibration
from ichcore.models.checkpoint import LoadedModel, load
from ichcore.predict.predictor import Predictor
from tests.ichcore.tiny_model import make_volume, save_tiny_network


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    arguments = {"widths": [[4, 4, 8, 8, 8], [4, 4, 8, 8, 16]], "depths": [[1] * 5, [1] * 5]}
    return load(save_tiny_network(tmp_path_factory.mktemp("models") / "ma", "classifier_pair", arguments))


def logit(probabilities: np.ndarray) -> np.ndarray:
    p = np.asarray(probabilities, np.float64)
    return np.log(p) - np.log1p(-p)


def test_the_pair_says_the_mean_of_its_members(model: LoadedModel) -> None:
    prediction = Predictor(model).predict(make_volume())
    said = prediction.extra["members"]
    assert said["names"] == ["first", "second"]
    members = np.array(said["probabilities"])
    assert members.shape == (9, 2)
    assert np.abs(members[:, 0] - members[:, 1]).max() > 0.1, "or this test shows nothing"
    np.testing.assert_allclose(logit(prediction.probabilities[:, 0]), logit(members).mean(axis=1), atol=1e-3)
    np.testing.assert_allclose(said["series_probabilities"], members.max(axis=0))
    assert np.isnan(prediction.probabilities[:, 1:]).all()


def test_members_are_calibrated_like_the_pair(model: LoadedModel) -> None:
    plain = np.array(Predictor(model).predict(make_volume()).extra["members"]["probabilities"])
    card = replace(model.card, calibration=Calibration((0.5,) * 6, (1.0,) * 6))
    calibrated = Predictor(replace(model, card=card)).predict(make_volume()).extra["members"]
    np.testing.assert_allclose(
        calibrated["probabilities"], 1 / (1 + np.exp(-(0.5 * logit(plain) + 1.0))), atol=1e-4
    )


def test_slices_not_seen_say_nothing(model: LoadedModel) -> None:
    decoded = np.ones(9, bool)
    decoded[5] = False
    prediction = Predictor(model).predict(replace(make_volume(), decoded=decoded))
    report = json.loads(json.dumps(prediction.as_json(), allow_nan=False))
    assert report["extra"]["members"]["probabilities"][5] == [None, None]
