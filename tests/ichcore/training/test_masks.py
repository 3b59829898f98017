"""Classifiers → masks → U-Net: what one stage hands the next, and what the run leaves behind."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.models.card import read_card
from ichcore.models.checkpoint import load, load_segmenter
from ichcore.predict.mask_drawing import bleeding
from ichcore.training.checkpoints import save_run
from ichcore.training.parts import Sets
from ichcore.training.pseudo_table import PSEUDO_MASKS
from ichcore.training.recipe import read_recipe
from ichcore.training.stages import fit, fit_stages
from tests.ichcore.training.test_systems import BODY, PLAIN, SHORT, TINY
from tests.ichcore.training.toy import toy_cases


def recipe(threshold=0.5):
    """Above the paper's threshold, since on maps of 8×8 cells everything is near a bleed."""
    stages = TINY["shallow_cam_compact"]["stages"]
    u_net = {**stages["u_net"], "chain": {"threshold": threshold}}
    u_net["optimiser"] = {**u_net["optimiser"], "epochs": 8}
    return read_recipe("shallow_cam_compact", {"stages": {**stages, "u_net": u_net}})


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The toy's sets, a run's folder and what its stages made."""
    root = tmp_path_factory.mktemp("masks")
    sets = [toy_cases(root / name, first, n) for name, first, n in (("train", 0, 4), ("check", 100, 2))]
    return sets, root / "run", fit_stages(recipe(), *sets, root / "run")


def proposed(run, name):
    return [np.load(path) for path in sorted((run / "u_net" / PSEUDO_MASKS).glob(f"{name}-*.npy"))]


def dice(masks, cases):
    truth = [case.truth > 0 for case in cases]
    both = sum((m & t).sum() for m, t in zip(masks, truth, strict=True))
    return 2 * both / sum(m.sum() + t.sum() for m, t in zip(masks, truth, strict=True))


def test_proposed_masks_are_kept_and_lie_on_the_bleeds_of_slices_labelled_so(trained):
    sets, run, _ = trained
    for cases, name in zip(sets, ("train", "validation"), strict=True):
        masks = proposed(run, name)
        assert [mask.shape for mask in masks] == [case.hu.shape for case in cases]
        for mask, case in zip(masks, cases, strict=True):
            assert not mask[~case.labels[:, 0]].any()
        area = np.mean([case.truth[case.labels[:, 0]] > 0 for case in cases])
        by_chance = 2 * area / (1 + area)  # of calling every pixel of these slices
        assert dice(masks, cases) > 2 * by_chance


def test_one_network_points_where_there_is_no_pair_and_the_crf_follows_the_blood(trained, tmp_path):
    sets = trained[0]
    points = read_recipe(
        "window_fusion_compact",
        {
            "network": {**BODY, "fused": 16, "dropout": 0.0},
            "augmentation": PLAIN,
            "optimiser": {**SHORT, "epochs": 12},
        },
    )
    network = fit(points, *sets, tmp_path / "points")
    save_run(points, {"": network}, Sets(*sets, None), tmp_path / "pointing")
    masks = read_recipe(
        "fusion_masks_compact",
        {
            **TINY["shallow_cam_compact"]["stages"]["u_net"],
            "teacher": str(tmp_path / "pointing"),
            "chain": {"threshold": 0.6},
        },
    )
    fit(masks, *sets, tmp_path / "run")
    found = [np.load(path) for path in sorted((tmp_path / "run" / PSEUDO_MASKS).glob("train-*.npy"))]
    for mask, case in zip(found, sets[0], strict=True):
        assert not mask[~case.labels[:, 0]].any()
    assert dice(found, sets[0]) > 0.5


def test_drawn_masks_teach_nothing(trained, tmp_path):
    sets, _, networks = trained
    blind = [[replace(case, truth=np.zeros_like(case.truth)) for case in cases] for cases in sets]
    again = fit_stages(recipe(), *blind, tmp_path)
    for name, value in networks["u_net"].state_dict().items():
        assert value.equal(again["u_net"].state_dict()[name])


def test_drawn_masks_teach_where_they_are_asked_to(trained, tmp_path):
    sets = trained[0]
    u_net = TINY["shallow_cam_compact"]["stages"]["u_net"]
    recipe = read_recipe(
        "drawn_masks_compact",
        {**u_net, "optimiser": {**u_net["optimiser"], "epochs": 8}, "teacher": "drawings"},
    )
    network = fit(recipe, *sets, tmp_path)
    card = save_run(recipe, {"": network}, Sets(*sets, None), tmp_path / "out")
    assert card.name == "drawn-masks-compact"
    assert card.training["labels"] == "drawn masks"
    assert dice([bleeding(network, case.hu) > 0.5 for case in sets[0]], sets[0]) > 0.5
    half = [[replace(case, about={**case.about, "drawn": False}) for case in cases] for cases in sets]
    with pytest.raises(InputError, match=r"Not every slice of .* was drawn"):
        fit(recipe, *half, tmp_path / "half")


def test_other_settings_of_the_chain_propose_anew_and_leave_the_classifiers(trained):
    sets, run, _ = trained
    before = (run / "classifiers" / "done.safetensors").stat().st_mtime_ns
    wide = sum(mask.sum() for mask in proposed(run, "train"))
    fit_stages(recipe(threshold=0.7), *sets, run)
    assert sum(mask.sum() for mask in proposed(run, "train")) < wide
    assert (run / "classifiers" / "done.safetensors").stat().st_mtime_ns == before


def test_the_run_leaves_classifiers_that_predict_and_a_u_net_that_draws(trained, tmp_path):
    sets, _, networks = trained
    card = save_run(recipe(), networks, Sets(*sets, None), tmp_path / "out")
    assert (card.architecture, card.classes) == ("classifier_pair", ("any",))
    assert load(tmp_path / "out").card == read_card(tmp_path / "out")
    drawer = load_segmenter(tmp_path / "out" / "u_net")
    assert drawer.card.classes == ()
    assert list(drawer.card.training["stages"]) == ["classifiers", "u_net"]
    masks = [bleeding(drawer.network, case.hu) > 0.5 for case in sets[1]]
    assert drawer.card.figures["validation_masks"]["dice"] == pytest.approx(dice(masks, sets[1]), abs=1e-3)
    assert dice(masks, sets[1]) > 0.2
