import pytest
import torch

from ichcore.errors import CheckpointError, IchError
from ichcore.models.blend_sign import BlendSign
from ichcore.models.cnn_bilstm import SliceCnn
from ichcore.models.fixed_windows import (
    BURDUJA_MEAN,
    BURDUJA_STD,
    BURDUJA_WINDOWS,
    KO_WINDOWS,
    MA_WINDOWS,
    WANG_WINDOWS,
    FixedWindows,
    Standardise,
)
from ichcore.models.window_fusion import WindowFusion
from tests.ichcore.models.tiny import TINY


@pytest.mark.parametrize(
    ("windows", "stated"),
    [
        (BURDUJA_WINDOWS, [(40, 80), (80, 200), (40, 380)]),
        (KO_WINDOWS, [(40, 80), (400, 1800), (80, 200)]),
        (WANG_WINDOWS, [(40, 40), (50, 100), (60, 40)]),
        (MA_WINDOWS, [(50, 130)]),
    ],
)
def test_the_papers_windows_are_linear_from_black_to_white(windows, stated):
    layer = FixedWindows(windows)
    assert [(w["wl"], w["ww"]) for w in layer.as_json()] == stated
    for channel, (level, width) in enumerate(stated):
        hu = torch.tensor([-1e4, level - width / 2, level - width / 4, level, level + width / 2, 1e4])
        grey = layer(hu.view(1, 1, 1, -1))[0, channel, 0]
        assert torch.allclose(grey, torch.tensor([0.0, 0.0, 0.25, 0.5, 1.0, 1.0]), atol=1e-6)


def test_it_agrees_with_the_viewers_own_window():
    from dataclasses import replace

    from ichcore.volume.window import BRAIN, Transfer

    exact = replace(BRAIN, transfer=Transfer.LINEAR_EXACT)
    hu = torch.linspace(-50, 150, 41)
    assert torch.allclose(
        FixedWindows([BRAIN])(hu.view(1, 1, 1, -1)).flatten(), torch.from_numpy(exact.apply(hu.numpy()))
    )


def test_burdujas_channels_are_standardised_after_windowing():
    grey = torch.rand(2, 3, 4, 4)
    means, stds = (torch.tensor(v).view(1, 3, 1, 1) for v in (BURDUJA_MEAN, BURDUJA_STD))
    assert torch.allclose(Standardise(BURDUJA_MEAN, BURDUJA_STD)(grey), (grey - means) / stds)
    network = SliceCnn(**TINY)
    seen = {}
    network.extractor.register_forward_hook(lambda _m, i, _o: seen.update(x=i[0]))
    network(torch.full((2, 1, 32, 32), -1000.0))
    assert torch.allclose(seen["x"][0, :, 0, 0], -means.flatten() / stds.flatten())


def test_the_card_says_what_was_done_to_hu():
    assert SliceCnn(**TINY).normalisation() == {
        "hu_clip": [-1024.0, 3071.0],
        "linear_windows": [
            {"name": "brain", "wl": 40, "ww": 80},
            {"name": "subdural", "wl": 80, "ww": 200},
            {"name": "soft tissue", "wl": 40, "ww": 380},
        ],
        "then": "[0, 1], less mean, divided by std",
        "mean": list(BURDUJA_MEAN),
        "std": list(BURDUJA_STD),
    }
    assert BlendSign(**TINY).normalisation()["then"] == "[0, 1]; no mean or deviation"
    assert WindowFusion().normalisation()["then"].startswith("window layer, F/U")
    assert WindowFusion(windows="none", trainable_windows=False).normalisation()["then"].startswith("scaled")


def test_nothing_is_learned_and_a_card_can_hold_no_w_and_b():
    layer = FixedWindows(MA_WINDOWS)
    assert not list(layer.parameters())
    assert not layer.state_dict()
    assert layer.effective() == []
    layer.set_effective([])
    with pytest.raises(CheckpointError, match="fixed"):
        layer.set_effective([(0.1, -4.0)])
    with pytest.raises(IchError, match="at least one"):
        FixedWindows([])
