from pathlib import Path

import numpy as np
import pytest
import torch

from ichcore.models.card import Card
from ichcore.models.checkpoint import LoadedSegmenter, load_segmenter, save
from ichcore.models.u_net import UNet
from ichcore.predict.mask_drawing import bleeding
from tests.ichcore.tiny_model import PIXEL_MM, SIZE


@pytest.fixture
def bright(tmp_path: Path) -> LoadedSegmenter:
    """A U-Net that draws what is brighter than about 60 HU and no bone: the window's grey against a bias."""
    network = UNet(widths=[2, 2]).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        for block in (network.down[0], network.up[0]):
            for norm in (block[1], block[4]):
                norm.weight.fill_(1.0)
            for convolution in (block[0], block[3]):
                convolution.weight[0, 0, 1, 1] = 1.0
        network.classify.weight[1, 0, 0, 0] = 100.0
        network.classify.bias[1] = -100.0 * (60 - (50 - 65)) / 130
    card = Card("bright", "", "test", "u_net", {"widths": [2, 2]}, SIZE, PIXEL_MM, classes=(), thresholds={})
    save(network, card, tmp_path / "bright")
    return load_segmenter(tmp_path / "bright")


def test_the_network_draws_what_is_bright_and_nothing_else(bright: LoadedSegmenter) -> None:
    hu = np.full((11, SIZE, SIZE), 30, np.int16)
    hu[2:4, 20:30, 15:30] = 80
    masks = bleeding(bright.network, hu) > 0.5
    assert masks.shape == hu.shape
    assert masks.any(axis=(1, 2)).tolist() == [index in (2, 3) for index in range(len(hu))]
    rows, columns = np.nonzero(masks[2])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((20, 29, 15, 29), abs=1)
