"""``evaluate --report`` and ``compare``, on two small cases made here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ichcore.datasets.case_files import CaseFiles
from tests.ichcore.cli.conftest import command
from tests.ichcore.datasets.layouts import phantom, write_phe_sich
from tests.ichcore.tiny_model import SIZE

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
