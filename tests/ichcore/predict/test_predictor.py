import copy
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from ichcore.errors import CancelledError, CheckpointError
from ichcore.models.checkpoint import LoadedModel
from ichcore.predict.model_input import ModelInput
from ichcore.predict.prediction import Prediction
from ichcore.predict.predictor import Predictor
from ichcore.progress import CancelToken
from tests.ichcore.tiny_model import SIZE, make_volume


def test_every_slice_gets_what_the_network_says_of_it(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    prediction = Predictor(tiny_model).predict(volume)
    assert prediction.done.all()
    one = ModelInput.of(volume, tiny_model.card).batch([5])
    with torch.no_grad():
        logits = tiny_model.network(torch.from_numpy(one)).numpy()
    np.testing.assert_allclose(prediction.probabilities[5], 1 / (1 + np.exp(-logits[0])), atol=1e-5)
    np.testing.assert_allclose(prediction.series_probabilities, prediction.probabilities.max(axis=0))
    assert np.ptp(prediction.probabilities[:, 0]) > 0.01


def test_slices_stream_in_nearest_to_the_shown_one_first(tiny_model: LoadedModel) -> None:
    seen: list[Prediction] = []
    final = Predictor(tiny_model).predict(make_volume(), first=7, on_slices=seen.append)
    assert seen[0].done.tolist() == [i == 7 for i in range(9)]
    assert set(np.flatnonzero(seen[1].done)) == {7, 6, 8, 5, 4}
    assert [s.done.sum() for s in seen] == [1, 5, 9]
    assert np.isnan(seen[0].probabilities[0]).all()
    np.testing.assert_array_equal(seen[0].probabilities[7], final.probabilities[7])
    np.testing.assert_array_equal(seen[0].series_probabilities, seen[0].probabilities[7])


def test_a_reader_who_scrolls_turns_the_order(tiny_model: LoadedModel) -> None:
    shown = iter([0, 19, 19, 19, 0, 0, 0])
    seen: list[Prediction] = []
    Predictor(tiny_model).predict(make_volume(slices=20), first=lambda: next(shown), on_slices=seen.append)
    assert np.flatnonzero(seen[0].done).tolist() == [0]
    assert set(np.flatnonzero(seen[1].done)) == {0, 16, 17, 18, 19}


def test_cancel_stops_between_batches(tiny_model: LoadedModel) -> None:
    cancel, seen = CancelToken(), []

    def first_is_enough(prediction: Prediction) -> None:
        seen.append(prediction)
        cancel.cancel()

    with pytest.raises(CancelledError):
        Predictor(tiny_model).predict(make_volume(), on_slices=first_is_enough, cancel=cancel)
    assert len(seen) == 1


def test_progress_counts_slices_to_the_last(tiny_model: LoadedModel) -> None:
    steps: list[tuple[int, int]] = []
    Predictor(tiny_model).predict(
        make_volume(), progress=lambda done, total, _="": steps.append((done, total))
    )
    assert steps == [(1, 9), (5, 9), (9, 9)]


def test_thin_slices_share_the_result_of_their_average(tiny_model: LoadedModel) -> None:
    prediction = Predictor(tiny_model).predict(make_volume(slices=20, step_mm=1.0))
    assert prediction.done.all()
    for start in range(0, 20, 5):
        assert np.ptp(prediction.probabilities[start : start + 5], axis=0).max() == 0
    assert "thin_slices" in {w.code for w in prediction.warnings}


def test_slices_without_pixels_say_nothing(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    decoded = np.ones(9, bool)
    decoded[[0, 3]] = False
    prediction = Predictor(tiny_model).predict(replace(volume, decoded=decoded))
    assert np.flatnonzero(~prediction.done).tolist() == [0, 3]
    report = json.loads(json.dumps(prediction.as_json(), allow_nan=False))
    assert report["slices"][3]["probabilities"] == [None] * 6
    assert not np.isnan(prediction.series_probabilities).any()


def test_pictures_are_scored_under_a_stated_assumption(tiny_model: LoadedModel) -> None:
    grey = make_volume(is_hu=False)
    prediction = Predictor(tiny_model).predict(grey)
    assert prediction.done.all()
    assert {w.code for w in prediction.warnings} == {"no_hu"}
    # blood of 70 HU was saved as grey 178; the model must see about 70 HU again, not 178
    seen = ModelInput.of(grey, tiny_model.card).hu(8)
    row, column = SIZE // 2 + 5, SIZE // 2 - 8  # the middle of the blood, 1.5 slice pixels a model pixel
    assert seen[row, column] == pytest.approx(70, abs=3)


def test_the_exact_picture_is_what_the_window_layer_gave(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    picture, placement = Predictor(tiny_model).exact_input(volume, 6)
    assert picture.shape == (3, SIZE, SIZE)
    assert picture.dtype == np.float32
    w, b = tiny_model.network.window.effective()[0]
    hu = placement.place(volume.hu[6])
    np.testing.assert_allclose(picture[0], 1 / (1 + np.exp(-np.clip(w * hu + b, -60, 60))), atol=1e-5)
    with pytest.raises(IndexError):
        Predictor(tiny_model).exact_input(volume, 9)


def test_predicting_leaves_torch_threads_as_they_were(tiny_model: LoadedModel) -> None:
    before = torch.get_num_threads()
    Predictor(tiny_model, threads=before + 1).predict(make_volume(slices=2))
    assert torch.get_num_threads() == before


def test_numbers_that_are_not_finite_are_an_error(tiny_model: LoadedModel) -> None:
    damaged = replace(tiny_model, network=copy.deepcopy(tiny_model.network))
    with torch.no_grad():
        damaged.network.classify.bias.fill_(torch.nan)  # type: ignore[union-attr, operator]
    with pytest.raises(CheckpointError, match="not finite"):
        Predictor(damaged).predict(make_volume(slices=1))


def test_neighbours_are_heard_where_the_card_says_so(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    hearing = replace(tiny_model, card=replace(tiny_model.card, neighbour_weight=0.5))
    alone, seen = Predictor(tiny_model).predict(volume), list[Prediction]()
    together = Predictor(hearing).predict(volume, on_slices=seen.append)
    logits = np.log(alone.probabilities / (1 - alone.probabilities)).astype(np.float64)
    expected = (logits[3] + 2 * logits[4] + logits[5]) / 4
    np.testing.assert_allclose(together.probabilities[4], 1 / (1 + np.exp(-expected)), atol=1e-5)
    # the first slice streams in alone, and is told again once its neighbours are known
    np.testing.assert_allclose(seen[0].probabilities[4], alone.probabilities[4], atol=1e-6)
    np.testing.assert_allclose(seen[-1].probabilities[4], together.probabilities[4])
