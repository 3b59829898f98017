"""``ichcore export`` and ``ichcore verify`` as a user types them."""

import json
from pathlib import Path

import nibabel
import numpy as np
import pytest

from ichcore.datasets.bundle import Bundles
from ichcore.nifti import read_nifti
from tests.ichcore.cli.conftest import command

FORMATS = ("nifti", "coco", "rsna", "nnunet", "bundle")


@pytest.fixture(scope="module")
def asked() -> list[str]:
    return [part for name in FORMATS for part in ("--format", name)]


def test_without_an_annotation_it_says_what_to_do(study: Path, tmp_path: Path, asked) -> None:
    outcome = command("export", study, tmp_path / "out", *asked)
    assert outcome.status == 1
    assert "No annotation of series" in outcome.err
    assert "--from model" in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_model_s_suggestion_in_every_format_verifies(study: Path, tmp_path: Path, asked) -> None:
    out = tmp_path / "out"
    report = command("export", study, out, *asked, "--from", "model", "--json").report
    assert report["schema"] == "ichcore.certificate/1"
    assert [one["name"] for one in report["formats"]] == list(FORMATS)
    assert {one["reader"] for one in report["formats"]} == {"tiny"}
    mask, source = nibabel.load(out / "nifti" / "mask.nii.gz"), nibabel.load(study)
    np.testing.assert_allclose(mask.affine, source.affine, atol=1e-3)
    command("segment", study, "--out", tmp_path / "segment")
    drawn = read_nifti(tmp_path / "segment" / "mask.nii.gz").hu
    assert np.array_equal(read_nifti(out / "nifti" / "mask.nii.gz").hu, drawn)
    assert json.loads((out / "nifti" / "labels.json").read_text())["activation"]
    flags = {
        (s["sop_instance_uid"], name)
        for s in command("predict", study, "--json").report["slices"]
        for name in s["flags"]
    }
    rows = [line.split(",") for line in (out / "rsna" / "stage_2_train.csv").read_text().splitlines()[1:]]
    assert {tuple(r[0].removeprefix("ID_").rsplit("_", 1)) for r in rows if r[1] == "1"} == flags
    verified = command("verify", out)
    assert verified.status == 0
    assert "certified" in verified.out
    assert command("verify", out, "--json").report["compared"] == list(FORMATS)
    assert Bundles(out).cases()[0][0].open().weights.max() < 0.5


def test_verify_says_what_changed(study: Path, tmp_path: Path) -> None:
    command("export", study, tmp_path, "--format", "rsna", "--from", "model")
    (tmp_path / "rsna" / "left_out.csv").write_text("ID,Reason\nx,y\n")
    outcome = command("verify", tmp_path)
    assert outcome.status == 1
    assert "rsna/left_out.csv is not what was certified." in outcome.out
    assert "certified:" not in outcome.out
    report = command("verify", tmp_path, "--json")
    assert report.status == 1
    assert report.report["certified"] is False
    assert command("verify", tmp_path / "rsna").err.startswith("ichcore: ")


@pytest.mark.parametrize("arguments", [[], ["--format", "xls"], ["--format", "coco", "--from", "nobody"]])
def test_bad_use(study: Path, tmp_path: Path, arguments) -> None:
    outcome = command("export", study, tmp_path / "out", *arguments)
    assert outcome.status == 2
    assert "Usage:" in outcome.err


def test_a_folder_of_other_things_is_left_alone(study: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    outcome = command("export", study, tmp_path, "--format", "rsna", "--from", "model")
    assert outcome.status == 1
    assert "notes.txt" in outcome.err
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
