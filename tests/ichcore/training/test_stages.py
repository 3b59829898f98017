"""Stages in turn: what one hands the next, and that no interruption changes the outcome."""

import pytest
import torch

from ichcore.errors import CancelledError, InputError
from ichcore.progress import CancelToken
from ichcore.training.batches import SliceTable
from ichcore.training.recipe import read_recipe
from ichcore.training.stages import fit, take_weights
from tests.ichcore.training.toy import toy_cases

RECIPE = """
extends = "window_fusion_compact"
name = "two-steps"

[network]
widths = [4, 4, 8, 8, 8]
depths = [1, 1, 1, 1, 1]
fused = 8
dropout = 0.3

[optimiser]
epochs = 2
batch = 8
attention_weight = 0.0
mask_weight = 0.0
precision = "32-true"

[[stages]]
name = "first"

[[stages]]
name = "second"
start = "previous"
seed = 7
[stages.optimiser]
learning_rate = 1e-3
"""


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    root = tmp_path_factory.mktemp("toys")
    return toy_cases(root, 0, 2), toy_cases(root, 100, 1)


@pytest.fixture
def recipe(tmp_path):
    (tmp_path / "two.toml").write_text(RECIPE)
    return read_recipe(tmp_path / "two.toml")


def same(one, other):
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def stop_at(beginning):
    """A progress and a token that stop training once a message begins so."""
    token = CancelToken()

    def progress(done, total, message=""):
        if message.startswith(beginning):
            token.cancel()

    return {"progress": progress, "cancel": token}


def test_stages_go_over_the_rest_of_the_recipe(recipe):
    first, second = recipe.stages
    assert (first.stage, second.stage, second.start) == ("first", "second", "first")
    assert (first.optimiser.learning_rate, second.optimiser.learning_rate) == (2.5e-3, 1e-3)
    assert second.optimiser.epochs == first.optimiser.epochs == 2
    assert recipe.name == "two-steps"
    assert recipe.optimiser == second.optimiser
    assert "test" in recipe.data


def test_a_recipe_that_extends_another_changes_a_stage_by_its_name(recipe, tmp_path):
    (tmp_path / "more.toml").write_text(
        'extends = "two"\nname = "more"\n[[stages]]\nname = "first"\n[stages.optimiser]\nepochs = 5\n'
    )
    more = read_recipe(tmp_path / "more.toml")
    assert [stage.optimiser.epochs for stage in more.stages] == [5, 2]


@pytest.mark.parametrize(
    ("stages", "match"),
    [
        ('[[stages]]\nstart = "previous"', "with a name"),
        ('[[stages]]\nname = "a"\nstart = "previous"', "no previous stage"),
        ('[[stages]]\nname = "a"\n[[stages]]\nname = "a"', "taken"),
        ('[[stages]]\nname = "a"\ngrid = {size = 2}', "cannot say grid"),
        ('[[stages]]\nname = "a"\ntask = "magic"', "expected one of slices"),
        ('[optimiser]\nschedule = "magic"', "expected one of constant"),
    ],
)
def test_stages_that_make_no_sense_are_refused(tmp_path, stages, match):
    (tmp_path / "bad.toml").write_text(f'extends = "window_fusion_compact"\n{stages}\n')
    with pytest.raises(InputError, match=match):
        read_recipe(tmp_path / "bad.toml")


def test_interruptions_within_and_between_stages_change_no_weight(recipe, sets, tmp_path):
    whole = fit(recipe, *sets, tmp_path / "whole")
    for moment in ("first, epoch 2", "second, epoch 1", "second, epoch 2"):
        with pytest.raises(CancelledError):
            fit(recipe, *sets, tmp_path / "broken", **stop_at(moment))
    assert same(whole, fit(recipe, *sets, tmp_path / "broken"))


def test_a_stage_that_is_done_is_not_trained_again_unless_it_or_an_earlier_one_changed(
    recipe, sets, tmp_path
):
    run = tmp_path / "run"
    whole = fit(recipe, *sets, run)
    said = []
    assert same(whole, fit(recipe, *sets, run, progress=lambda *a: said.append(a)))
    assert not said
    second = read_recipe(tmp_path / "two.toml", {"stages": {"second": {"optimiser": {"epochs": 1}}}})
    fit(second, *sets, run, progress=lambda _d, _t, message="": said.append(message.split(",")[0]))
    assert set(said) == {"second"}
    first = read_recipe(tmp_path / "two.toml", {"stages": {"first": {"optimiser": {"epochs": 1}}}})
    fit(first, *sets, run, progress=lambda _d, _t, message="": said.append(message.split(",")[0]))
    assert set(said) == {"first", "second"}


def test_weights_of_another_size_are_refused():
    from ichcore.models.registry import build

    small, large = (build("slice_cnn", {"widths": [4, 4, 8, 8, w]}) for w in (8, 16))
    with pytest.raises(InputError, match="same size"):
        take_weights(small, large, "first")
    with pytest.raises(InputError, match="'first' do not fit"):
        take_weights(small, build("classifier_pair", {}), "first")


def test_a_run_ends_early_when_validation_gets_no_better(recipe, sets, tmp_path):
    one = {
        "epochs": 9,
        "patience": 1,
        "batch": 12,
        "learning_rate": 0.0,
        "average": 0.0,
        "window_learning_rate": 0.0,
    }
    patient = read_recipe("window_fusion_compact", {"network": dict(recipe.arguments), "optimiser": one})
    epochs = set()
    fit(patient, *sets, tmp_path / "r", progress=lambda _d, _t, message="": epochs.add(message))
    assert len(epochs) < 5


def test_labels_that_are_not_known_teach_nothing_and_judge_nothing(sets, tmp_path):
    from dataclasses import replace

    known = sets[0][0].known.copy()
    known[::2, 2:] = False
    known[1] = False
    case = replace(sets[0][0], known=known)
    table = SliceTable([case])
    assert not table.taught[0]
    assert not table.taught[1]
    lied = case.labels.copy()
    lied[~known] = True  # whatever stands where nothing is known
    recipe = read_recipe(
        "window_fusion_compact",
        {
            "network": {"widths": [4, 4, 8, 8, 8], "depths": [1, 1, 1, 1, 1], "fused": 8, "dropout": 0.0},
            "optimiser": {"epochs": 1, "batch": 8, "attention_weight": 0.0, "mask_weight": 0.0},
        },
    )
    one, other = (
        fit(recipe, [c], [c], tmp_path / name)
        for name, c in (("true", case), ("lied", replace(case, labels=lied)))
    )
    assert same(one, other)
