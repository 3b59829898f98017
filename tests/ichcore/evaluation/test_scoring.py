"""Checkpoints of every shape over labelled cases."""

import math

import numpy as np
import pytest
import torch

from ichcore.evaluation.report import evaluate
from ichcore.evaluation.scoring import score
from ichcore.models.card import Card
from ichcore.models.checkpoint import load, save
from ichcore.models.registry import build
from tests.ichcore.training.toy import toy_cases

NARROW = {"widths": [4, 4, 8, 8, 8]}


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return toy_cases(tmp_path_factory.mktemp("toys"), 0, 3)


def checkpoint(folder, architecture, system, arguments, **changes):
    torch.manual_seed(0)
    network = build(architecture, arguments)
    card = Card(
        folder.name, "Tiny", system, architecture, arguments, 32, 4.0, classes=network.classes, **changes
    )
    save(network, card, folder)
    return load(folder)


def test_a_sequence_network_is_judged_by_its_word_over_the_scan(cases, tmp_path):
    arguments = {**NARROW, "selection": "predictions", "hidden": 8, "layers": 1}
    model = checkpoint(tmp_path / "seq", "cnn_bilstm", "burduja2020", arguments)
    scored = score(model, cases)
    hu = torch.from_numpy(np.array(cases[1].hu)).float()[:, None]
    with torch.inference_mode():
        expected = torch.sigmoid(model.network.scan(hu)).numpy()
    assert scored.probabilities[12:24] == pytest.approx(expected, abs=1e-5)
    assert scored.predicted[0] == "any"


def test_a_blend_sign_network_has_its_own_classes_beside_any(cases, tmp_path):
    model = checkpoint(tmp_path / "blend", "blend_sign", "wang2023", NARROW)
    scored = score(model, cases)
    assert scored.predicted == ("any",)
    assert scored.exclusive is None, "nobody said which slices show a blend sign"
    for case in cases:
        case.about["blend_sign"] = [False] * 11 + [True]
    scored = score(model, cases)
    assert scored.exclusive.truth[:12].tolist() == [1, 0] * 5 + [1, 2]
    own = scored.exclusive.probabilities
    assert own.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert own[:, 1:].sum(axis=1) == pytest.approx(scored.probabilities[:, 0], abs=1e-4)
    report = evaluate(model, cases, resamples=5)
    assert np.sum(report["exclusive"]["confusion"]) == 36
    assert "gradcam" in report["localization"]["left_out"], "it has no class weights, and says what to do"
    assert report["slice"]["auc"]["epidural"] is None


def test_neighbours_are_heard_as_the_card_says(cases, tmp_path):
    plain = checkpoint(tmp_path / "a", "window_fusion", "he2024", {**NARROW, "fused": 8})
    heard = checkpoint(
        tmp_path / "b", "window_fusion", "he2024", {**NARROW, "fused": 8}, neighbour_weight=1.0
    )
    alone, together = score(plain, cases).probabilities[:, 0], score(heard, cases).probabilities[:, 0]
    logit = np.log(alone[:12] / (1 - alone[:12]))
    first = (logit[0] + logit[1]) / 2
    assert together[0] == pytest.approx(1 / (1 + math.exp(-first)), abs=1e-5)


def test_neighbours_are_heard_in_a_networks_own_classes_too(cases, tmp_path):
    plain = checkpoint(tmp_path / "a", "blend_sign", "wang2023", NARROW)
    heard = checkpoint(tmp_path / "b", "blend_sign", "wang2023", NARROW, neighbour_weight=1.0)
    for case in cases:
        case.about["blend_sign"] = [False] * 11 + [True]
    alone = np.log(score(plain, cases).exclusive.probabilities)
    together = np.log(score(heard, cases).exclusive.probabilities)
    first = (alone[0] + alone[1]) / 2
    assert np.diff(together[0]) == pytest.approx(np.diff(first), abs=1e-5)
