"""The weak chain's ladder against drawn bleeds."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from ichcore.errors import InputError
from ichcore.evaluation.chain_ladder import PAIR, rungs
from ichcore.evaluation.chain_report import chain_report
from ichcore.evaluation.mask_figures import MaskTally
from ichcore.masks.chain import OF_ONE_NETWORK, WeakChain
from ichcore.models.registry import build
from tests.ichcore.evaluation.bright_spot import bright_spot, heads


def ladder(model=None, cases=None, **options):
    return chain_report(model or bright_spot(), cases or heads(), resamples=20, **options)


def test_a_network_that_sees_brightness_draws_better_masks_with_every_part():
    found = ladder()
    assert (found["slices"], found["patients"], found["called_positive"]) == (9, 3, 9)
    assert [row["name"] for row in found["rows"]] == [
        "Grad-CAM",
        "+ spatial context",
        "SF-CAM",
        "+ spatial context",
        "+ dense CRF",
        "without spatial context",
    ]
    by_name = found["rows"]
    assert by_name[4]["iou"] > by_name[3]["iou"] > 0.2
    for row in by_name:
        low, high = row["iou_interval"]
        assert low <= row["iou"] <= high
        assert row["cl"] == 1
        assert row["ml"] == 0
    assert 0.5 < by_name[-1]["volume_ratio"] < 2


def test_the_effect_of_a_step_is_what_it_adds_to_the_row_before():
    rows = ladder()["rows"]
    assert rows[0]["effect"] is None
    for before, row in pairwise(rows):
        assert row["effect"]["against"] == before["name"]
        assert row["effect"]["iou"] == pytest.approx(row["iou"] - before["iou"])
        low, high = row["effect"]["iou_interval"]
        assert low <= row["effect"]["iou"] <= high


def test_slices_that_the_model_misses_count_unless_labels_are_asked_for():
    missing = bright_spot(offset=1000.0)
    found = ladder(missing)
    assert found["called_positive"] == 0
    assert all(row["iou"] == 0 and row["ml"] == 1 for row in found["rows"])
    found = ladder(missing, by_label=True)
    assert (found["called_positive"], found["positive_by"]) == (9, "labels")
    assert found["rows"][-1]["iou"] > 0.2


def test_settings_are_what_was_asked_for():
    found = ladder(chain=replace(OF_ONE_NETWORK, crf_weight=0.0, neighbour_weight=0.3, threshold=0.5))
    assert [row["name"] for row in found["rows"]][-1] == "+ spatial context"
    assert found["context_weight"] == 0.3
    assert found["chain"]["threshold"] == 0.5


def test_a_pair_has_the_papers_rows():
    torch.manual_seed(0)
    pair = build("classifier_pair", {"widths": [[4] * 5] * 2, "depths": [[1] * 5] * 2}).eval()
    names = [rung.name for rung in rungs(pair, PAIR)]
    assert names == [
        "Grad-CAM",
        "+ spatial context",
        "SF-CAM of the first classifier",
        "SF-CAM of the second classifier",
        "SF-CAM of both",
        "+ spatial context",
        "+ two layers",
        "+ dense CRF",
    ]
    model = replace(bright_spot(), network=pair)
    rows = ladder(model, heads(1, size=64), chain=WeakChain(crf_weight=1.0), by_label=True)["rows"]
    assert [row["name"] for row in rows] == names


def test_what_cannot_be_judged_is_said():
    with pytest.raises(InputError, match="drawn"):
        ladder(cases=heads(bleeding=False))


def test_volume_ratio_is_predicted_to_true():
    tally = MaskTally()
    predicted, truth = np.zeros((8, 8), bool), np.zeros((8, 8), bool)
    predicted[:3], truth[1:3] = True, True
    tally.add(predicted, truth)
    assert tally.figures()["volume_ratio"] == pytest.approx(1.5)
    assert np.isnan(MaskTally().figures()["volume_ratio"])
