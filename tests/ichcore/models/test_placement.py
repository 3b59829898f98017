import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.models.placement import Placement


def head_slice(rows=512, columns=512, centre=(256, 256), radii=(190, 150), spacing=0.45):
    """An ellipse of brain with a skull, a table line below, in air."""
    r, c = np.mgrid[:rows, :columns]
    distance = np.hypot((r - centre[0]) / radii[0], (c - centre[1]) / radii[1])
    hu = np.full((rows, columns), -1000, np.int16)
    hu[distance < 1] = 900
    hu[distance < 0.93] = 35
    below = min(rows - 8, int(centre[0] + radii[0] + 20))
    hu[below : below + 3] = 200  # table
    return hu


@pytest.mark.parametrize("centre", [(256, 256), (200, 280), (300, 230)])
def test_the_head_comes_to_the_middle_whatever_the_table(centre):
    hu = head_slice(centre=centre)
    placement = Placement.for_slice(hu, (0.45, 0.45), 224, 1.0)
    assert np.allclose(placement.center, centre, atol=6)
    placed = placement.place(hu)
    skull = np.argwhere(placed > 500)
    middle = (skull.min(axis=0) + skull.max(axis=0)) / 2
    assert abs(middle[1] - 111.5) < 4


def test_scale_is_millimetres_whatever_the_pixels():
    fine = Placement.for_slice(head_slice(), (0.45, 0.45), 224, 1.0).place(head_slice())
    half = head_slice(256, 256, (128, 128), (95, 75))
    coarse = Placement.for_slice(half, (0.9, 0.9), 224, 1.0).place(half)
    assert (fine > 0).sum() == pytest.approx((coarse > 0).sum(), rel=0.04)


def test_a_picture_without_spacing_is_scaled_by_its_head():
    hu = head_slice()
    placed = Placement.for_slice(hu, None, 224, 1.0).place(hu)
    rows = np.flatnonzero((placed > 0).any(axis=1))
    assert rows[-1] - rows[0] == pytest.approx(195, abs=12)


@pytest.mark.parametrize("value", [-1024, -3024, 40])
def test_a_slice_without_head_is_laid_whole(value):
    empty = np.full((300, 400), value, np.int16)
    placement = Placement.for_slice(empty, None, 128, 1.0)
    placed = placement.place(empty)
    assert np.isfinite(placed).all()
    assert placed.min() >= -1024


def test_padding_and_undecoded_slices_have_no_say():
    volume = np.full((9, 512, 512), -1024, np.int16)
    volume[3:6] = head_slice(centre=(220, 300))
    volume[:, :40] = -3024
    placement = Placement.for_volume(volume, (0.45, 0.45), 224, 1.0)
    assert np.allclose(placement.center, (220, 300), atol=6)


def test_down_sampling_averages_and_keeps_the_mean():
    noise = np.random.default_rng(0).normal(30, 20, (512, 512)).astype(np.float32)
    placed = Placement(128, (255.5, 255.5), (4.0, 4.0)).place(noise)
    assert placed[8:-8, 8:-8].mean() == pytest.approx(30, abs=0.5)
    assert placed[8:-8, 8:-8].std() < 6, "no aliasing"


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.floats(60, 140), st.floats(60, 140)),
    st.tuples(st.floats(0.6, 2.5), st.floats(0.6, 2.5)),
    st.tuples(st.integers(0, 27), st.integers(0, 27)),
)
def test_a_cell_comes_back_to_where_the_affine_says(center, scale, cell):
    placement = Placement(112, center, scale)
    activation = np.zeros((28, 28), np.float32)
    activation[cell] = 1.0
    matrix = placement.grid_to_slice((28, 28))
    at = matrix[:, :2] @ np.array(cell) + matrix[:, 2]
    back = placement.to_slice(activation, (200, 200))
    if not ((at >= 6) & (at <= 193)).all():
        return
    total = back.sum()
    rows, columns = np.mgrid[:200, :200]
    inner = all(0 < c < 27 for c in cell)
    if inner:
        assert (rows * back).sum() / total == pytest.approx(at[0], abs=0.6)
        assert (columns * back).sum() / total == pytest.approx(at[1], abs=0.6)


def test_what_lies_beyond_the_grid_is_zero():
    back = Placement(64, (50.0, 50.0), (0.5, 0.5)).to_slice(np.ones((8, 8), np.float32), (100, 100))
    assert back[50, 50] == 1
    assert back[0].max() == 0
    assert back[:, 99].max() == 0


def test_a_round_trip_keeps_a_smooth_map_in_place():
    r, c = np.mgrid[:256, :256]
    blob = np.exp(-((r - 140) ** 2 + (c - 90) ** 2) / 400).astype(np.float32)
    placement = Placement(128, (127.5, 127.5), (2.0, 2.0))
    back = placement.to_slice(placement.place(blob), (256, 256))
    assert np.unravel_index(back.argmax(), back.shape) == pytest.approx((140, 90), abs=1)
