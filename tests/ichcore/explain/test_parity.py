"""Raw maps beside three other programs': float32, logit as target, before ReLU, scaling and resizing.

Two untrained networks of toy widths, and a shipped one, whose gain, attention and batch norms are trained;
all in evaluation mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from ichcore.explain.method import explanation_method
from ichcore.models.checkpoint import load
from tests.ichcore.tiny_model import SIZE, TINY_ARGUMENTS, save_tiny_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import IchNetwork

CLASSES = range(6)
PEERS = {
    "gradcam": "GradCAM",
    "gradcampp": "GradCAMPlusPlus",
    "layercam": "LayerCAM",
    "scorecam": "ScoreCAM",
}
"""Our names and those of pytorch-grad-cam, which has no CAM."""


@pytest.fixture
def hu() -> torch.Tensor:
    torch.manual_seed(1)
    return 40 + 60 * torch.randn(2, 1, SIZE, SIZE)


@pytest.fixture(scope="module")
def lstm_model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    folder: Path = tmp_path_factory.mktemp("lstm")
    arguments = {**TINY_ARGUMENTS, "selection": "predictions", "hidden": 8}
    return load(save_tiny_network(folder / "tiny_lstm", "cnn_bilstm", arguments))


@pytest.fixture(params=["fusion", "lstm"])
def network(
    request: pytest.FixtureRequest, tiny_model: LoadedModel, lstm_model: LoadedModel
) -> Iterator[IchNetwork]:
    chosen = {"fusion": tiny_model, "lstm": lstm_model}[request.param].network
    chosen.requires_grad_(True)  # the others' hooks see no gradient otherwise
    yield chosen
    chosen.requires_grad_(False).zero_grad()


@pytest.mark.parametrize("name", PEERS)
def test_maps_equal_those_of_pytorch_grad_cam(network: IchNetwork, hu: torch.Tensor, name: str) -> None:
    """Its ``get_cam_image`` gives the map before ReLU, scaling and resizing."""
    layers = list(network.cam_layers)
    compare_with_pytorch_grad_cam(network, hu, name, [layers[0], layers[2], layers[-1]], CLASSES)


@pytest.mark.parametrize("name", PEERS)
def test_maps_of_a_shipped_model_equal_those_of_pytorch_grad_cam(name: str, hu: torch.Tensor) -> None:
    network = load("window-fusion-compact").network
    network.requires_grad_(True)
    compare_with_pytorch_grad_cam(network, hu[:1], name, [network.default_cam_layer], [0, 4])


def compare_with_pytorch_grad_cam(
    network: IchNetwork, hu: torch.Tensor, name: str, layers: list[str], classes: range | list[int]
) -> None:
    peer = pytest.importorskip("pytorch_grad_cam")
    targets = pytest.importorskip("pytorch_grad_cam.utils.model_targets")
    ours = explanation_method(name).raw_maps(network, hu, layers, classes).maps
    for layer in layers:
        with getattr(peer, PEERS[name])(network, [network.cam_layers[layer]]) as cam:
            for at, column in enumerate(classes):
                wanted = [targets.ClassifierOutputTarget(column)] * len(hu)
                seen = cam.activations_and_grads
                if name == "scorecam":
                    # its scoring passes would overwrite what its hooks hold, so they are read first
                    with torch.no_grad():
                        seen(hu)
                    held = [seen.activations[0].numpy(), None]
                else:
                    cam(hu, wanted)
                    held = [seen.activations[0].numpy(), seen.gradients[0].numpy()]
                same(ours[layer][:, at], cam.get_cam_image(hu, None, wanted, *held, False))


@pytest.mark.parametrize("layer", [0, 2, -1])
def test_grad_cam_equals_captums(network: IchNetwork, hu: torch.Tensor, layer: int) -> None:
    """Its ``relu_attributions`` is off unless asked for, so that nothing has to be undone."""
    peer = pytest.importorskip("captum.attr")
    name = list(network.cam_layers)[layer]
    ours = explanation_method("gradcam").raw_maps(network, hu, [name], CLASSES).maps[name]
    cam = peer.LayerGradCam(network, network.cam_layers[name])
    for column in CLASSES:
        same(ours[:, column], cam.attribute(hu, target=column).detach()[:, 0].numpy())


@pytest.mark.parametrize(("name", "kind"), [("gradcam", "GradCAM"), ("layercam", "LayerCAM")])
def test_gradient_maps_equal_torchcams(network: IchNetwork, hu: torch.Tensor, name: str, kind: str) -> None:
    """It cuts negative values off, so ours are cut too; ``normalized=False`` spares its scaling.

    Its Grad-CAM++ sums the products of another formula and is not compared.
    """
    peer = pytest.importorskip("torchcam.methods")
    layer = network.default_cam_layer
    ours = explanation_method(name).raw_maps(network, hu, [layer], CLASSES).maps[layer].relu()
    with getattr(peer, kind)(network, network.cam_layers[layer]) as cam:
        theirs = [cam(column, network(hu), normalized=False)[0].detach().numpy() for column in CLASSES]
    same(ours, np.stack(theirs, axis=1))


def test_cam_equals_torchcams(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    """It cuts nothing off here; the gain is 1, so the linear layer's weights are those of the classes."""
    peer = pytest.importorskip("torchcam.methods")
    network = tiny_model.network
    ours = explanation_method("cam").raw_maps(network, hu, ["fusion"], CLASSES).maps["fusion"]
    with peer.CAM(network, network.cam_layers["fusion"], network.classify) as cam:
        for column in CLASSES:
            with torch.no_grad():
                network(hu)
            same(ours[:, column], cam(column, normalized=False)[0].numpy())


def same(ours: torch.Tensor, theirs: np.ndarray) -> None:
    """Equal to 1e-4 of the map's largest value, which is not nothing."""
    scale = float(np.abs(theirs).max())
    assert scale > 1e-6
    np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-4 * scale, rtol=0)
