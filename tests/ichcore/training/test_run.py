import csv
from dataclasses import replace

import numpy as np
import pytest
import torch

from ichcore.errors import CancelledError, CheckpointError, InputError
from ichcore.models.checkpoint import load, save
from ichcore.models.registry import build
from ichcore.progress import CancelToken
from ichcore.subtypes import CLASSES
from ichcore.training.batches import Batches, SliceTable
from ichcore.training.calibration import calibrated_card, plain_card
from ichcore.training.mask_help import AttentionProbe
from ichcore.training.recipe import read_recipe
from ichcore.training.safe_state import SafeState
from ichcore.training.scoring import predict_logits
from ichcore.training.stages import fit
from ichcore.training.task import MASK_REDUCE
from tests.ichcore.training.toy import toy_cases

TINY = {"network": {"widths": [4, 4, 8, 8, 8], "depths": [1, 1, 2, 2, 3], "fused": 8, "dropout": 0.0}}
FAST = {
    "optimiser": {
        "epochs": 3,
        "batch": 8,
        "learning_rate": 3e-3,
        "keep_negative": 1.0,
        "average": 0.5,
        "attention_weight": 0.0,
        "precision": "32-true",
    },
    "augmentation": {"noise_hu": 0.0},
}


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    root = tmp_path_factory.mktemp("toys")
    return toy_cases(root, 0, 4), toy_cases(root, 100, 2)


def test_training_moves_the_windows_and_gives_a_usable_checkpoint(sets, tmp_path):
    recipe = read_recipe("window_fusion_compact", {**TINY, **FAST})
    said = []
    network = fit(
        recipe, *sets, tmp_path / "run", progress=lambda done, total, message="": said.append((done, total))
    )
    moved = [
        abs(w.center - i.center)
        for w, i in zip(network.window.windows(), network.window.initial, strict=True)
    ]
    assert max(moved) > 0.3
    card = save(network, calibrated_card(recipe, network, sets[1]), tmp_path / "tiny")
    loaded = load(tmp_path / "tiny")
    p = loaded.card.probabilities(predict_logits(loaded.network, sets[1]))
    assert p.shape == (24, 6)
    assert np.isfinite(p).all()
    assert card.training["labels"].startswith("six slice labels")
    assert all(0 <= t <= 1 for t in card.thresholds.values())
    with (tmp_path / "run" / "log-1" / "metrics.csv").open() as stream:
        assert sum(bool(row["validation_auc"]) for row in csv.DictReader(stream)) == 3
    assert said[-1][0] <= said[-1][1]


def test_the_same_seed_gives_the_same_weights_and_a_finished_run_is_not_repeated(sets, tmp_path):
    recipe = read_recipe("window_fusion_compact", {**TINY, **FAST})
    one, other = (fit(recipe, *sets, tmp_path / name) for name in "ab")
    again = fit(recipe, *sets, tmp_path / "a")
    for a, b, c in zip(one.parameters(), other.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)
        assert torch.equal(a, c)


def test_frozen_windows_stay(sets, tmp_path):
    recipe = read_recipe("window_fusion_compact_frozen", {**TINY, **FAST})
    network = fit(recipe, *sets, tmp_path)
    assert [round(w.center) for w in network.window.windows()] == [40, 80, 40]


def test_a_cancelled_run_stops_and_goes_on_later(sets, tmp_path):
    recipe = read_recipe("window_fusion_compact", {**TINY, **FAST})
    token = CancelToken()

    def stop_in_second_epoch(done, total, message=""):
        if message.startswith("epoch 2"):
            token.cancel()

    with pytest.raises(CancelledError):
        fit(recipe, *sets, tmp_path, progress=stop_in_second_epoch, cancel=token)
    assert (tmp_path / "last.safetensors").is_file()
    assert fit(recipe, *sets, tmp_path).window.channels == 3
    assert all((tmp_path / log / "metrics.csv").is_file() for log in ("log-1", "log-2")), "no log is lost"


def test_state_is_plain_data_and_comes_back(tmp_path):
    state = {"a": torch.arange(3), "b": {1: (2.5, None), "x": [True, torch.eye(2)]}}
    SafeState().save_checkpoint(state, tmp_path / "s.safetensors")
    back = SafeState().load_checkpoint(tmp_path / "s.safetensors")
    assert torch.equal(back["a"], state["a"])
    assert back["b"][1] == (2.5, None)
    assert torch.equal(back["b"]["x"][1], torch.eye(2))
    with pytest.raises(CheckpointError):
        SafeState().save_checkpoint({"f": object()}, tmp_path / "t.safetensors")
    (tmp_path / "s.safetensors").write_bytes(b"no")
    with pytest.raises(CheckpointError):
        SafeState().load_checkpoint(tmp_path / "s.safetensors")


@pytest.mark.parametrize(
    "name", ["window_fusion_compact", "window_fusion_compact_frozen", "window_fusion_paper"]
)
def test_every_recipe_that_ships_reads(name):
    recipe = read_recipe(name)
    assert {"train", "validation", "test"} <= recipe.data.keys()
    assert recipe.optimiser.window_learning_rate > 0


def test_the_papers_recipe_has_the_papers_protocol():
    recipe = read_recipe("window_fusion_paper")
    o = recipe.optimiser
    assert (o.name, o.learning_rate, o.schedule, o.step_epochs, o.epochs, o.batch) == (
        "adam",
        1e-3,
        "step",
        5,
        20,
        8,
    )
    assert recipe.size == 512


def test_sets_that_share_patients_are_refused():
    with pytest.raises(InputError, match="share seeds"):
        read_recipe("window_fusion_compact", {"data": {"validation": {"first_seed": 100001}}})


def test_an_unknown_recipe_names_those_that_ship(tmp_path):
    with pytest.raises(InputError, match="window_fusion_compact"):
        read_recipe("nothing")
    (tmp_path / "bad.toml").write_text("name = [")
    with pytest.raises(InputError, match="no readable recipe"):
        read_recipe(tmp_path / "bad.toml")


def test_masks_teach_the_cam_where_to_look_and_the_helper_is_not_kept(sets, tmp_path):
    more = {"optimiser": {**FAST["optimiser"], "mask_weight": 1.0, "epochs": 12, "learning_rate": 1e-2}}
    recipe = read_recipe("window_fusion_compact", {**TINY, **FAST, **more})
    network = fit(recipe, *sets, tmp_path / "run")
    card = save(network, calibrated_card(recipe, network, sets[1]), tmp_path / "tiny")
    assert "masks" in card.training["labels"]
    loaded = load(tmp_path / "tiny").network
    hits = []
    for hu, labels, masks in Batches(SliceTable(sets[1]), 8, mask_reduce=MASK_REDUCE):
        with torch.no_grad():
            cam = loaded.cam(loaded.features(hu))[:, 1]
        for one, label, mask in zip(cam, labels, masks[:, 0], strict=True):
            if label[1]:
                hits.append(bool(mask.flatten()[one.argmax()]))
    assert np.mean(hits) > 0.5


def test_masks_teach_the_attention_to_leave_out_what_does_not_bleed(sets, tmp_path):
    more = {"optimiser": {**FAST["optimiser"], "attention_weight": 1.0, "epochs": 24, "learning_rate": 2e-2}}
    recipe = read_recipe("window_fusion_compact", {**TINY, **FAST, **more})
    network = fit(recipe, *sets, tmp_path / "run")
    probe = AttentionProbe(network)
    inside, outside = [], []
    for hu, _, masks in Batches(SliceTable(sets[1]), 8, mask_reduce=MASK_REDUCE):
        with torch.no_grad():
            network(hu)
        bleeding = masks.amax(dim=1) > 0.5
        weight = torch.sigmoid(probe.logits[:, 0])
        inside.append(weight[bleeding])
        outside.append(weight[~bleeding])
    assert torch.cat(inside).mean() > 2 * torch.cat(outside).mean()


def test_half_precision_learns_as_full_precision_does(sets, tmp_path):
    auc = []
    for precision in ("32-true", "bf16-mixed"):
        more = {"optimiser": {**FAST["optimiser"], "mask_weight": 1.0, "epochs": 8, "precision": precision}}
        recipe = read_recipe("window_fusion_compact", {**TINY, **FAST, **more})
        network = fit(recipe, *sets, tmp_path / precision)
        assert all(p.dtype == torch.float32 for p in network.parameters())
        logits, labels = predict_logits(network, sets[1])[:, 0], SliceTable(sets[1]).labels[:, 0]
        auc.append((logits[labels][:, None] > logits[~labels]).mean())
    assert auc[1] > auc[0] - 0.1


def test_a_recipe_with_neighbours_calibrates_with_them_and_the_card_keeps_them(sets, tmp_path):
    recipes = {
        weight: read_recipe("window_fusion_compact", {**TINY, "neighbour_weight": weight})
        for weight in (0, 0.5)
    }
    network = build(recipes[0].architecture, recipes[0].arguments)
    torch.nn.init.normal_(network.classify.weight)  # zeros would say the same of every slice
    cards = {weight: calibrated_card(recipe, network, sets[1]) for weight, recipe in recipes.items()}
    save(network, cards[0.5], tmp_path / "hearing")
    assert load(tmp_path / "hearing").card.neighbour_weight == 0.5
    assert cards[0.0].calibration != cards[0.5].calibration


def test_a_corrected_model_keeps_what_its_probabilities_meant(sets, tmp_path):
    recipe = read_recipe("window_fusion_compact", TINY)
    network = build(recipe.architecture, recipe.arguments)
    torch.nn.init.normal_(network.classify.weight)
    before = calibrated_card(recipe, network, sets[1])
    save(network, replace(before, thresholds=dict.fromkeys(CLASSES, 0.37)), tmp_path / "old")
    with torch.no_grad():  # surer of everything, and of other things
        network.classify.weight.mul_(2.0)
        network.classify.bias.add_(1.0)
    after = calibrated_card(
        replace(recipe, keeps_probabilities=True, start=str(tmp_path / "old")), network, sets[1]
    )
    assert set(after.thresholds.values()) == {0.37}
    logits = predict_logits(network, sets[1], neighbour_weight=recipe.neighbour_weight)
    old = load(tmp_path / "old")
    said = old.card.probabilities(
        predict_logits(old.network, sets[1], neighbour_weight=recipe.neighbour_weight)
    )
    assert after.probabilities(logits) == pytest.approx(said, abs=0.05)


def test_what_goes_on_from_non_commercial_weights_says_so():
    own = read_recipe("corrections", {"continues": "window-fusion-compact"})
    network = build(own.architecture, own.arguments)
    assert not plain_card(own, network).training["terms"]["non_commercial"]
    card = plain_card(replace(own, start="window-fusion-heads"), network)
    assert card.training["terms"]["non_commercial"]
    assert "PHE-SICH-CT-IDS" in card.training["data"]
    assert "non-commercial use only" in card.intended_use


def test_help_for_an_attention_that_is_not_there_is_refused(sets, tmp_path):
    more = {"network": {**TINY["network"], "fusion": False}, "optimiser": {"attention_weight": 1.0}}
    with pytest.raises(InputError, match="attention"):
        fit(read_recipe("window_fusion_compact", more), *sets, tmp_path / "run")
