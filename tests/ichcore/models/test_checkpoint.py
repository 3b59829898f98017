import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ichcore.errors import CheckpointError
from ichcore.models import catalogue
from ichcore.models.card import Calibration, Card, read_card
from ichcore.models.checkpoint import load, save
from ichcore.models.registry import build
from ichcore.models.window_fusion import WindowFusion
from ichcore.models.windows_report import pair_report, window_report

ARGUMENTS = {"size": "compact", "widths": [4, 4, 6, 8, 8], "fused": 8}


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(1)
    card = Card("tiny", "Tiny", "he2024", "window_fusion", ARGUMENTS, 64, 3.0, intended_use="tests")
    save(WindowFusion(**ARGUMENTS), card, tmp_path / "tiny")
    return tmp_path / "tiny"


def edit_card(folder, change):
    data = json.loads((folder / "card.json").read_text())
    change(data)
    (folder / "card.json").write_text(json.dumps(data))


def edit_weights(folder, change):
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors")


def test_a_saved_network_comes_back_the_same(folder):
    torch.manual_seed(1)
    before, after = WindowFusion(**ARGUMENTS).eval(), load(folder)
    hu = torch.randn(2, 1, 64, 64) * 50
    assert torch.allclose(before(hu), after.network(hu), atol=1e-6)
    assert after.name == "tiny"
    assert not after.edited
    assert len(after.sha256) == 64


def test_a_network_that_started_from_published_weights_needs_no_connection_to_load(tmp_path):
    arguments = {"backbone": "compact", "widths": [4, 4, 6, 8, 8], "depths": [1] * 5}
    torch.manual_seed(1)
    network = build("shallow_classifier", arguments)
    # as a training run has it; the compact backbone refuses the argument, as a lack of connection would
    card = Card(
        "ma", "Ma", "ma2025", "shallow_classifier", {**arguments, "pretrained": True}, 64, 3.0, (), ("any",)
    )
    written = save(network, card, tmp_path / "ma")
    assert written.arguments == arguments
    assert read_card(tmp_path / "ma").arguments == arguments
    # a card from elsewhere may still ask for it
    edit_card(tmp_path / "ma", lambda d: d["arguments"].update(pretrained=True))
    hu = torch.randn(1, 1, 64, 64) * 50
    assert torch.equal(load(tmp_path / "ma").network(hu), network.eval()(hu))


def test_editing_w_and_b_in_the_card_changes_command_and_network(folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    edit_card(copy, lambda d: d["windows"][0].update(w=0.11074668, b=-5.5373343))
    channel = window_report(copy)["channels"][0]
    assert channel["wl"] == pytest.approx(50, abs=1e-3)
    assert channel["ww"] == pytest.approx(100, abs=1e-3)
    original, edited = load(folder), load(copy)
    assert edited.edited
    assert edited.sha256 != original.sha256, "another model, so cached predictions do not apply"
    window = edited.network.window.windows()[0]
    assert (window.center, window.width) == pytest.approx((50, 100), abs=1e-3)
    hu = torch.randn(1, 1, 64, 64) * 50
    assert not torch.equal(original.network(hu), edited.network(hu))


def test_editing_w_and_b_in_the_weights_does_the_same(folder):
    edit_weights(folder, lambda t: t["window.w"].__setitem__(2, 0.11074668))
    edit_weights(folder, lambda t: t["window.b"].__setitem__(2, -5.5373343))
    channel = window_report(folder)["channels"][2]
    assert (channel["wl"], channel["ww"]) == pytest.approx((50, 100), abs=1e-3)
    loaded = load(folder)
    assert loaded.edited
    assert loaded.network.window.windows()[2].width == pytest.approx(100, abs=1e-3)


def test_a_collapsed_channel_is_reported_as_degenerate(folder):
    edit_card(folder, lambda d: d["windows"][1].update(w=1e-5))
    channel = window_report(folder)["channels"][1]
    assert channel["degenerate"]
    assert channel["wl"] is None
    assert load(folder).network.window.windows()[1] is None


@pytest.mark.parametrize("w", [-0.1, 0.0, float("nan")])
def test_a_w_that_no_layer_can_have_is_reported_and_not_loaded(folder, w):
    edit_card(folder, lambda d: d["windows"][1].update(w=w))
    assert window_report(folder)["channels"][1]["degenerate"]
    with pytest.raises(CheckpointError, match="must be positive"):
        load(folder)


def _cut(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _other_body(folder):
    edit_weights(folder, lambda t: t["classify.weight"].add_(1.0))


def _fewer_windows(folder):
    edit_card(folder, lambda d: d["windows"].pop())


def _no_size(folder):
    edit_card(folder, lambda d: d.pop("size"))


def _strange_schema(folder):
    edit_card(folder, lambda d: d.update(schema="x"))


def _not_json(folder):
    (folder / "card.json").write_text("{")


def _other_architecture(folder):
    edit_card(folder, lambda d: d["arguments"].update(fused=12))


def _no_weights(folder):
    (folder / "model.safetensors").unlink()


@pytest.mark.parametrize(
    "harm",
    [
        _cut,
        _other_body,
        _fewer_windows,
        _no_size,
        _strange_schema,
        _not_json,
        _other_architecture,
        _no_weights,
    ],
)
def test_damage_is_refused_in_one_clear_sentence(folder, harm):
    harm(folder)
    with pytest.raises(CheckpointError) as refused:
        load(folder)
    assert len(str(refused.value)) > 20
    assert "\n" not in str(refused.value)


def test_what_is_listed_is_found_by_that_name_whatever_its_folder_is_called(folder, tmp_path, monkeypatch):
    moved = tmp_path / "models" / "of-yesterday"
    shutil.copytree(folder, moved)
    monkeypatch.setenv(catalogue.ENVIRONMENT, str(moved.parent))
    assert "tiny" in [card.name for card in catalogue.installed()]
    assert catalogue.find("tiny") == catalogue.find("of-yesterday") == moved
    (moved / "card.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"card\.json"):
        load("of-yesterday")


def test_catalogue_finds_by_environment_and_by_path(folder, monkeypatch):
    monkeypatch.setenv(catalogue.ENVIRONMENT, str(folder.parent))
    assert catalogue.find("tiny") == folder
    assert catalogue.find(folder) == folder
    assert catalogue.find(folder / "model.safetensors") == folder
    assert "tiny" in [card.name for card in catalogue.installed()]
    with pytest.raises(CheckpointError, match="tiny"):
        catalogue.find("absent")


def test_calibration_thresholds_and_silence_on_classes(folder):
    card = read_card(folder)
    calibrated = Card(
        **{
            **card.__dict__,
            "calibration": Calibration((2.0,) * 6, (1.0,) * 6),
            "classes": ("any",),
            "thresholds": {"any": 0.3},
        }
    )
    p = calibrated.probabilities(np.zeros((2, 6)))
    assert p[0, 0] == pytest.approx(1 / (1 + np.exp(-1)))
    assert np.isnan(p[:, 1:]).all()
    assert calibrated.threshold_array()[0] == pytest.approx(0.3)
    assert np.isnan(calibrated.threshold_array()[1:]).all()


def test_a_given_pair_is_inverted():
    (channel,) = pair_report(0.11074668, -5.5373343)["channels"]
    assert (channel["wl"], channel["ww"]) == pytest.approx((50, 100), abs=1e-3)


def test_listing_models_and_windows_loads_no_torch(folder):
    code = (
        "import sys; from ichcore.models import catalogue, windows_report; catalogue.installed(); "
        f"windows_report.window_report({str(folder)!r}); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
