import json

import numpy as np
import pytest
import torch

from ichcore.evaluation.localization import cam_maps, localization
from ichcore.evaluation.report import evaluate
from ichcore.evaluation.window_picture import window_picture
from ichcore.models.card import Card, WindowRecord
from ichcore.models.checkpoint import load, save
from ichcore.models.window_fusion import WindowFusion
from tests.ichcore.training.toy import toy_cases


class Bright(WindowFusion):
    """Its fused map is what shines in the brain window, and every class is that map's mean."""

    def __init__(self):
        super().__init__(widths=(4, 4, 4, 4, 4), fused=4)
        with torch.no_grad():
            self.classify.weight.fill_(25.0)
            self.classify.bias.fill_(-2.0)

    @property
    def cam_layers(self):
        return {"shine": self.window}

    default_cam_layer = "shine"

    def class_weights(self):
        return torch.tensor([[0.0, 1.0, 0.0]]).repeat(6, 1)  # the subdural window spares grey matter

    def forward(self, hu):
        return 25 * (self.window(hu)[:, 1:2] > 0.5).float().mean(dim=(2, 3)).repeat(1, 6) - 1


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return toy_cases(tmp_path_factory.mktemp("toys"), 0, 5)


def test_a_report_says_what_a_reader_needs(cases, tmp_path):
    arguments = {"widths": [4, 4, 4, 4, 4], "fused": 4}
    card = Card("tiny", "Tiny", "he2024", "window_fusion", arguments, 32, 4.0)
    save(WindowFusion(**arguments), card, tmp_path / "tiny")
    report = evaluate(load(tmp_path / "tiny"), cases)
    assert report["slices"] == 60
    assert report["positives"]["epidural"] == 30
    assert 0 <= report["slice"]["auc"]["any"] <= 1
    assert report["slice"]["auc"]["subdural"] is None, "no positives, so nothing is said"
    low, high = report["slice"]["auc_interval"]["any"]
    assert low <= report["slice"]["auc"]["any"] <= high
    for key in ("auc_matched", "auc_position_only", "sensitivity", "specificity"):
        assert set(report["slice"][key]) >= {"any", "epidural"}
    assert report["slice"]["auc_hu_share"] == 0.5, "a constant baseline knows nothing"
    json.dumps(report)


def test_boxes_of_a_map_that_is_right_are_right(cases):
    network = Bright().eval()
    probabilities = np.concatenate([case.labels for case in cases]).astype(float)
    found = localization(network, cases, probabilities)
    assert found["ap"]["epidural"] > 0.95
    assert found["pointing"]["epidural"] == 1
    assert found["ap"]["subdural"] is None
    assert found["map_five"] == pytest.approx(found["ap"]["epidural"] / 5)
    assert found["map_present"] == pytest.approx(found["ap"]["epidural"])


def test_cam_is_at_the_inputs_size_and_never_negative():
    maps = cam_maps(WindowFusion(widths=(4, 4, 4, 4, 4), fused=4).eval(), torch.randn(2, 1, 64, 64) * 40)
    assert maps.shape == (2, 6, 64, 64)
    assert maps.min().item() >= 0


def test_the_picture_shows_preset_beside_learned_and_says_when_there_is_none():
    hu = np.tile(np.linspace(-100, 200, 96), (64, 1))
    records = (WindowRecord("brain", 0.11, -5.5, 40, 80), WindowRecord("subdural", 1e-6, 0.0, 80, 200))
    picture = np.asarray(window_picture(hu, records))
    assert picture.shape[1] > 2 * 96
    row = picture[70, :, 0]
    assert row[13] == 0
    assert row[13 + 94] == 255
    lower = picture[picture.shape[0] // 2 + 30 :, 120:, 0]
    assert lower.max() < 40, "a degenerate channel has no picture"
