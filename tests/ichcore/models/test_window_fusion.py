import pytest
import torch

from ichcore.errors import CheckpointError, IchError
from ichcore.models.registry import build
from ichcore.models.window_fusion import WindowFusion

SMALL = {"widths": (4, 4, 6, 8, 8), "fused": 8}


@pytest.mark.parametrize("windows", ["three", "brain", "none"])
@pytest.mark.parametrize("fusion", [True, False])
def test_every_ablation_gives_six_logits(windows, fusion):
    network = WindowFusion(windows=windows, fusion=fusion, trainable_windows=False, **SMALL).eval()
    assert network(torch.randn(2, 1, 64, 64) * 40).shape == (2, 6)


@pytest.mark.parametrize(("fusion", "gain"), [(True, 1.0), (False, 1.0), (True, 50.0)])
def test_cam_averages_to_the_logit(fusion, gain):
    network = WindowFusion(fusion=fusion, gain=gain, **SMALL).eval()
    torch.nn.init.normal_(network.classify.weight, std=0.1)
    hu = torch.randn(2, 1, 64, 64) * 40
    with torch.no_grad():
        maps = torch.einsum("kc,bchw->bkhw", network.class_weights(), network.features(hu))
        logits = network(hu)
    assert torch.allclose(maps.mean(dim=(2, 3)) + network.classify.bias, logits, atol=1e-4)


def test_cam_layers_run_from_shallow_to_deep_and_end_before_the_average():
    network = WindowFusion(**SMALL).eval()
    assert list(network.cam_layers) == ["block1", "block2", "block3", "block4", "block5", "fusion"]
    seen = {}
    for name, layer in network.cam_layers.items():
        layer.register_forward_hook(lambda _m, _i, out, name=name: seen.update({name: out}))
    hu = torch.randn(1, 1, 64, 64) * 40
    network(hu)
    assert torch.equal(seen[network.default_cam_layer], network.features(hu))
    sides = [seen[name].shape[-1] for name in network.cam_layers]
    assert sides == [32, 16, 16, 8, 4, 8], "the fused map is finer than C5"


def test_compact_network_is_small_and_its_cam_finer_than_16():
    network = WindowFusion().eval()
    assert sum(p.numel() for p in network.parameters()) < 4e6
    with torch.no_grad():
        assert network.features(torch.zeros(1, 1, 224, 224)).shape[-1] == 28


def test_paper_size_has_the_common_grid_of_32():
    network = WindowFusion(size="paper").eval()
    with torch.no_grad():
        assert network.features(torch.zeros(1, 1, 128, 128)).shape == (1, 256, 8, 8)  # 512² gives 32×32
    assert list(network.cam_layers)[-1] == "fusion"


def test_unknown_size_and_arguments_are_refused():
    with pytest.raises(IchError, match="paper or compact"):
        WindowFusion(size="huge")
    with pytest.raises(CheckpointError, match="does not take"):
        build("window_fusion", {"depth": 3})
    with pytest.raises(CheckpointError, match="unknown"):
        build("resnet", {})
