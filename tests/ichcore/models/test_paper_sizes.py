"""The papers' own sizes on torch's meta device, where every shape is true and nothing is stored."""

import pytest
import torch

from ichcore.models.feature_extractor import make_extractor
from ichcore.models.registry import build, build_segmenter


def parameters(module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("name", "channels", "published"),
    [
        # with ImageNet's head of 1000 classes, as the literature counts
        ("resnext101_32x8d", 2048, 88_791_336),
        ("efficientnet_b4", 1792, 19_341_616),
        ("xception", 2048, 22_855_952),
        ("inception_v3", 2048, 23_834_568),
        ("resnet34", 512, 21_797_672),
        ("resnet50", 2048, 25_557_032),
        ("densenet121", 1024, 7_978_856),
        ("densenet169", 1664, 14_149_480),
    ],
)
def test_backbones_are_as_large_as_published(name, channels, published):
    with torch.device("meta"):
        extractor = make_extractor(name, 3)
    assert extractor.channels == channels
    assert parameters(extractor) + 1000 * channels + 1000 == published


@pytest.mark.parametrize(
    ("name", "convolutions", "channels_normed"),
    [("vgg16", 14_714_688, 4224), ("vgg19", 20_024_384, 5504)],
)
def test_vgg_convolutions_are_as_large_as_published(name, convolutions, channels_normed):
    with torch.device("meta"):
        extractor = make_extractor(name, 3)
    assert parameters(extractor) == convolutions + 2 * channels_normed


def strides_of(architecture, arguments, side):
    """Input pixels a cell of every layer that activation may be read from, and the network's output."""
    with torch.device("meta"):
        network = build(architecture, {"size": "paper", **arguments}).eval()
        cells = {}
        for name, layer in network.cam_layers.items():
            layer.register_forward_hook(lambda _m, _i, out, name=name: cells.update({name: out.shape[-1]}))
        logits = network(torch.empty(2, 1, side, side))
    assert list(cells) == list(network.cam_layers), "layers stand from shallow to deep"
    assert logits.shape == (2, len(network.classes))
    return {name: round(side / count) for name, count in cells.items()}


def test_burduja_sees_256_squared_through_8_by_8_cells():
    assert strides_of("slice_cnn", {}, 256) == {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
    b4 = strides_of("slice_cnn", {"backbone": "efficientnet_b4"}, 256)
    assert b4 == {"stage2": 4, "stage3": 8, "stage5": 16, "stage7": 32, "head": 32}


def test_burdujas_sequence_stage_has_the_papers_sizes():
    with torch.device("meta"):
        network = build("cnn_bilstm", {"size": "paper", "count": 192})
    assert network.described == 192
    assert (network.head.lstm.num_layers, network.head.lstm.hidden_size) == (3, 256)
    assert network.head.lstm.bidirectional
    assert network.head.classify.in_features == 256 + 6


@pytest.mark.parametrize(("architecture", "a_step"), [("xception_lstm", 2048), ("xception_lstm_single", 64)])
def test_ko_sees_299_squared_through_10_by_10_cells(architecture, a_step):
    strides = strides_of(architecture, {}, 299)
    assert strides == {"block1": 4, "block2": 8, "block3": 16, "block11": 16, "exit": 30}
    with torch.device("meta"):
        network = build(architecture, {"size": "paper"})
    assert (network.lstm.cell.input_size, network.lstm.hidden) == (a_step, 64)
    assert sum(isinstance(m, torch.nn.Dropout) and m.p == 0.3 for m in network.modules()) == 14


@pytest.mark.parametrize(("backbone", "cells"), [("resnet50", 16), ("vgg16", 32), ("inception_v3", 14)])
def test_wang_detects_on_the_last_blocks_grid(backbone, cells):
    with torch.device("meta"):
        network = build("blend_sign", {"size": "paper", "backbone": backbone}).eval()
        features = network.features(torch.empty(1, 1, 512, 512))
        assert network.detect(features).shape == (1, 5, cells, cells)
        assert network.own_logits(features).shape == (1, 3)


@pytest.mark.parametrize(("pair", "strides"), [("resnet", (4, 8)), ("densenet", (4, 8)), ("vgg", (2, 4))])
def test_ma_explains_fine_layers_of_both_classifiers(pair, strides):
    of = strides_of("classifier_pair", {"pair": pair}, 384)
    with torch.device("meta"):
        network = build("classifier_pair", {"size": "paper", "pair": pair})
    for names, stride in zip(network.shallow_layers, strides, strict=True):
        assert [of[name] for name in names] == [stride, stride]


def test_the_u_net_has_31_million_parameters_and_keeps_the_size():
    with torch.device("meta"):
        network = build_segmenter("u_net", {"size": "paper"})
        assert network(torch.empty(1, 1, 384, 384)).shape == (1, 2, 384, 384)
    assert parameters(network) == pytest.approx(31.0e6, rel=0.005)
