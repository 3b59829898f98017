import numpy as np
import pytest
import torch

from ichcore.errors import CancelledError, IchError
from ichcore.explain import score_cam
from ichcore.explain.capture import captured
from ichcore.explain.every_map import every_map
from ichcore.explain.grad_cam_plus_plus import GradCamPlusPlus
from ichcore.explain.method import METHODS, OFFERED, SLOW_METHODS, TITLES, explanation_method
from ichcore.explain.score_cam import ScoreCam, channel_scores
from ichcore.explain.sf_cam import SfCam
from ichcore.models.checkpoint import LoadedModel
from ichcore.progress import CancelToken
from tests.ichcore.tiny_model import SIZE

CLASS_COLUMNS = range(6)


@pytest.fixture
def hu() -> torch.Tensor:
    torch.manual_seed(1)
    return 40 + 60 * torch.randn(2, 1, SIZE, SIZE)


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


def test_the_papers_sf_cam_is_of_the_slice_alone(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    network = tiny_model.network
    plain, mirror_image = (
        SfCam(mirrored=False).raw_maps(network, x, ["fusion"], [0]).maps["fusion"] for x in (hu, hu.flip(-1))
    )
    shipped = explanation_method("sfcam").raw_maps(network, hu, ["fusion"], [0]).maps["fusion"]
    torch.testing.assert_close((plain + mirror_image.flip(-1)) / 2, shipped)
    assert not torch.allclose(plain, shipped)


def test_grad_cam_plus_plus_of_the_paper_does_not_depend_on_the_features_scale() -> None:
    torch.manual_seed(0)
    activation, gradient = torch.rand(1, 5, 6, 6), torch.randn(1, 5, 6, 6)
    gradient[:, 0] = 0.0
    method = GradCamPlusPlus(stabiliser=0.0)
    plain = method.weigh(activation, gradient)
    torch.testing.assert_close(method.weigh(activation * 1e4, gradient * 1e-4), plain)
    places = gradient.square() / (2 * gradient.square() + activation.sum((2, 3), True) * gradient**3)
    weights = (places.nan_to_num() * gradient.relu()).sum((2, 3))
    torch.testing.assert_close(plain, (weights[..., None, None] * activation).sum(1))


def test_score_cam_stops_where_it_is_asked_to(tiny_model: LoadedModel, hu: torch.Tensor) -> None:
    told: list[tuple[int, int]] = []
    token, network = CancelToken(), tiny_model.network

    def progress(done: int, total: int, message: str = "") -> None:
        told.append((done, total))
        token.cancel()

    network.train()
    try:
        with pytest.raises(CancelledError):
            ScoreCam().raw_maps(network, hu, ["fusion"], [0], cancel=token, progress=progress)
        assert network.training
    finally:
        network.eval()
    assert len(told) == 1
    assert told[0][1] == 2 * 8, "two slices, eight channels"


def test_score_cam_looks_at_a_few_pictures_at_a_time(
    tiny_model: LoadedModel, hu: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, seen = tiny_model.network, []
    whole = ScoreCam().raw_maps(network, hu, ["block5"], [0, 3]).maps["block5"]
    monkeypatch.setattr(score_cam, "PIXELS", 3 * SIZE * SIZE)
    handle = network.register_forward_hook(lambda _, given, __: seen.append(len(given[0])))
    try:
        parts = ScoreCam().raw_maps(network, hu, ["block5"], [0, 3]).maps["block5"]
    finally:
        handle.remove()
    torch.testing.assert_close(parts, whole)
    assert max(seen) <= 3


def test_a_channel_that_is_the_same_everywhere_lets_nothing_through(
    tiny_model: LoadedModel, hu: torch.Tensor
) -> None:
    network = tiny_model.network
    channels = torch.stack([torch.full((8, 8), value) for value in (0.0, 0.7)])
    with torch.no_grad():
        scores = channel_scores(network, hu[0], channels, lambda _: None)
        nothing = network(torch.zeros_like(hu[:1]))
    torch.testing.assert_close(scores, nothing.expand(2, -1))


def test_every_map_has_each_method_once_and_slow_ones_only_when_asked_for(
    tiny_model: LoadedModel, hu: torch.Tensor
) -> None:
    network = tiny_model.network
    layers = list(network.cam_layers)
    quick = every_map(network, hu, 2)
    by_gradient = ("sfcam", "layercam", "gradcam", "gradcampp")
    expected = {(name, layer) for name in by_gradient for layer in layers} | {("cam", "fusion")}
    assert set(quick) == expected
    for (name, layer), raw in quick.items():
        alone = explanation_method(name).raw_maps(network, hu, [layer], [2]).maps[layer][:, 0]
        torch.testing.assert_close(raw, alone)
    every = every_map(network, hu, 2, slow=True)
    assert set(every) == expected | {("scorecam", layer) for layer in layers}


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
    with pytest.raises(IchError, match="sfcam, layercam, gradcam, gradcampp, scorecam, cam"):
        explanation_method("magic")
    with pytest.raises(IchError, match="its layers are block1"):
        explanation_method("gradcam").raw_maps(tiny_model.network, hu, ["block9"], [0])
    with pytest.raises(IchError, match="only on 'fusion'"):
        explanation_method("cam").raw_maps(tiny_model.network, hu, ["block5"], [0])
    assert list(TITLES) == list(OFFERED)
    assert set(OFFERED) > set(METHODS) > SLOW_METHODS
