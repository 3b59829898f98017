"""Sequence networks: slices by themselves stream in; the scan has the final word."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ichcore.errors import CancelledError
from ichcore.explain.explainer import Explainer
from ichcore.models.checkpoint import LoadedModel, load
from ichcore.models.network import SequenceNetwork
from ichcore.predict.model_input import ModelInput
from ichcore.predict.prediction import Prediction
from ichcore.predict.predictor import Predictor
from ichcore.progress import CancelToken
from ichcore.volume import Volume
from tests.ichcore.tiny_model import TINY_ARGUMENTS, make_volume, save_tiny_network

NETWORKS = {
    "cnn_bilstm": {**TINY_ARGUMENTS, "selection": "predictions", "hidden": 8},
    "fusion_bilstm": {**TINY_ARGUMENTS, "selection": "predictions", "hidden": 8},
    "xception_lstm": {**TINY_ARGUMENTS, "hidden": 8},
}


@pytest.fixture(scope="module", params=NETWORKS)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    folder = tmp_path_factory.mktemp("models") / request.param
    return load(save_tiny_network(folder, request.param, NETWORKS[request.param]))


def alone_and_scan(model: LoadedModel, volume: Volume, slices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of some slices of a thick series, by themselves and as a scan of these alone."""
    network = model.network
    assert isinstance(network, SequenceNetwork)
    hu = torch.from_numpy(ModelInput.of(volume, model.card).batch(slices))
    with torch.no_grad():
        return torch.sigmoid(network(hu)).numpy(), torch.sigmoid(network.scan(hu)).numpy()


def column(values: list[list[float | None]], index: int = 0) -> list[float | None]:
    return [row[index] for row in values]


def test_the_final_word_is_the_scans(model: LoadedModel) -> None:
    volume = make_volume()
    prediction = Predictor(model).predict(volume, first=2)
    alone, scan = alone_and_scan(model, volume, list(range(9)))
    np.testing.assert_allclose(prediction.probabilities, scan, atol=1e-4)
    np.testing.assert_allclose(prediction.series_probabilities, scan.max(axis=0), atol=1e-4)
    assert np.abs(scan - alone).max() > 0.01, "or this test shows nothing"
    said = prediction.extra["sequence"]
    assert said["complete"]
    np.testing.assert_allclose(said["slice_probabilities"], alone, atol=1e-4)
    np.testing.assert_allclose(said["changes"], scan - alone, atol=1e-4)
    np.testing.assert_allclose(said["series_probabilities"], alone.max(axis=0), atol=1e-4)


def test_slices_by_themselves_stream_in_and_are_corrected_at_the_end(model: LoadedModel) -> None:
    volume, seen = make_volume(), list[Prediction]()
    final = Predictor(model).predict(volume, first=7, on_slices=seen.append)
    alone, scan = alone_and_scan(model, volume, list(range(9)))
    assert [s.done.sum() for s in seen] == [1, 5, 9]
    np.testing.assert_allclose(seen[0].probabilities[7], alone[7], atol=1e-4)
    assert np.isnan(seen[0].probabilities[6]).all()
    np.testing.assert_allclose(seen[1].probabilities[[4, 5, 6, 7, 8]], alone[4:], atol=1e-4)
    assert not seen[1].extra["sequence"]["complete"]
    assert column(seen[1].extra["sequence"]["changes"]) == [None] * 9
    # what was handed out while it streamed stays as it was
    np.testing.assert_allclose(seen[0].series_probabilities, alone[7], atol=1e-4)
    assert column(seen[0].extra["sequence"]["slice_probabilities"]).count(None) == 8
    np.testing.assert_allclose(seen[-1].probabilities, scan, atol=1e-4)
    np.testing.assert_array_equal(seen[-1].probabilities, final.probabilities)


def test_slices_that_cannot_be_decoded_are_left_out_of_the_scan(model: LoadedModel) -> None:
    decoded = np.ones(9, bool)
    decoded[[0, 4]] = False
    volume = replace(make_volume(), decoded=decoded)
    prediction = Predictor(model).predict(volume)
    _, scan = alone_and_scan(model, volume, np.flatnonzero(decoded).tolist())
    np.testing.assert_allclose(prediction.probabilities[decoded], scan, atol=1e-4)
    assert np.isnan(prediction.probabilities[[0, 4]]).all()
    report = json.loads(json.dumps(prediction.as_json(), allow_nan=False))
    assert report["extra"]["sequence"]["changes"][4] == [None] * 6
    assert report["extra"]["sequence"]["slice_probabilities"][0] == [None] * 6


def test_a_series_without_any_picture_says_nothing(model: LoadedModel) -> None:
    prediction = Predictor(model).predict(replace(make_volume(), decoded=np.zeros(9, bool)))
    assert not prediction.done.any()
    assert json.loads(json.dumps(prediction.as_json(), allow_nan=False))["series_probabilities"] == [None] * 6


def test_thin_slices_share_what_their_average_said(model: LoadedModel) -> None:
    prediction = Predictor(model).predict(make_volume(slices=20, step_mm=1.0))
    for start in range(0, 20, 5):
        assert np.ptp(prediction.probabilities[start : start + 5], axis=0).max() == 0
    assert len(prediction.extra["sequence"]["changes"]) == 20


def test_neighbours_are_not_averaged_again(model: LoadedModel) -> None:
    hearing = replace(model, card=replace(model.card, neighbour_weight=0.5))
    np.testing.assert_array_equal(
        Predictor(hearing).predict(make_volume()).probabilities,
        Predictor(model).predict(make_volume()).probabilities,
    )


def test_cancel_after_the_last_slice_stops_before_the_scan(model: LoadedModel) -> None:
    class AfterLook(CancelToken):
        def raise_if_cancelled(self) -> None:
            self.asked = getattr(self, "asked", 0) + 1
            if self.asked == 4:  # three batches, then the scan
                self.cancel()
            super().raise_if_cancelled()

    seen: list[Prediction] = []
    with pytest.raises(CancelledError):
        Predictor(model).predict(make_volume(), on_slices=seen.append, cancel=AfterLook())
    assert [s.done.sum() for s in seen] == [1, 5]


def test_maps_are_gated_by_the_scans_word(model: LoadedModel) -> None:
    volume = make_volume()
    prediction = Predictor(model).predict(volume)
    limits = np.median(prediction.probabilities, axis=0)
    maps, given = (
        Explainer(model).explain(
            volume, range(9), ["any"], method="gradcam", thresholds=limits, prediction=gate
        )
        for gate in (None, prediction)
    )
    flags = prediction.flags(limits)[:, 0]
    assert all(m.empty for m, flag in zip(maps, flags, strict=True) if not flag)
    assert [m.empty for m in maps] == [m.empty for m in given]


def test_a_scan_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    model = load(save_tiny_network(tmp_path / "ko", "xception_lstm", NETWORKS["xception_lstm"]))
    prediction = Predictor(model).predict(make_volume(slices=40, side=48))
    assert prediction.done.all()
    assert prediction.extra["sequence"]["complete"]
    assert not np.isnan(prediction.probabilities).any()
