import pytest
import torch

from ichcore.errors import InputError
from ichcore.models.registry import build, build_segmenter
from ichcore.training.trunk import take_trunk

NARROW = {"size": "compact", "widths": [4, 4, 8, 8, 8], "depths": [1, 1, 1, 1, 1]}


@pytest.mark.parametrize("architecture", ["slice_cnn", "cnn_bilstm", "xception_lstm", "blend_sign"])
def test_every_compact_system_starts_from_the_blocks_of_window_fusion(architecture):
    few = {"count": 4} if architecture == "cnn_bilstm" else {}
    source, network = build("window_fusion", NARROW), build(architecture, NARROW | few)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    take_trunk(network, [source], ["window-fusion-compact"])
    for key, value in network.state_dict().items():
        if key.startswith("extractor.blocks."):
            assert torch.equal(value, source.state_dict()[key.removeprefix("extractor.")])
        else:
            assert torch.equal(value, before[key])


def test_blocks_of_another_width_are_refused():
    source = build("window_fusion", NARROW | {"widths": [4, 4, 8, 8, 12]})
    with pytest.raises(InputError, match="same widths and depths"):
        take_trunk(build("slice_cnn", NARROW), [source], ["wide"])


def test_each_classifier_of_a_pair_starts_from_its_own_trunk_with_one_window_for_three():
    one, other = build("window_fusion", NARROW), build("slice_cnn", NARROW)
    both = {"size": "compact", "widths": [NARROW["widths"]] * 2, "depths": [NARROW["depths"]] * 2}
    pair = build("classifier_pair", both)
    take_trunk(pair, [one, other], ["one", "other"])
    for member, source in ((pair.first, one.blocks), (pair.second, other.extractor.blocks)):
        mine, theirs = member.extractor.blocks.state_dict(), source.state_dict()
        assert torch.allclose(mine["0.0.weight"], theirs["0.0.weight"].sum(dim=1, keepdim=True))
        assert all(torch.equal(mine[key], theirs[key]) for key in mine if key != "0.0.weight")


def test_a_network_without_compact_blocks_takes_no_trunk():
    with pytest.raises(InputError, match="leave out trunk"):
        take_trunk(build_segmenter("u_net", {"widths": [4, 8]}), [build("slice_cnn", NARROW)], ["slices"])
