import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import CheckpointError, IchError
from ichcore.models.window_layer import HuScaling, WindowLayer, make_window_layer
from ichcore.volume.window import LOG_RATIO, Window

TABLE_2 = {"brain": (40, 80, 0.13843335, -5.5373343), "subdural": (80, 200, 0.05537334, -4.4298673)}
TABLE_2["soft tissue"] = (40, 380, 0.02914386, -1.1657546)


def test_fresh_layer_has_the_papers_weights_and_inverts_to_its_windows():
    layer = WindowLayer()
    for name, (w, b), window in zip(layer.names, layer.effective(), layer.windows(), strict=True):
        wl, ww, paper_w, paper_b = TABLE_2[name]
        assert w == pytest.approx(paper_w, rel=1e-6)
        assert b == pytest.approx(paper_b, rel=1e-6)
        assert window.center == pytest.approx(wl, abs=1e-3)
        assert window.width == pytest.approx(ww, abs=1e-3)


def test_output_is_the_u_sigmoid_divided_by_u():
    layer = WindowLayer()
    hu = torch.tensor([0.0, 40.0, 80.0]).view(1, 1, 1, 3)
    brain = layer(hu)[0, 0, 0]
    assert torch.allclose(brain, torch.tensor([1 / 255, 0.5, 254 / 255]), atol=1e-5)


def test_metal_and_padding_are_clipped_before_the_gradient():
    layer = WindowLayer()
    far, near = layer(torch.full((1, 1, 1, 1), 29516.0)), layer(torch.full((1, 1, 1, 1), 3071.0))
    assert torch.equal(far, near)
    assert torch.isfinite(layer(torch.full((1, 1, 1, 1), -3024.0))).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(-1000, 3000), st.floats(1.01, 8000.0))
def test_any_window_survives_the_layer(center, width):
    (window,) = WindowLayer([Window(center, width)]).windows()
    assert window.center == pytest.approx(center, abs=1e-3 + 1e-6 * abs(center))
    assert window.width == pytest.approx(width, rel=1e-5)


def test_w_stays_positive_and_finite_under_a_hostile_optimiser():
    layer = WindowLayer()
    with torch.no_grad():
        layer.log_w.copy_(torch.tensor([-1e6, 0.0, 1e6]))
    (w0, _), (w1, _), (w2, _) = layer.effective()
    assert all(math.isfinite(w) and w > 0 for w in (w0, w1, w2))
    assert layer.windows()[0] is None, "a collapsed channel is no window"
    assert torch.isfinite(layer(torch.randn(1, 1, 4, 4) * 1000)).all()


def test_level_and_width_both_learn():
    layer = WindowLayer()
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.02)
    hu = torch.linspace(-50, 150, 400).view(1, 1, 20, 20)
    wanted = WindowLayer([Window(60, 50), Window(60, 50), Window(60, 50)])(hu).detach()
    for _ in range(150):
        optimizer.zero_grad()
        ((layer(hu) - wanted) ** 2).mean().backward()
        optimizer.step()
    brain = layer.windows()[0]
    assert abs(brain.center - 60) < 2
    assert abs(brain.width - 50) < 5


@pytest.mark.parametrize(
    "pairs", [[(0.1, 1.0)], [(-0.1, 1.0)] * 3, [(math.nan, 1.0)] * 3, [(0.1, math.inf)] * 3]
)
def test_pairs_that_cannot_be_applied_are_refused(pairs):
    with pytest.raises(CheckpointError):
        WindowLayer().set_effective(pairs)


@pytest.mark.parametrize(
    ("kind", "trainable", "channels", "moves"),
    [
        ("none", False, 1, False),
        ("brain", False, 1, False),
        ("three", False, 3, False),
        ("none", True, 1, True),
        ("brain", True, 1, True),
        ("three", True, 3, True),
    ],
)
def test_the_six_rows_of_table_4(kind, trainable, channels, moves):
    layer = make_window_layer(kind, trainable=trainable)
    out = layer(torch.linspace(-2000, 4000, 16).view(1, 1, 4, 4))
    assert out.shape == (1, channels, 4, 4)
    assert 0 <= out.min().item() <= out.max().item() <= 1
    assert any(p.requires_grad for p in layer.parameters()) is moves


def test_scaling_without_window_is_linear_over_the_hu_range():
    out = HuScaling()(torch.tensor([-1024.0, 1023.5, 3071.0]).view(1, 1, 1, 3)).flatten()
    assert np.allclose(out.numpy(), [0, 0.5, 1])


def test_unknown_kind_is_refused():
    with pytest.raises(IchError, match="three, brain or none"):
        make_window_layer("bone", trainable=True)


def test_the_printed_misprint_of_b_would_put_the_brain_window_at_minus_40():
    layer = WindowLayer([Window(40, 80)])
    layer.set_effective([(0.13843335, 5.5373344)])
    assert layer.windows()[0].center == pytest.approx(-40, abs=1e-3)
    assert math.isclose(LOG_RATIO, 5.5373343, rel_tol=1e-7)
