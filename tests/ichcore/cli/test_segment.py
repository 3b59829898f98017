import json
from pathlib import Path

import nibabel
import numpy as np
import pytest

from tests.ichcore.cli.conftest import command


def test_segment_writes_a_mask_on_the_series_grid_and_its_volumes(study: Path, tmp_path: Path) -> None:
    report = command("segment", study, "--out", tmp_path, "--json").report
    image, source = nibabel.load(tmp_path / "mask.nii.gz"), nibabel.load(study)
    mask = np.asarray(image.dataobj)
    assert mask.shape == source.shape
    np.testing.assert_allclose(image.affine, source.affine, atol=1e-3)
    assert set(np.unique(mask)) <= set(range(7))
    assert mask.any()
    written = json.loads((tmp_path / "volumes.json").read_text())
    assert written == {key: value for key, value in report.items() if key != "files"}
    voxel_ml = abs(np.linalg.det(source.affine[:3, :3])) / 1000
    assert written["volumes_ml"]["any"] == pytest.approx((mask > 0).sum() * voxel_ml, abs=2e-3)
    assert written["by"] == "chain"
    flagged = {s["index"] for s in command("predict", study, "--json").report["slices"] if s["flags"]}
    assert {entry["index"] for entry in written["slices"]} <= flagged


def test_a_higher_threshold_draws_less(study: Path, tmp_path: Path) -> None:
    areas = []
    for threshold in ("0.2", "0.6"):
        out = tmp_path / threshold
        report = command(
            "segment", study, "--out", out, "--threshold", threshold, "--crf", 0, "--json"
        ).report
        areas.append(report["volumes_ml"]["any"])
    assert areas[0] > areas[1]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--by", "magic"], 2, "neither chain nor u-net"),
        (["--threshold", "1.5"], 2, "between 0 and 1"),
        (["--by", "u-net"], 1, "No installed U-Net learned from"),
    ],
)
def test_what_cannot_be_done_is_said(study: Path, tmp_path: Path, arguments, status, said) -> None:
    outcome = command("segment", study, "--out", tmp_path, *arguments)
    assert outcome.status == status
    assert said in outcome.err


def test_it_says_what_it_did_to_a_person(study: Path, tmp_path: Path) -> None:
    outcome = command("segment", study, "--out", tmp_path)
    assert outcome.status == 0
    for words in ("the weak chain", "slices have a mask", "mL: any", "Research use only"):
        assert words in outcome.out
