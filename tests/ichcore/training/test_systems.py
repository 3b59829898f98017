"""Every recipe that ships reads; every system learns a toy by its own recipe, and its checkpoint predicts."""

import csv
from dataclasses import replace

import numpy as np
import pytest
import torch

from ichcore.errors import CancelledError, InputError
from ichcore.files import resource
from ichcore.models.checkpoint import load
from ichcore.models.network import IchNetwork
from ichcore.models.registry import build, build_segmenter
from ichcore.progress import CancelToken
from ichcore.subtypes import CLASSES
from ichcore.training.batches import SliceTable
from ichcore.training.checkpoints import save_run
from ichcore.training.parts import Sets
from ichcore.training.recipe import TASKS, read_recipe
from ichcore.training.scan_task import ScanTask
from ichcore.training.scoring import predict_logits
from ichcore.training.stages import fit, fit_stages
from tests.ichcore.training.toy import toy_cases

BODY = {"widths": [8, 8, 8, 16, 32], "depths": [1, 1, 1, 1, 1]}
SHORT = {
    "epochs": 4,
    "batch": 8,
    "learning_rate": 1e-2,
    "average": 0.0,
    "mask_weight": 0.0,
    "attention_weight": 0.0,
    "keep_negative": 1.0,
    "precision": "32-true",
}
PLAIN = {"rotate_deg": 0.0, "scale": 0.0, "shift": 0.0, "noise_hu": 0.0, "contrast": 0.0, "kernel": 0.0}
OVER_SCANS = {**SHORT, "batch": 1, "epochs": 6}
TINY = {
    "cnn_bilstm_compact": {
        "network": {**BODY, "dropout": 0.0},
        "stages": {
            "cnn": {"optimiser": SHORT, "trunk": ""},
            "scan": {"optimiser": OVER_SCANS, "network": {"count": 12, "hidden": 8, "layers": 2}},
        },
    },
    "fusion_bilstm_compact": {
        "network": {**BODY, "fused": 16, "dropout": 0.0, "count": 12, "hidden": 8},
        "start": "",
        "optimiser": OVER_SCANS,
    },
    "xception_lstm_compact": {
        "network": {**BODY, "hidden": 16},
        "stages": {
            "slices": {"optimiser": {**SHORT, "epochs": 6}, "trunk": ""},
            "scan": {"optimiser": OVER_SCANS},
        },
    },
    "xception_lstm_paper": {
        "network": {**BODY, "size": "compact", "hidden": 8, "gain": 10.0, "dropout": 0.0},
        "optimiser": {**OVER_SCANS, "learning_rate": 1e-2},
    },
    "blend_sign_compact": {
        "network": {**BODY, "dropout": 0.0},
        "stages": {name: {"optimiser": SHORT} for name in ("signs", "teacher", "student")},
    },
    "shallow_cam_compact": {
        "stages": {
            "classifiers": {
                "network": {
                    "widths": [[8, 8, 8, 8, 16], [8, 8, 8, 16, 16]],
                    "depths": [[1] * 5] * 2,
                    "dropout": 0.0,
                },
                "optimiser": SHORT,
                "augmentation": PLAIN,
                "trunk": "",
            },
            "u_net": {"network": {"widths": [4, 8]}, "optimiser": {**SHORT, "learning_rate": 0.1}},
        },
    },
}
RECIPES = sorted(path.stem for path in resource("recipes").glob("[!_]*.toml"))


def tiny(name):
    return read_recipe(name, {**TINY[name], "augmentation": PLAIN})


def with_blend_signs(cases):
    """Every second bleed has a darker half, and the case says so."""
    told = []
    for case in cases:
        hu, sign = np.array(case.hu), np.zeros(len(case.hu), bool)
        for index in np.flatnonzero(case.labels[:, 0])[::2]:
            rows, columns = np.nonzero(case.truth[index])
            darker = columns < columns.mean()
            hu[index, rows[darker], columns[darker]] -= 35
            sign[index] = True
        told.append(replace(case, hu=hu, about={**case.about, "blend_sign": sign.tolist()}))
    return told


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    root = tmp_path_factory.mktemp("toys")
    return with_blend_signs(toy_cases(root, 0, 4)), with_blend_signs(toy_cases(root, 100, 1))


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_that_ships_reads_and_its_networks_can_be_built(name):
    recipe = read_recipe(name)
    assert {"validation", "test"} <= recipe.data.keys()
    assert any(not part.startswith(("validation", "test")) for part in recipe.data), (
        "it learns from something"
    )
    for stage in recipe.stages or (recipe,):
        assert stage.task in TASKS
        assert not recipe.stages or stage.start in {"", *(s.stage for s in recipe.stages)}
        with torch.device("meta"):  # no memory and no time, whatever the size
            if stage.task == "masks":
                assert build_segmenter(stage.architecture, stage.arguments).multiple
            else:
                assert build(stage.architecture, stage.arguments).classes


def protocol(recipe, *more):
    o = recipe.optimiser
    return (o.name, o.learning_rate, o.schedule, o.epochs, o.batch, *(getattr(o, name) for name in more))


def test_the_papers_recipes_have_the_papers_protocols():
    cnn, scan = read_recipe("cnn_bilstm_paper").stages
    assert protocol(cnn, "step_epochs", "step_factor") == ("adam", 1e-4, "step", 3, 32, 2, 0.2)
    assert protocol(scan, "average") == ("adam", 1e-4, "constant", 4, 1, 0.0)
    said = {key: scan.arguments[key] for key in ("selection", "count", "hidden", "layers", "head_dropout")}
    assert said == {"selection": "pca", "count": 120, "hidden": 256, "layers": 3, "head_dropout": 0.3}
    assert (scan.size, scan.sequence.freeze, scan.start) == (256, True, "cnn")
    ko = read_recipe("xception_lstm_paper")
    assert protocol(ko) == ("adam", 1e-4, "constant", 5, 1)
    assert (ko.size, ko.sequence.chunk, ko.arguments["dropout"]) == (299, 32, 0.3)
    teacher, *students = read_recipe("blend_sign_paper").stages
    for stage in (teacher, *students):
        assert protocol(stage, "momentum", "weight_decay") == ("sgd", 0.01, "poly", 50, 16, 0.9, 5e-4)
    assert [stage.teacher for stage in students] == ["teacher", "student", "student2"]
    assert teacher.loss == {
        "class_weights": [1, 2, 20],
        "detection": 1.0,
        "distillation": 10.0,
        "per": "cells",
    }
    pair, masks = read_recipe("shallow_cam_paper").stages
    assert protocol(pair) == ("adamw", 1e-3, "constant", 200, 64)
    assert protocol(masks) == ("sgd", 0.01, "constant", 200, 32)
    assert (masks.task, masks.teacher, masks.loss) == ("masks", "classifiers", {"dice": 1.0, "entropy": 1.0})
    assert {what: far for what, far in masks.augmentation.items() if far} == {"flip": 0.5}
    assert (masks.chain.threshold, masks.chain.neighbour_weight, masks.chain.reach) == (0.2, 0.5, 2)
    for stage in (pair, masks):
        assert stage.optimiser.patience
        assert stage.size == 384


@pytest.mark.parametrize("name", TINY)
def test_a_system_learns_the_toy_and_its_checkpoint_predicts(name, sets, tmp_path):
    recipe = tiny(name)
    networks = fit_stages(recipe, *sets, tmp_path / "run")
    for stage in recipe.stages or (recipe,):
        log = tmp_path / "run" / stage.stage / "log-1" / "metrics.csv"
        with log.open() as stream:
            losses = [float(row["loss"]) for row in csv.DictReader(stream) if row["loss"]]
        assert losses[-1] < losses[0]
    card = save_run(recipe, networks, Sets(*sets, None), tmp_path / "tiny")
    network = [one for one in networks.values() if isinstance(one, IchNetwork)][-1]
    assert set(card.thresholds) == set(card.classes) == set(network.classes)
    through = [stage.stage for stage in recipe.stages if stage.task != "masks"]
    assert list(card.training.get("stages", {})) == through
    loaded = load(tmp_path / "tiny")
    logits = predict_logits(loaded.network, sets[1])
    assert np.allclose(logits, predict_logits(network, sets[1]), atol=1e-5, equal_nan=True)
    p = loaded.card.probabilities(logits)
    there = [c in network.classes for c in CLASSES]
    assert np.isfinite(p[:, there]).all()
    assert np.isnan(p[:, ~np.array(there)]).all()
    bleeds = SliceTable(sets[1]).labels[:, 0]
    assert p[bleeds, 0].mean() > p[~bleeds, 0].mean()


def test_a_frozen_slice_network_is_what_the_stage_before_made_it(sets, tmp_path):
    recipe = tiny("cnn_bilstm_compact")
    whole = fit(recipe, *sets, tmp_path / "run")
    slices = fit(recipe.stages[0], *sets, tmp_path / "cnn")
    ours = whole.state_dict()
    for name, value in slices.state_dict().items():
        assert value.equal(ours[name])


def test_the_slice_network_of_a_sequence_is_a_checkpoint_of_its_own(sets, tmp_path):
    recipe = tiny("cnn_bilstm_compact")
    networks = fit_stages(recipe, *sets, tmp_path / "run")
    whole = save_run(recipe, networks, Sets(*sets, None), tmp_path / "tiny")
    slices = load(tmp_path / "tiny" / "cnn")
    assert slices.name == f"{whole.name}-cnn"
    assert slices.card.architecture == "slice_cnn"
    said = predict_logits(slices.network, sets[1])
    assert np.allclose(said, predict_logits(networks["cnn"], sets[1]), atol=1e-5)


def test_features_are_computed_once_and_what_reads_them_has_its_dropout(sets, tmp_path):
    stage = tiny("cnn_bilstm_compact").stages[1]
    tables = [SliceTable(cases) for cases in sets]
    tasks = []
    for _ in range(2):
        torch.manual_seed(0)
        network = build(stage.architecture, stage.arguments)
        tasks.append(ScanTask(network, stage, *tables, tmp_path))
        assert network.head.lstm.training
        tables[0].read = None  # a second reading would fail
        tables[1].read = None
    one, other = (next(iter(task.val_dataloader())) for task in tasks)
    assert one.described.shape == (1, 12, 12)
    assert one.described.equal(other.described)


def test_a_sequence_stage_that_was_stopped_ends_with_the_same_weights(sets, tmp_path):
    recipe = tiny("cnn_bilstm_compact")
    assert recipe.arguments.get("head_dropout", 0.3) > 0, "dropout must repeat too"
    whole = fit(recipe, *sets, tmp_path / "whole")
    token = CancelToken()

    def progress(done, total, message=""):
        if message.startswith("scan"):
            token.cancel()

    with pytest.raises(CancelledError):
        fit(recipe, *sets, tmp_path / "broken", progress=progress, cancel=token)
    again = fit(recipe, *sets, tmp_path / "broken")
    for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True):
        assert a.equal(b)


def test_masks_teach_the_attention_of_a_blend_sign_network_where_to_look(sets, tmp_path):
    helped = {**SHORT, "attention_weight": 1.0, "epochs": 10}
    recipe = read_recipe(
        "blend_sign_compact",
        {
            "network": {**BODY, "dropout": 0.0},
            "augmentation": PLAIN,
            "stages": {
                "signs": {"optimiser": {**helped, "epochs": 1}},
                "teacher": {"optimiser": {**helped, "epochs": 1}},
                "student": {"optimiser": helped, "start": "", "teacher": "", "seed": 1},
            },
        },
    )
    network = fit(recipe, *sets, tmp_path / "run").eval()
    inside = 0
    signs = [(case, index) for case in sets[0] for index in np.flatnonzero(case.blend_sign == 1)]
    for case, index in signs:
        with torch.no_grad():
            hu = torch.from_numpy(case.hu[index : index + 1].astype(np.float32))[:, None]
            looked = network.attention.shares(network.features(hu))[0, 0]
            truth = torch.from_numpy((case.truth[index] > 0).astype(np.float32))[None]
            bleeding = torch.nn.functional.adaptive_max_pool2d(truth, looked.shape)[0] > 0
            inside += bool(bleeding.flatten()[looked.argmax()])
    assert inside > 0.7 * len(signs)


def test_tasks_that_do_not_fit_the_network_or_the_set_are_refused(sets, tmp_path):
    for name, change, match in (
        ("blend_sign_compact", {"task": "scans"}, "needs a sequence network"),
        ("window_fusion_compact", {"task": "blend_sign"}, "needs a blend_sign network"),
        ("window_fusion_compact", {"task": "masks"}, "what a classifier_pair, or another"),
        ("blend_sign_compact", {"loss": {"strange": 1}}, "loss does not fit"),
        ("blend_sign_compact", {"task": "pair"}, "needs a classifier_pair"),
    ):
        recipe = read_recipe(name, {**TINY.get(name, {}), **change})
        with pytest.raises(InputError, match=match):
            fit(recipe, *sets, tmp_path / "run")
    u_net = replace(read_recipe("shallow_cam_compact").stages[1], stage="", task="slices", teacher="")
    with pytest.raises(InputError, match="with the task masks"):
        fit(u_net, *sets, tmp_path / "run")
    untold = [replace(case, about={**case.about, "blend_sign": [-1] * 12}) for case in sets[0]]
    with pytest.raises(InputError, match="does not say which slices have a blend sign"):
        fit(tiny("blend_sign_compact"), untold, sets[1], tmp_path / "run")
