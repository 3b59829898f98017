import pytest
import torch

from ichcore.errors import InputError
from ichcore.models.registry import build
from ichcore.training.trunk import take_trunk

NARROW = {"size": "compact", "widths": [4, 4, 8, 8, 8], "depths": [1, 1, 1, 1, 1]}


@pytest.mark.parametrize("architecture", ["slice_cnn", "cnn_bilstm", "xception_lstm", "blend_sign"])
def test_every_compact_system_starts_from_the_blocks_of_window_fusion(architecture):
    few = {"count": 4} if architecture == "cnn_bilstm" else {}
    source, network = build("window_fusion", NARROW), build(architecture, NARROW | few)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    take_trunk(network, source, "window-fusion-compact")
    for key, value in network.state_dict().items():
        if key.startswith("extractor.blocks."):
            assert torch.equal(value, source.state_dict()[key.removeprefix("extractor.")])
        else:
            assert torch.equal(value, before[key])


def test_blocks_of_another_width_are_refused():
    source = build("window_fusion", NARROW | {"widths": [4, 4, 8, 8, 12]})
    with pytest.raises(InputError, match="same widths and depths"):
        take_trunk(build("slice_cnn", NARROW), source, "wide")
