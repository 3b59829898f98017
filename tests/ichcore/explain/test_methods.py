import numpy as np
import pytest
import torch

from ichcore.errors import IchError
from ichcore.explain.capture import captured
from ichcore.explain.method import METHODS, TITLES, explanation_method
from ichcore.models.checkpoint import LoadedModel
from tests.ichcore.tiny_model import SIZE

CLASS_COLUMNS = range(6)


@pytest.fixture
def hu() -> torch.Tensor:
    torch.manual_seed(1)
    return 40 + 60 * torch.randn(2, 1, SIZE, SIZE)


@pytest.mark.parametrize("name", ["gradcam", "layercam"])
@pytest.mark.parametrize("layer", ["block1", "block3", "block5", "fusion"])
def test_raw_maps_equal_those_of_pytorch_grad_cam(
    tiny_model: LoadedModel, hu: torch.Tensor, name: str, layer: str
) -> None:
    oracle = pytest.importorskip("pytorch_grad_cam")
    targets = pytest.importorskip("pytorch_grad_cam.utils.model_targets")
    kind = {"gradcam": oracle.GradCAM, "layercam": oracle.LayerCAM}[name]
    network = tiny_model.network
    ours = explanation_method(name).raw_maps(network, hu, [layer], CLASS_COLUMNS).maps[layer].numpy()
    network.requires_grad_(True)  # the oracle's hooks need it
    try:
        with kind(network, [network.cam_layers[layer]]) as cam:
            for column in CLASS_COLUMNS:
                cam(hu, [targets.ClassifierOutputTarget(column)] * 2)
                seen = cam.activations_and_grads
                theirs = cam.get_cam_image(
                    hu, None, None, seen.activations[0].numpy(), seen.gradients[0].numpy(), False
                )
                scale = max(1.0, float(np.abs(theirs).max()))
                np.testing.assert_allclose(ours[:, column], theirs, atol=1e-4 * scale)
                assert np.abs(theirs).max() > 1e-3
    finally:
        network.requires_grad_(False).zero_grad()


def test_the_mean_of_a_cam_is_the_logit_less_its_bias(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    result = explanation_method("cam").raw_maps(tiny_model.network, hu, ["fusion"], CLASS_COLUMNS)
    bias = tiny_model.network.classify.bias.detach()
    torch.testing.assert_close(
        result.maps["fusion"].mean(dim=(2, 3)), result.logits - bias, atol=1e-4, rtol=1e-4
    )


def test_on_the_averaged_map_grad_cam_is_cam_scaled(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    cam = explanation_method("cam").raw_maps(tiny_model.network, hu, ["fusion"], [1, 4]).maps["fusion"]
    grad = explanation_method("gradcam").raw_maps(tiny_model.network, hu, ["fusion"], [1, 4]).maps["fusion"]
    cells = cam.shape[-2] * cam.shape[-1]
    torch.testing.assert_close(cam / cells, grad, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("layer", ["block3", "fusion"])
def test_sf_cam_is_layer_cam_halved_where_the_first_component_is_low(
    tiny_model: LoadedModel, hu: torch.Tensor, layer: str
) -> None:
    def by_hand(pictures: torch.Tensor) -> np.ndarray:
        layer_cam = explanation_method("layercam").raw_maps(tiny_model.network, pictures, [layer], [0])
        with captured(tiny_model.network, [layer]) as activations:
            tiny_model.network(pictures)
        expected = []
        for plain, activation in zip(layer_cam.maps[layer][:, 0].relu(), activations[layer], strict=True):
            features = activation.detach().flatten(1).T.double().numpy()
            _, _, axes = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
            scores = (features - features.mean(axis=0)) @ axes[0]
            unit = plain.flatten().double().numpy()
            low, high = unit.min(), unit.max()
            unit = (unit - low) / (high - low)
            scores *= 1 if scores @ unit >= 0 else -1
            principal = (scores - scores.min()) / np.ptp(scores)
            expected.append(((unit * principal + unit) / 2 * high).reshape(plain.shape))
        return np.stack(expected)

    found = explanation_method("sfcam").raw_maps(tiny_model.network, hu, [layer], [0]).maps[layer][:, 0]
    expected = (by_hand(hu) + by_hand(hu.flip(-1))[..., ::-1]) / 2
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-5 * expected.max())


@pytest.mark.parametrize("layer", ["block3", "fusion"])
def test_sf_cam_of_a_mirrored_head_is_mirrored(tiny_model: LoadedModel, hu: torch.Tensor, layer: str) -> None:
    method = explanation_method("sfcam")
    one, other = (
        method.raw_maps(tiny_model.network, x, [layer], CLASS_COLUMNS).maps[layer] for x in (hu, hu.flip(-1))
    )
    torch.testing.assert_close(one, other.flip(-1))


def test_several_layers_in_one_pass_equal_each_alone(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    method = explanation_method("layercam")
    both = method.raw_maps(tiny_model.network, hu, ["block4", "block2"], [0, 3]).maps
    for layer in ("block4", "block2"):
        alone = method.raw_maps(tiny_model.network, hu, [layer], [0, 3]).maps[layer]
        torch.testing.assert_close(both[layer], alone)


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_left_as_it_was(tiny_model: LoadedModel, hu: torch.Tensor, training: bool) -> None:
    network = tiny_model.network
    network.train(training).requires_grad_(True)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    try:
        for name in METHODS:
            explanation_method(name).raw_maps(network, hu, ["fusion"], [0])
        with pytest.raises(ZeroDivisionError), captured(network, ["block3"]):
            raise ZeroDivisionError
        assert network.training is training
        assert all(parameter.requires_grad and parameter.grad is None for parameter in network.parameters())
        assert not any(module._forward_hooks for module in network.modules())
        for name, value in network.state_dict().items():
            torch.testing.assert_close(value, before[name])
    finally:
        network.eval().requires_grad_(False)


def test_work_in_place_after_a_layer_does_not_reach_its_map() -> None:
    class InPlace(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.relu = torch.nn.Conv2d(1, 2, 1), torch.nn.ReLU(inplace=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.relu(self.first(x)).mean(dim=(2, 3))

        @property
        def cam_layers(self) -> dict[str, torch.nn.Module]:
            return {"first": self.first}

    network = InPlace()
    x = torch.randn(1, 1, 4, 4)
    with captured(network, ["first"]) as activations:  # type: ignore[arg-type]
        logits = network(x)
    (gradient,) = torch.autograd.grad(logits[:, 0].sum(), [activations["first"]])
    assert (activations["first"] < 0).any()
    assert ((gradient[:, 0] == 0) == (activations["first"][:, 0] <= 0)).all()


def test_unknown_names_are_clear_errors(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    with pytest.raises(IchError, match="sfcam, layercam, gradcam, cam"):
        explanation_method("magic")
    with pytest.raises(IchError, match="its layers are block1"):
        explanation_method("gradcam").raw_maps(tiny_model.network, hu, ["block9"], [0])
    with pytest.raises(IchError, match="only on 'fusion'"):
        explanation_method("cam").raw_maps(tiny_model.network, hu, ["block5"], [0])
    assert set(TITLES) == set(METHODS)
