"""The blend-sign network: its three classes, its boxes on the series' grid."""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from ichcore.models.blend_sign import BLEND_CLASSES, BlendSign
from ichcore.models.checkpoint import LoadedModel, load
from ichcore.predict.model_input import ModelInput
from ichcore.predict.prediction import Prediction
from ichcore.predict.predictor import Predictor
from tests.ichcore.tiny_model import PIXEL_MM, TINY_ARGUMENTS, make_volume, save_tiny_network


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    return load(save_tiny_network(tmp_path_factory.mktemp("models") / "wang", "blend_sign"))


@pytest.fixture
def finding(model: LoadedModel) -> Iterator[LoadedModel]:
    """A detector that calls a centre in every cell, with a box of two cells' side around it."""
    network = model.network
    assert isinstance(network, BlendSign)
    last = network.detector[-1]
    before = {name: value.clone() for name, value in last.state_dict().items()}
    with torch.no_grad():
        last.weight.zero_()
        last.bias.copy_(torch.tensor([2.0, 1.0, 1.0, 1.0, 1.0]))
    yield model
    last.load_state_dict(before)


def test_its_own_classes_stand_beside_any(model: LoadedModel) -> None:
    volume = make_volume()
    prediction = Predictor(model).predict(volume)
    hu = torch.from_numpy(ModelInput.of(volume, model.card).batch(list(range(9))))
    with torch.no_grad():
        expected = torch.softmax(model.network.own_logits(model.network.features(hu)), dim=1).numpy()
    said = prediction.extra["own_classes"]
    assert said["names"] == list(BLEND_CLASSES)
    np.testing.assert_allclose(said["probabilities"], expected, atol=1e-5)
    assert said["class"] == [BLEND_CLASSES[i] for i in expected.argmax(axis=1)]
    assert len(set(said["class"])) > 1
    np.testing.assert_allclose(prediction.probabilities[:, 0], expected[:, 1:].sum(axis=1), atol=1e-5)
    assert np.isnan(prediction.probabilities[:, 1:]).all()
    assert said["series_probabilities"][0] is None
    np.testing.assert_allclose(said["series_probabilities"][1:], expected[:, 1:].max(axis=0), atol=1e-5)
    assert prediction.extra["boxes"] == []


def test_neighbours_have_a_say_in_its_own_classes(model: LoadedModel) -> None:
    volume = make_volume()
    alone = np.log(Predictor(model).predict(volume).extra["own_classes"]["probabilities"])
    hearing = replace(model, card=replace(model.card, neighbour_weight=0.5))
    said = Predictor(hearing).predict(volume).extra["own_classes"]["probabilities"]
    middle = (alone[4] + 0.5 * alone[3] + 0.5 * alone[5]) / 2
    np.testing.assert_allclose(said[4], np.exp(middle) / np.exp(middle).sum(), atol=1e-4)


def test_slices_not_seen_say_nothing_of_them(model: LoadedModel) -> None:
    decoded = np.ones(9, bool)
    decoded[3] = False
    seen: list[Prediction] = []
    prediction = Predictor(model).predict(replace(make_volume(), decoded=decoded), on_slices=seen.append)
    report = json.loads(json.dumps(prediction.as_json(), allow_nan=False))
    said = report["extra"]["own_classes"]
    assert said["probabilities"][3] == [None] * 3
    assert said["class"][3] is None
    assert all(name in BLEND_CLASSES for i, name in enumerate(said["class"]) if i != 3)
    assert sum(name is not None for name in seen[0].extra["own_classes"]["class"]) == 1


def test_boxes_lie_on_the_series_grid(finding: LoadedModel) -> None:
    volume = make_volume()
    prediction = Predictor(finding).predict(volume)
    boxes = prediction.extra["boxes"]
    assert {b["index"] for b in boxes} == set(range(9))
    # cells of 16 model pixels: the box around that of row 1, column 1 spans model pixels 8 to 40
    _, placement = Predictor(finding).exact_input(volume, 4)
    matrix, spacing = placement.matrix, volume.geometry.pixel_spacing_mm
    assert spacing is not None
    edges = ((0, 8), (1, 8), (0, 40), (1, 40))
    expected = [matrix[axis, axis] * (edge - 0.5) + matrix[axis, 2] + 0.5 for axis, edge in edges]
    nearest = min(
        (b for b in boxes if b["index"] == 4), key=lambda b: np.abs(np.subtract(b["box"], expected)).sum()
    )
    np.testing.assert_allclose(nearest["box"], expected, atol=1.0)
    assert nearest["sop_instance_uid"] == volume.sop_instance_uids[4]
    assert nearest["score"] == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-5)
    assert nearest["height_mm"] == pytest.approx(32 * PIXEL_MM, abs=2 * spacing[0])
    for b in boxes:
        row0, column0, row1, column1 = b["box"]
        assert 0 <= row0 < row1 <= volume.shape[1]
        assert 0 <= column0 < column1 <= volume.shape[2]
        assert (b["row"], b["column"], b["height"], b["width"]) == (
            row0,
            column0,
            row1 - row0,
            column1 - column0,
        )


def test_the_rule_looks_into_the_boxes(finding: LoadedModel) -> None:
    plain = make_volume(side=192)
    # two tones side by side in every slice, 70 and 48 HU
    hu = plain.hu.copy()
    hu[:, 80:110, 70:100], hu[:, 80:110, 100:125] = 70, 48
    prediction = Predictor(finding).predict(replace(plain, hu=hu))
    report = json.loads(json.dumps(prediction.as_json(), allow_nan=False))["extra"]
    assert report["rule"]["least_difference_hu"] == 18
    assert report["rule"]["blend_sign"] == [True] * 9
    (widest,) = [
        max(
            (b["rule"] for b in report["boxes"] if b["index"] == 4 and b["rule"]),
            key=lambda r: r["difference_hu"],
        )
    ]
    assert widest["difference_hu"] == pytest.approx(22, abs=2)
    one_tone = Predictor(finding).predict(plain).extra["rule"]["blend_sign"]
    assert one_tone == [False] * 9


def test_without_hu_or_boxes_the_rule_has_no_word(model: LoadedModel, finding: LoadedModel) -> None:
    grey = Predictor(finding).predict(make_volume(is_hu=False)).extra
    assert grey["boxes"]
    assert all(b["rule"] is None for b in grey["boxes"])
    assert grey["rule"]["blend_sign"] == [None] * 9


def test_boxes_of_an_average_stand_in_each_of_its_slices(finding: LoadedModel) -> None:
    boxes = Predictor(finding).predict(make_volume(slices=10, step_mm=1.0)).extra["boxes"]
    first, second = ([b["box"] for b in boxes if b["index"] == i] for i in (0, 4))
    assert first
    assert first == second


def test_an_ablation_without_detector_finds_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    arguments = {**TINY_ARGUMENTS, "detector": False}
    model = load(save_tiny_network(tmp_path_factory.mktemp("models") / "bare", "blend_sign", arguments))
    prediction = Predictor(model).predict(make_volume(slices=3))
    assert prediction.extra["boxes"] is None
    assert prediction.done.all()
