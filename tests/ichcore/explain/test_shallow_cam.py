import math

import pytest
import torch

from ichcore.explain.layer_cam import LayerCam
from ichcore.explain.shallow_cam import amplified, edge_refined, shallow_cams, without_grid
from ichcore.models.registry import build


@pytest.fixture
def pair():
    torch.manual_seed(0)
    network = build(
        "classifier_pair", {"widths": [[4, 4, 6, 8, 8], [4, 4, 6, 8, 8]], "depths": [[1] * 5] * 2}
    )
    for member in (network.first, network.second):
        torch.nn.init.normal_(member.classify.weight)
    return network.eval()


def test_a_grid_of_period_two_goes_and_what_is_smooth_stays():
    gradient = torch.zeros(1, 2, 8, 8)
    gradient[..., ::2, ::2] = 4.0
    even = without_grid(gradient)[..., 1:-1, 1:-1]
    assert torch.allclose(even, torch.ones_like(even)), "as bright on average, and as bright everywhere"
    assert torch.allclose(without_grid(torch.full((1, 2, 5, 5), 3.0)), torch.tensor(3.0))


def test_edges_and_amplification_are_the_papers():
    cam, scores = torch.tensor([[[0.0, 0.4, 1.0]]]), torch.tensor([[[-1.0, 0.0, 1.0]]])
    assert edge_refined(3 * cam, scores).flatten().tolist() == pytest.approx([0.0, 0.3, 1.0])
    assert edge_refined(cam, -scores).flatten().tolist() == pytest.approx([0.0, 0.3, 1.0]), "of either sign"
    assert amplified(cam / 10).flatten().tolist() == pytest.approx([0.0, math.tanh(0.8), math.tanh(2.0)])
    assert not amplified(torch.zeros(1, 2, 2)).any()


def test_each_depth_is_the_mean_of_both_classifiers_and_lies_where_layercam_does(pair):
    hu = 40 + 30 * torch.randn(3, 1, 32, 32)
    found = shallow_cams(pair, hu)
    assert torch.allclose(found.logits, pair(hu), atol=1e-5)
    for depth, layers in zip(found.depths, pair.shallow_layers, strict=True):
        side = 8 if layers[0].endswith("block3") else 4
        assert depth.shape == (3, side, side)
        assert depth.min() >= 0
        assert depth.max() <= 1
        plain = LayerCam().raw_maps(pair, hu, layers, [0]).maps
        both = sum(plain[layer][:, 0].relu() / plain[layer].amax() for layer in layers)
        for ours, theirs in zip(depth, both, strict=True):
            assert torch.corrcoef(torch.stack([ours.flatten(), theirs.flatten()]))[0, 1] > 0.5
    assert all(parameter.requires_grad for parameter in pair.parameters())
