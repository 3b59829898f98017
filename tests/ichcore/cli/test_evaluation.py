"""``evaluate`` and ``compare``, on two small cases made here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ichcore.datasets.case_files import CaseFiles
from ichcore.models.card import Card
from ichcore.models.checkpoint import save
from ichcore.models.u_net import UNet
from ichcore.subtypes import CLASSES
from tests.ichcore.cli.conftest import command
from tests.ichcore.datasets.layouts import phantom, rsna_rows, write_phe_sich, write_rsna_table, write_slices
from tests.ichcore.evaluation.bright_spot import heads
from tests.ichcore.tiny_model import PIXEL_MM, SIZE

SET = ("--data", "window_fusion_compact")


@pytest.fixture(autouse=True)
def small_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases in place of a recipe's phantoms."""
    rng = np.random.default_rng(0)
    labels = np.zeros((6, 6), bool)
    labels[3:, [0, 5]] = True
    about = {"height": list(np.linspace(0, 1, 6)), "share": [0.5] * 6, "seed": 0, "kind": "subdural"}
    cases = [
        CaseFiles(
            name,
            rng.normal(30, 10, (6, SIZE, SIZE)).astype(np.int16),
            np.zeros((6, SIZE, SIZE), np.uint8),
            labels,
            about,
        )
        for name in ("one", "two")
    ]
    monkeypatch.setattr("ichcore.datasets.phantom_set.make_phantom_set", lambda *_, **__: cases)


def test_evaluate_reports_figures_and_writes_scores(tmp_path: Path) -> None:
    arguments = ["evaluate", *SET, "--root", tmp_path]
    report = command(*arguments, "--scores", tmp_path / "scores.csv", "--json").report
    assert report["slices"] == 12
    assert set(report["slice"]["auc"]) == set(CLASSES)
    assert 0 <= report["slice"]["auc"]["any"] <= 1
    assert report["slice"]["auc"]["epidural"] is None
    rows = (tmp_path / "scores.csv").read_text().splitlines()
    assert rows[0] == "patient,slice,score"
    assert [row.rsplit(",", 1)[0] for row in rows[1:3]] == ["one,0", "one,1"]
    assert len(rows) == 13
    assert "Phantom figures" in command(*arguments).out


@pytest.fixture
def drawn_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two heads, a third of whose slices show a drawn bleed with its edema."""
    cases = heads(2, size=SIZE)
    monkeypatch.setattr("ichcore.datasets.phantom_set.make_phantom_set", lambda *_, **__: cases)


@pytest.mark.usefixtures("drawn_set")
def test_what_height_cannot_tell_is_asked_for_by_two_switches(tmp_path: Path) -> None:
    arguments = ["evaluate", *SET, "--explain", "--counterfactual", "--implants", "2"]
    report = command(*arguments, "--report", tmp_path / "r", "--json").report
    maps = report["explanations"]["maps"]
    methods = {"cam", "gradcam", "gradcampp", "layercam", "sfcam", "sfcam+context"}
    assert {one["method"] for one in maps} == methods
    assert len(maps) > 8
    peaks = [one["peak"] for one in maps]
    assert peaks == sorted(peaks, reverse=True)
    painted = report["counterfactual"]["painted_out"]["any"]
    assert painted["all"]["slices"] == 6
    assert painted["flagged_before"]["slices"] <= 6
    assert report["counterfactual"]["implanted"]["bleeds"] == 2
    page = (tmp_path / "r" / "report.html").read_text()
    for title in ("Where it looks", "Outside the skull", "What it needs", "Painted out", "Put in"):
        assert title in page
    assert "<b>" in page.partition("<h2>Where it looks</h2>")[2], "the best of a column is told"
    assert "Measured on phantoms" in page
    drawn = {p.name for p in (tmp_path / "r").glob("*.svg")}
    assert {"iou-over-thresholds.svg", "deletion.svg", "insertion.svg"} <= drawn
    text = command(*arguments).out
    assert "gradcam" in text
    assert "Painted out, any" in text
    assert "lower third" in text or "upper third" in text


def test_switches_that_need_masks_say_so() -> None:
    for switch in ("--explain", "--counterfactual"):
        outcome = command("evaluate", *SET, switch)
        assert outcome.status == 1
        assert "masks" in outcome.err
        assert len(outcome.err.splitlines()) == 1


def test_alarms_in_series_without_blood_are_listed(tmp_path: Path) -> None:
    write_slices(phantom(5), tmp_path / "set" / "one", [f"1.2.{i}" for i in range(6)])
    (tmp_path / "set" / "empty").mkdir()
    arguments = ("--data", f"blank:{tmp_path / 'set'}", "--root", tmp_path / "cache")
    report = command("evaluate", *arguments, "--json").report
    assert report["cases"] == 1
    assert report["positives"]["any"] == 0
    found = report["false_flags"]
    assert found["flagged"]["slices"] == 6
    assert found["flagged"]["share"] == pytest.approx(len(found["slices"]) / 6, abs=1e-4)
    text = command("evaluate", *arguments).out
    assert "series without blood" in text
    assert sum(line.startswith("  one, slice") for line in text.splitlines()) == len(found["slices"]) > 0


def test_a_report_folder_can_stand_beside_another(tmp_path: Path) -> None:
    first = command(
        "evaluate",
        *SET,
        "--report",
        tmp_path / "a",
        "--place",
        "fusion=false",
        "--prevalence",
        0.05,
        "--json",
    ).report
    assert first["model"]["place"]["fusion"] is False
    assert first["prevalence"] == 0.05
    text = command(
        "evaluate", *SET, "--report", tmp_path / "b", "--beside", tmp_path / "a" / "evaluation.json"
    ).out
    assert str(tmp_path / "b" / "report.html") in text
    tables = (tmp_path / "b" / "tables.md").read_text()
    row = next(
        line for line in tables.splitlines() if line.startswith("| Any | 0.") and line.endswith("| – |")
    )
    assert row.count("0.") == 2, "the whole network, and the one without fusion beside it"
    assert "Phantom figures" in (tmp_path / "b" / "report.html").read_text()
    written = json.loads((tmp_path / "a" / "evaluation.json").read_text())
    assert written["slice"] == first["slice"]


def test_a_set_on_disk_is_asked_for_by_its_kind(tmp_path: Path) -> None:
    outcome = command("evaluate", "--data", f"bhsd:{tmp_path / 'nowhere'}")
    assert outcome.status == 1
    assert "nowhere" in outcome.err
    assert len(outcome.err.splitlines()) == 1
    outcome = command("evaluate", *SET, "--split", tmp_path / "split.json")
    assert outcome.status == 1
    assert "sets on disk" in outcome.err


def test_readers_stand_beside_the_model(tmp_path: Path) -> None:
    header = "reader,patient,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural"
    lines = [
        f"{reader},{patient},1,0,0,0,0,1"
        for reader in ("Doctor #1", "Doctor #2")
        for patient in ("one", "two")
    ]
    (tmp_path / "readers.csv").write_text("\n".join([header, *lines]))
    report = command(
        "evaluate", *SET, "--readers", tmp_path / "readers.csv", "--report", tmp_path / "r", "--json"
    ).report
    assert report["readers"]["Doctor #2"]["series"]["sensitivity"]["any"] == 1
    assert report["readers_agreement"]["any"]["pairs"][0]["agreement"] == 1
    page = (tmp_path / "r" / "report.html").read_text()
    assert "Burduja 2020, Table 5" in page
    assert "Doctor #1" in page


def test_compare_says_it_in_one_sentence() -> None:
    report = command("compare", "tiny", "tiny", *SET, "--resamples", 100, "--json").report
    assert report["schema"] == "ichcore.comparison/1"
    assert report["verdict"] == "not told apart"
    assert report["figure"] == "auc any"
    assert report["differences"]["auc any"]["gain"] == 0
    assert report["differences"]["auc epidural"]["gain"] is None
    lines = command("compare", "tiny", "tiny", *SET, "--resamples", 100).out.splitlines()
    assert lines[0] == report["sentence"]
    assert "cannot be told" in lines[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "tiny"],
        ["compare", "tiny", "tiny", *SET, "--figure", "beauty"],
        ["compare", "tiny", "tiny", *SET, "--class", "blood"],
        ["evaluate", *SET, "--place", "epoch"],
        ["evaluate", *SET, "--prevalence", "2"],
    ],
)
def test_bad_use_is_answered_with_two(arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""


def test_an_evaluation_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    outcome = command("evaluate", *SET, "--beside", tmp_path / "x.json")
    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_rsna_is_a_set_on_disk_whose_headers_are_kept_beside_the_cache(tmp_path: Path) -> None:
    case = phantom(4, "subdural")
    names = [f"ID_{i:09d}" for i in range(len(case.labels))]
    write_slices(case, tmp_path / "rsna" / "stage_2_train", names, patient="ID_p", series="ID_s")
    rows = [row for name, labels in zip(names, case.labels, strict=True) for row in rsna_rows(name, labels)]
    write_rsna_table(tmp_path / "rsna" / "stage_2_train.csv", rows)
    arguments = ("--data", f"rsna:{tmp_path / 'rsna'}", "--root", tmp_path / "cache")
    report = command("evaluate", *arguments, "--json").report
    assert report["slices"] == len(names)
    assert report["positives"]["subdural"] == case.labels[:, 5].sum()
    assert (tmp_path / "cache" / "rsna-headers.csv").is_file()


def test_a_set_on_disk_is_scored_and_not_called_a_phantom(tmp_path: Path) -> None:
    """PHE-SICH-CT-IDS knows no subtypes, so nothing is said of them."""
    from ichcore.volume.window import Window

    for seed in (1, 2):
        case = phantom(seed, "intraparenchymal")
        write_phe_sich(tmp_path / "set", case, f"p{seed}", Window(40, 80, "brain"))
    arguments = ("--data", f"phe-sich:{tmp_path / 'set'}", "--root", tmp_path / "cache")
    report = command("evaluate", *arguments, "--json").report
    assert report["cases"] == 2
    assert report["known"]["any"] > 0
    assert report["known"]["epidural"] < report["slices"]
    assert report["slice"]["auc"]["subdural"] is None
    assert "hantom" not in command("evaluate", *arguments).out


@pytest.mark.usefixtures("drawn_set")
def test_a_network_that_draws_masks_fills_mas_tables(tmp_path: Path) -> None:
    network = UNet(widths=(4, 8)).eval()
    card = Card("masks", "Masks", "ma2025", "u_net", {"widths": [4, 8]}, SIZE, PIXEL_MM)
    save(network, card, tmp_path / "masks")
    arguments = ["evaluate", *SET, "--model", tmp_path / "masks"]
    report = command(*arguments, "--report", tmp_path / "r", "--place", "dataset=BHSD", "--json").report
    found = report["masks"]
    assert found["images"] == report["slices"] == 12
    assert found["sites"] == 6
    for name in ("iou", "dice", "miou_over_pixels", "miou_over_images", "cl", "ml"):
        low, high = found[f"{name}_interval"]
        assert low <= found[name] <= high
    page = (tmp_path / "r" / "report.html").read_text()
    for number in (1, 2, 3):
        assert f"Ma 2025, Table {number}" in page
    assert "BHSD" in page
    assert {p.name for p in (tmp_path / "r").iterdir()} == {"evaluation.json", "tables.md", "report.html"}
    assert "sites located" in command(*arguments).out
    refused = command(*arguments, "--explain")
    assert refused.status == 1
    assert "draws masks" in refused.err


@pytest.mark.usefixtures("drawn_set")
def test_the_weak_chain_is_scored_step_by_step(tmp_path: Path) -> None:
    arguments = ["evaluate", *SET, "--chain", "--chain-labels", "--chain-threshold", 0.3]
    report = command(*arguments, "--report", tmp_path / "r", "--json").report["chain"]
    assert report["positive_by"] == "labels"
    assert report["chain"]["threshold"] == 0.3
    assert report["chain"]["crf_weight"] == 4
    assert [row["name"] for row in report["rows"]][:3] == ["Grad-CAM", "+ spatial context", "SF-CAM"]
    for text in ((tmp_path / "r" / "report.html").read_text(), (tmp_path / "r" / "tables.md").read_text()):
        assert "+ dense CRF" in text
        assert "before any skull mask" in text
    text = command(*arguments, "--chain-crf", 0).out
    assert "The weak chain" in text
    assert "dense CRF" not in text
