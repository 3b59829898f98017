"""The loop at the size of a toy: bundles teach a tiny model, which is judged, and then used."""

import json

import pytest
from typer.testing import CliRunner

from ichcore.cli.app import app
from ichcore.errors import CheckpointError, InputError
from ichcore.evaluation.retraining import HELD_BACK, OWN_TEST, Judges, retrain
from ichcore.export.exporting import export
from ichcore.export.material import Material
from ichcore.models import catalogue
from ichcore.models.card import read_card
from ichcore.models.installing import use
from ichcore.training.run_state import Phase, read_state
from tests.ichcore.datasets.layouts import phantom
from tests.ichcore.export.materials import annotation_of_mask
from tests.ichcore.tiny_model import save_tiny

RECIPE = """
name = "tiny-corrected"
title = "Tiny, corrected"
continues = {start}

[data.corrections]
set = "bundle"
share = 0.5

[data.replay]
first_seed = 10
cases = 2
slices = 4
scan_size = 64
share = 0.5

[data.validation]
first_seed = 20
cases = 2
slices = 4
scan_size = 64

[data.test]
first_seed = 30
cases = 2
slices = 4
scan_size = 64

[optimiser]
epochs = 1
epoch_slices = 8
batch = 4
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Bundles of five phantoms, a tiny model and a recipe that continues it."""
    root = tmp_path_factory.mktemp("loop")
    for seed in range(5):
        case = phantom(seed, "epidural", slices=4, size=64)
        uid, uids = case.volume.identity.series_instance_uid, case.volume.sop_instance_uids
        annotation = annotation_of_mask(case.truth, series_instance_uid=uid, sop_instance_uids=uids)
        export(Material(case.volume, annotation), root / "bundles" / str(seed), ["bundle"])
    start = save_tiny(root / "tiny", brain_level=True)
    (root / "recipe.toml").write_text(RECIPE.format(start=json.dumps(str(start))), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def done(folders):
    return retrain(
        folders / "bundles",
        folders / "out",
        recipe=folders / "recipe.toml",
        judges=Judges(hold_back=0.5),
        data_root=folders / "sets",
    )


def test_a_new_model_knows_where_it_comes_from_and_how_it_compares(folders, done):
    old, new = read_card(folders / "tiny"), read_card(folders / "out")
    assert (new.architecture, new.size, new.brain_level) == (old.architecture, old.size, True)
    lineage = new.training["lineage"]
    assert lineage["started_from"] == {"name": "tiny", "sha256": old.weights["sha256"]}
    taught = lineage["readers"]["Dr. Ada"]
    assert 0 < taught < 5
    assert len(lineage["bundles"]) == taught
    assert lineage["slices_by_origin"] == {"human": 4 * taught}
    assert new.weights["sha256"] != old.weights["sha256"]
    assert done.phase is Phase.DONE
    assert read_state(folders / "out").phase is Phase.DONE
    judged = {entry["data"]: entry for entry in done.compared}
    assert judged[HELD_BACK]["patients"] == 5 - taught
    assert judged[OWN_TEST]["patients"] == 2
    assert judged[OWN_TEST]["new"]["sha256"] == new.weights["sha256"]
    assert new.figures["compared"][0]["data"] == done.compared[0]["data"]


def test_the_same_again_trains_no_more_and_other_bundles_do(folders, done):
    out, how = folders / "out", {"recipe": folders / "recipe.toml", "data_root": folders / "sets"}
    before = read_card(out).weights["body_sha256"]
    retrain(folders / "bundles", out, judges=Judges(hold_back=0.5), **how)
    assert read_card(out).weights["body_sha256"] == before
    assert len(list((out / "run").glob("log-*"))) == 1
    retrain(folders / "bundles", out, judges=Judges(hold_back=0.0), **how)
    assert len(list((out / "run").glob("log-*"))) == 2
    assert read_card(out).training["lineage"]["readers"] == {"Dr. Ada": 5}


def test_only_what_was_compared_is_used_and_no_name_is_taken_twice(folders, done, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue.platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path))
    with pytest.raises(CheckpointError, match="was not compared"):
        use(folders / "tiny", "mine")
    with pytest.raises(CheckpointError, match="already"):
        use(folders / "out", "window-fusion-compact")
    with pytest.raises(CheckpointError, match="no name"):
        use(folders / "out", "../up")
    used = CliRunner().invoke(app, ["models", "--use", str(folders / "out"), "--as", "mine"])
    assert used.exit_code == 0, used.output
    assert "started from tiny@" in used.output
    assert catalogue.find("mine") == tmp_path / "models" / "mine"
    with pytest.raises(CheckpointError, match="already"):
        use(folders / "out", "mine")


def test_a_recipe_without_bundles_is_no_loop(folders, tmp_path):
    with pytest.raises(InputError, match="does not continue a model on bundles"):
        retrain(folders / "bundles", tmp_path, recipe="window_fusion_compact")
