"""The command line from a synthetic head to an explained prediction, each step a process of its own."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import nibabel
import numpy as np
import pytest

from ichcore.subtypes import CLASSES
from tests.e2e.conftest import ichcore


@pytest.fixture(scope="module")
def prediction(phantom_study: Path) -> dict:
    return json.loads(ichcore("predict", phantom_study, "--json").stdout)


def test_the_series_is_listed_and_proposed(phantom_study: Path) -> None:
    listed = json.loads(ichcore("series", phantom_study, "--json").stdout)
    series = {s["series_instance_uid"]: s for s in listed["series"]}
    assert series[listed["proposed"]]["slices"] == 10
    assert series[listed["proposed"]]["modality"] == "CT"


def test_prediction_speaks_of_the_slices_that_the_phantom_labelled(
    phantom_study: Path, prediction: dict
) -> None:
    with (phantom_study.parents[2] / "labels.csv").open() as stream:
        labels = {row["sop_instance_uid"]: row for row in csv.DictReader(stream)}
    slices = prediction["slices"]
    assert prediction["classes"] == list(CLASSES)
    assert {s["sop_instance_uid"] for s in slices} == set(labels)
    positions = [s["position_mm"] for s in slices]
    assert positions == sorted(positions)
    any_p = {s["sop_instance_uid"]: s["probabilities"][0] for s in slices}
    bleeding = np.mean([any_p[u] for u, row in labels.items() if float(row["any"])])
    clear = np.mean([any_p[u] for u, row in labels.items() if not float(row["any"])])
    assert bleeding > clear


def test_explanation_lies_on_the_grid_of_the_series(phantom_study: Path, tmp_path: Path) -> None:
    out = tmp_path / "why"
    ichcore("explain", phantom_study, "--method", "layercam", "--class", "any", "--ungated", "--out", out)
    activation = nibabel.load(out / "activation.nii.gz")
    truth = nibabel.load(phantom_study.parent / "truth.nii.gz")
    assert activation.shape[:3] == truth.shape[:3]
    np.testing.assert_allclose(activation.affine, truth.affine, atol=1e-3)
    values = np.asarray(activation.dataobj)
    assert values.min() >= 0.0
    assert values.max() == pytest.approx(1.0, abs=1e-3)
    assert json.loads((out / "classes.json").read_text())
    boxes = json.loads((out / "boxes.json").read_text())
    for box in boxes:
        row0, column0, row1, column1 = box["box"]
        assert 0 <= row0 < row1 <= 192
        assert 0 <= column0 < column1 <= 192
    assert list(out.glob("*.png"))


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["predict", "no-such-folder"], 1),
        (["window", "--w", "0.1"], 2),
        (["no-such-command"], 2),
        (["predict"], 2),
    ],
)
def test_a_mistake_is_answered_with_one_clear_line(arguments: list[str], status: int) -> None:
    result = ichcore(*arguments, expect=status)
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    if status == 1:
        assert len(result.stderr.strip().splitlines()) == 1
