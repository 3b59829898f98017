import json
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

from ichcore.subtypes import CLASSES
from tests.ichcore.cli.conftest import command


@pytest.mark.parametrize("method", ["cam", "gradcam", "gradcampp", "layercam", "scorecam", "sfcam"])
def test_explain_writes_maps_boxes_mask_and_sheet(study: Path, tmp_path: Path, method: str) -> None:
    arguments = ["--method", method, "--class", "any", "--class", "subdural", "--ungated", "--out", tmp_path]
    report = command("explain", study, *arguments, "--json").report
    assert report["classes"] == ["any", "subdural"]
    image = nibabel.load(tmp_path / "activation.nii.gz")
    source = nibabel.load(study)
    assert image.shape == (96, 96, 9, 2)
    np.testing.assert_allclose(image.affine, source.affine, atol=1e-3)
    activation = np.asarray(image.dataobj)
    peaks = activation.max(axis=(0, 1))
    assert set(np.unique(peaks)) <= {0.0, 1.0}
    assert peaks.any()
    classes = json.loads((tmp_path / "classes.json").read_text())
    assert [c["name"] for c in classes["classes"]] == ["any", "subdural"]
    for number, entry in enumerate(classes["classes"]):
        assert [v is not None for v in entry["raw_maxima"]] == (peaks[:, number] > 0).tolist()
    mask = np.asarray(nibabel.load(tmp_path / "mask.nii.gz").dataobj)
    assert set(np.unique(mask)) <= {0, 5, 6}
    boxes = json.loads((tmp_path / "boxes.json").read_text())
    assert boxes
    for box in boxes:
        row0, column0, row1, column1 = box["box"]
        assert 0 <= row0 < row1 <= 96
        assert 0 <= column0 < column1 <= 96
        assert set(box) == {"index", "sop_instance_uid", "class", "box", "activation"}
    with Image.open(tmp_path / "contact_sheet.png") as sheet:
        assert sheet.width > 800


def test_without_a_class_all_flagged_ones_are_explained(study: Path, tmp_path: Path) -> None:
    flagged = {name for s in command("predict", study, "--json").report["slices"] for name in s["flags"]}
    report = command("explain", study, "--out", tmp_path, "--json").report
    assert set(report["classes"]) == flagged
    assert report["layer"] == "fusion"


def test_one_slice_and_another_threshold(study: Path, tmp_path: Path) -> None:
    boxes = {}
    for threshold in ("0.2", "0.8"):
        out = tmp_path / threshold
        arguments = ["--slice", 4, "--class", "any", "--ungated", "--threshold", threshold, "--out", out]
        report = command("explain", study, *arguments, "--json").report
        assert report["slices"] in ([4], [])
        boxes[threshold] = json.loads((out / "boxes.json").read_text())
    area = {
        key: sum((b["box"][2] - b["box"][0]) * (b["box"][3] - b["box"][1]) for b in found)
        for key, found in boxes.items()
    }
    assert area["0.8"] <= area["0.2"]


def test_where_nothing_is_flagged_the_files_say_so(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.ichcore.tiny_model import save_tiny

    save_tiny(tmp_path / "models" / "deaf", thresholds=dict.fromkeys(CLASSES, 1.0))
    arguments = ["--model", tmp_path / "models" / "deaf", "--out", tmp_path / "out"]
    outcome = command("explain", study, *arguments)
    assert outcome.status == 0
    assert json.loads((tmp_path / "out" / "boxes.json").read_text()) == []
    assert not np.asarray(nibabel.load(tmp_path / "out" / "mask.nii.gz").dataobj).any()
    assert (tmp_path / "out" / "contact_sheet.png").is_file()
    assert "0 slices explained" in outcome.out
