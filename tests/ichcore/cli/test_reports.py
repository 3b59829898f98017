import json
from pathlib import Path

import pytest

from ichcore.subtypes import CLASSES
from tests.ichcore.cli.conftest import command


def test_series_lists_and_proposes(study: Path) -> None:
    report = command("series", study, "--json").report
    assert report["schema"] == "ichcore.series/1"
    (series,) = report["series"]
    assert report["proposed"] == series["series_instance_uid"]
    assert (series["slices"], series["rows"], series["columns"]) == (9, 96, 96)
    text = command("series", study).out
    assert "proposed" in text
    assert "9 slices, 96 × 96" in text


def test_models_shows_cards_and_the_default() -> None:
    report = command("models", "--json").report
    assert report["schema"] == "ichcore.models/1"
    assert report["default"] == "tiny"
    assert [m["name"] for m in report["models"]] == ["tiny"]
    assert "tiny   default" in command("models").out


def test_window_inverts_a_pair() -> None:
    (channel,) = command("window", "--w", "0.11074668", "--b", "-5.5373343", "--json").report["channels"]
    assert channel["wl"] == pytest.approx(50, abs=1e-3)
    assert channel["ww"] == pytest.approx(100, abs=1e-3)
    assert "50.00" in command("window", "--w", "0.11074668", "--b", "-5.5373343").out


def test_window_shows_what_the_model_learned_beside_where_it_started() -> None:
    report = command("window", "--json").report
    assert [c["name"] for c in report["channels"]] == ["brain", "subdural", "soft tissue"]
    assert report["channels"][1]["wl"] == pytest.approx(80, abs=1e-3)
    assert "80/200" in command("window", "--model", "tiny").out


def test_a_collapsed_pair_is_called_degenerate() -> None:
    (channel,) = command("window", "--w", "-1", "--b", "0", "--json").report["channels"]
    assert channel["degenerate"] is True
    assert channel["wl"] is None
    assert "degenerate" in command("window", "--w", "-1", "--b", "0").out


def test_predict_reports_every_slice(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "prediction.json"
    outcome = command("predict", study, "--json", "--out", out, "--device", "cpu")
    report = outcome.report
    assert report["schema"] == "ichcore.prediction/1"
    assert report["classes"] == list(CLASSES)
    assert [s["index"] for s in report["slices"]] == list(range(9))
    assert json.loads(out.read_text()) == report
    assert outcome.err == ""


def test_predict_prints_a_table_for_people(study: Path) -> None:
    text = command("predict", study).out
    header = next(line for line in text.splitlines() if line.lstrip().startswith("slice"))
    assert header.split() == ["slice", "mm", "ANY", "EDH", "IPH", "IVH", "SAH", "SDH", "flagged"]
    assert "Research use only. Not a medical device." in text
    assert "slices flagged" in text
    assert "nan" not in text.lower()


def test_phantom_writes_its_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def write_cases(out: Path, cases: int, seed: int, **options: object) -> Path:
        asked.update(options, out=out, cases=cases, seed=seed)
        return out / "labels.csv"

    monkeypatch.setattr("ichcore.phantom.sets.write_cases", write_cases)
    arguments = ["--cases", 2, "--seed", 11, "--subtype", "epidural", "--subtype", "subdural", "--slices", 8]
    report = command("phantom", tmp_path / "p", *arguments, "--json").report
    assert report["cases"] == 2
    assert asked["subtypes"] == ["epidural", "subdural"]
    assert (asked["cases"], asked["seed"], asked["slices"], asked["size"]) == (2, 11, 8, 512)


def test_train_hands_the_recipe_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_folder: Path
) -> None:
    from ichcore.models.card import read_card

    asked: dict[str, object] = {}

    def train(recipe: str, out: Path, **options: object) -> object:
        asked.update(options, recipe=recipe, out=out)
        return read_card(tiny_folder / "tiny")

    monkeypatch.setattr("ichcore.training.run.train", train)
    report = command("train", "some_recipe", "--out", tmp_path, "--data", tmp_path / "sets", "--json").report
    assert report["card"]["name"] == "tiny"
    assert (asked["recipe"], asked["out"], asked["data_root"]) == ("some_recipe", tmp_path, tmp_path / "sets")


def test_an_unknown_recipe_is_one_line(tmp_path: Path) -> None:
    for arguments in (["train", "nothing", "--out", tmp_path], ["evaluate", "--data", "nothing"]):
        outcome = command(*arguments)
        assert outcome.status == 1
        assert len(outcome.err.splitlines()) == 1
