"""The compact networks: what they say, where they are explained, and that each can learn a toy by heart."""

import pytest
import torch
import torch.nn.functional as nnf

from ichcore.errors import CheckpointError, IchError
from ichcore.explain.method import explanation_method
from ichcore.models.blend_sign import BLEND_CLASSES, BlendSign
from ichcore.models.card import Card
from ichcore.models.centre_points import decode, encode
from ichcore.models.checkpoint import load, load_segmenter, save
from ichcore.models.cnn_bilstm import CnnBiLstm, SliceCnn
from ichcore.models.network import Detects, SequenceNetwork, standard_logits
from ichcore.models.registry import ARCHITECTURES, build, build_segmenter
from ichcore.models.shallow_cam import ClassifierPair, ShallowClassifier
from ichcore.models.u_net import UNet
from ichcore.models.xception_lstm import XceptionLstm, XceptionLstmSingle
from ichcore.training.losses.blend_sign import BlendSignLoss
from ichcore.training.losses.dice_cross_entropy import dice_cross_entropy
from ichcore.training.losses.weighted_log_loss import weighted_log_loss
from tests.ichcore.models.tiny import SIDE, TINY, fit, toy_slices

OTHERS = [name for name in ARCHITECTURES if name != "window_fusion"]


@pytest.mark.parametrize("architecture", OTHERS)
def test_every_compact_network_keeps_to_the_common_shape(architecture):
    network = build(architecture, {}).eval()
    assert sum(p.numel() for p in network.parameters()) < 4e6, "sixteen megabytes at most"
    hu = toy_slices(2)[0]
    with torch.no_grad():
        grey = network.window(hu)
        features = network.features(hu)
        logits = network(hu)
        assert torch.equal(network.from_features(features), logits)
    assert grey.min() >= 0
    assert grey.max() <= 1
    assert logits.shape == (2, len(network.classes))
    assert network.own_logits(features).shape == (2, len(network.own_classes))
    seen = {}
    network.cam_layers[network.default_cam_layer].register_forward_hook(
        lambda _m, _i, out: seen.update(map=out)
    )
    network(hu)
    assert torch.equal(seen["map"], features), "the default layer's map is what features() gives"


@pytest.mark.parametrize("architecture", ["slice_cnn", "cnn_bilstm", "shallow_classifier", "classifier_pair"])
@pytest.mark.parametrize("gain", [1.0, 50.0])
def test_cam_averages_to_the_logit_less_its_bias(architecture, gain):
    network = build(architecture, {"gain": gain}).eval()
    linear = [m for n, m in network.named_modules() if n.endswith("classify") and "head" not in n]
    for layer in linear:
        torch.nn.init.normal_(layer.weight, std=0.1)
        torch.nn.init.zeros_(layer.bias)
    hu = toy_slices(2)[0]
    with torch.no_grad():
        features = network.features(hu)
        maps = torch.einsum("kc,bchw->bkhw", network.class_weights(), features)
        assert torch.allclose(maps.mean(dim=(2, 3)), network(hu), atol=1e-4)
        assert torch.allclose(network.cam(features), maps, atol=1e-4)


def test_blend_signs_any_is_the_sum_of_its_two_bleeding_classes():
    network = BlendSign(**TINY).eval()
    hu = toy_slices(4)[0]
    with torch.no_grad():
        features = network.features(hu)
        three = torch.softmax(network.own_logits(features), dim=1)
        assert torch.allclose(torch.sigmoid(network(hu))[:, 0], three[:, 1:].sum(dim=1), atol=1e-6)
    assert network.own_classes == BLEND_CLASSES


def test_blend_signs_cam_of_any_is_its_gradient_at_every_cell():
    network = BlendSign(**TINY).eval()
    with torch.no_grad():
        features = network.features(toy_slices(1)[0])
    features.requires_grad_()
    (gradient,) = torch.autograd.grad(network.from_features(features).sum(), features)
    cells = features.shape[2] * features.shape[3]
    assert torch.allclose(
        network.cam(features).detach(),
        (gradient * features).sum(dim=1, keepdim=True).detach() * cells,
        atol=1e-4,
    )


def test_a_pooling_less_leaves_finer_cells():
    hu = torch.zeros(1, 1, 64, 64)
    assert BlendSign(**TINY).features(hu).shape[-1] == 4
    assert BlendSign(**TINY, pooled=(2, 4)).features(hu).shape[-1] == 8


def test_blend_signs_own_cam_is_exact_whatever_attention_looks_at():
    for attention in (False, True):
        network = BlendSign(**TINY, attention=attention).eval()
        with torch.no_grad():
            features = network.features(toy_slices(3)[0])
            less_bias = network.own_logits(features) - network.classify.bias
            assert torch.allclose(network.own_cam(features).mean(dim=(2, 3)), less_bias, atol=1e-4)


def test_a_pairs_cam_is_exact_whatever_attention_looks_at():
    network = build("classifier_pair", {"attention": True}).eval()
    with torch.no_grad():
        hu = toy_slices(3)[0]
        biases = [m.classify.bias for m in (network.first, network.second)]
        bias = sum(float(b[1] - b[0]) for b in biases) / 2
        cam = network.cam(network.features(hu))
        assert torch.allclose(cam.mean(dim=(2, 3)) + bias, network(hu), atol=1e-4)


def test_networks_without_a_linear_cam_say_so():
    looking = build("shallow_classifier", {"attention": True})
    for network in (XceptionLstm(**TINY), XceptionLstmSingle(**TINY), BlendSign(**TINY), looking):
        with pytest.raises(IchError, match="gradcam"):
            network.class_weights()


def test_a_class_that_is_not_predicted_has_no_number():
    six = standard_logits(torch.tensor([[3.0], [-2.0]]), ("any",))
    assert six[:, 0].tolist() == [3.0, -2.0]
    assert torch.isnan(six[:, 1:]).all()


def test_only_blend_sign_finds_boxes_and_only_three_read_scans():
    kinds = {name: build(name, {}) for name in OTHERS}
    assert {name for name, n in kinds.items() if isinstance(n, Detects)} == {"blend_sign"}
    assert kinds["blend_sign"].finds_boxes
    assert not BlendSign(detector=False).finds_boxes
    assert {name for name, n in kinds.items() if isinstance(n, SequenceNetwork)} == {
        "cnn_bilstm",
        "fusion_bilstm",
        "xception_lstm",
    }


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: SliceCnn(size="huge"), "paper or compact"),
        (lambda: SliceCnn(size="paper", backbone="vgg16"), "expected resnext101_32x8d, efficientnet_b4"),
        (lambda: SliceCnn(backbone="resnet50"), "its own backbone"),
        (lambda: SliceCnn(pretrained=True), "no pretrained weights"),
        (lambda: BlendSign(detector=False).detect(torch.zeros(1, 128, 4, 4)), "without its detector"),
        (lambda: ClassifierPair(size="paper", pair="xception"), "no backbone pair"),
        (lambda: UNet()(torch.zeros(1, 1, 60, 64)), "multiples of 16"),
        (lambda: build("u_net", {}), "draws masks"),
        (lambda: build_segmenter("blend_sign", {}), "unknown"),
    ],
)
def test_what_cannot_be_built_is_refused(make, match):
    with pytest.raises((IchError, CheckpointError), match=match):
        make()


def test_checkpoints_of_the_new_networks_come_back_alike(tmp_path):
    def card(architecture, arguments):
        return Card(architecture, "A toy.", "toy", architecture, arguments, SIDE, 2.0)

    hu = toy_slices(3)[0]
    network = CnnBiLstm(**TINY, count=12).eval()
    network.selection.fit(network.pooled(network.features(hu)).detach(), network.classify.weight.detach())
    arguments = {**{k: list(v) for k, v in TINY.items()}, "count": 12}
    save(network, card("cnn_bilstm", arguments), tmp_path / "sequence")
    with torch.no_grad():
        assert torch.allclose(load(tmp_path / "sequence").network.scan(hu), network.scan(hu), atol=1e-6)
    masks = UNet(widths=(4, 8)).eval()
    save(masks, card("u_net", {"widths": [4, 8]}), tmp_path / "masks")
    with torch.no_grad():
        assert torch.equal(load_segmenter(tmp_path / "masks").network(hu), masks(hu))
    with pytest.raises(CheckpointError, match="draws masks"):
        load(tmp_path / "masks")


class TestEachCanOverfit:
    """Eight slices, or two scans, are learned by heart."""

    def setup_method(self):
        torch.manual_seed(0)
        self.hu, self.labels, self.boxes = toy_slices(8)
        self.any = (self.labels > 0).float()
        self.six = torch.zeros(8, 6)
        self.six[:, 0] = self.any
        self.six[:, 1] = (self.labels == 1).float()
        self.six[:, 2] = (self.labels == 2).float()

    def test_slice_cnn(self):
        network = SliceCnn(**TINY)
        assert (
            fit(network.parameters(), lambda: weighted_log_loss(network(self.hu), self.six), 30, 3e-2) < 0.1
        )

    def test_cnn_bilstm_over_two_scans(self):
        network = CnnBiLstm(**TINY, count=12, hidden=16, layers=1, head_dropout=0.0).eval()
        with torch.no_grad():
            network.selection.fit(network.pooled(network.features(self.hu)), network.classify.weight)
            described, logits = (part.reshape(2, 4, -1) for part in network.read(self.hu))
        there, labels = torch.ones(2, 4, dtype=torch.bool), self.six.reshape(2, 4, 6)
        head = network.head
        scale = described.std()
        loss = fit(
            head.parameters(),
            lambda: weighted_log_loss(head(described / scale, logits, there), labels, there),
            150,
            2e-2,
        )
        assert loss < 0.1

    def test_xception_lstm_over_two_scans(self):
        network = XceptionLstm(**TINY, input_dropout=0.0, recurrent_dropout=0.0)
        there, labels = torch.ones(2, 4, dtype=torch.bool), self.six.reshape(2, 4, 6)

        def loss():
            described = network.pooled(network.features(self.hu)).reshape(2, 4, -1)
            return weighted_log_loss(network.chunk(described, there), labels, there)

        assert fit(network.parameters(), loss, 60, 2e-2) < 0.1

    def test_xception_lstm_single(self):
        network = XceptionLstmSingle(**TINY, gain=4.0, input_dropout=0.0, recurrent_dropout=0.0)
        loss = fit(network.parameters(), lambda: weighted_log_loss(network(self.hu), self.six), 60, 3e-2)
        assert loss < 0.1

    def test_blend_sign_with_its_boxes(self):
        network = BlendSign(**TINY)
        cells = tuple(network.features(self.hu).shape[-2:])
        target = torch.stack([encode(b, (SIDE, SIDE), cells) for b in self.boxes])
        whole = BlendSignLoss(per="centres")

        def loss():
            features = network.features(self.hu)
            return whole(
                network.own_logits(features), self.labels, maps=network.detect(features), target=target
            )

        fit(network.parameters(), loss, 100, 2e-2)
        with torch.no_grad():
            features = network.features(self.hu)
            assert network.own_logits(features).argmax(dim=1).tolist() == self.labels.tolist()
            found = decode(network.detect(features), (SIDE, SIDE), threshold=0.5)
        assert [len(one.boxes) for one in found] == [len(b) for b in self.boxes]
        for one, boxes in zip(found, self.boxes, strict=True):
            if boxes:
                assert torch.allclose(one.boxes, torch.tensor(boxes, dtype=torch.float32), atol=6.0)

    def test_shallow_pair_each_by_itself(self):
        network = ClassifierPair(widths=(TINY["widths"],) * 2, depths=(TINY["depths"],) * 2)
        target = self.any[:, None].expand(-1, 2)

        def loss():
            return nnf.binary_cross_entropy_with_logits(
                network.member_logits(network.features(self.hu)), target
            )

        assert fit(network.parameters(), loss, 30, 3e-2) < 0.1

    def test_u_net(self):
        network = UNet(widths=(8, 16))
        mask = torch.zeros(8, SIDE, SIDE)
        for index, boxes in enumerate(self.boxes):
            for row0, column0, row1, column1 in boxes:
                mask[index, row0:row1, column0:column1] = 1
        assert fit(network.parameters(), lambda: dice_cross_entropy(network(self.hu), mask), 30, 3e-2) < 0.1


def test_cross_entropy_of_two_classes_is_that_of_their_difference():
    network = ShallowClassifier(**TINY).eval()
    hu, labels, _ = toy_slices(4)
    y = (labels > 0).long()
    with torch.no_grad():
        features = network.features(hu)
        two = nnf.cross_entropy(network.outputs(features), y)
        one = nnf.binary_cross_entropy_with_logits(network(hu)[:, 0], y.float())
    assert two.item() == pytest.approx(one.item(), abs=1e-6)


def test_stage_1s_tensors_fit_the_sequence_network():
    slices, sequence = SliceCnn(**TINY).eval(), CnnBiLstm(**TINY, count=12).eval()
    missing, strange = sequence.load_state_dict(slices.state_dict(), strict=False)
    assert not strange
    assert {name.partition(".")[0] for name in missing} == {"selection", "head"}
    hu = toy_slices(2)[0]
    assert torch.equal(sequence(hu), slices(hu))


def test_one_gradient_explains_the_shallow_layers_of_both_classifiers():
    network = ClassifierPair().eval()
    hu = toy_slices(2)[0]
    for names, side in zip(network.shallow_layers, (SIDE // 4, SIDE // 8), strict=True):
        maps = explanation_method("layercam").raw_maps(network, hu, names, [0]).maps
        assert {name: tuple(m.shape) for name, m in maps.items()} == dict.fromkeys(names, (2, 1, side, side))
        assert all(m.abs().sum() > 0 for m in maps.values())


@pytest.mark.parametrize("architecture", OTHERS)
def test_every_network_is_explained_by_its_gradient(architecture):
    network = build(architecture, {}).eval()
    layer = network.default_cam_layer
    result = explanation_method("gradcam").raw_maps(network, toy_slices(1)[0], [layer], [0])
    assert result.maps[layer].isfinite().all()
    assert result.maps[layer].abs().sum() > 0
