import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.masks.chain import WeakChain
from ichcore.masks.density import dense_pieces

PIXEL_MM = 0.85


def head() -> np.ndarray:
    """Brain of 35 HU with noise, blood of 65 HU in its middle, fluid beside it, a rim of bone, air around."""
    rows, columns = np.indices((96, 96)) - 48
    far = np.hypot(rows, columns)
    hu = np.select([far < 10, far < 36, far < 42], [65.0, 35.0, 900.0], -1000.0)
    hu[40:56, 62:76] = 5.0
    return hu + np.random.default_rng(0).normal(0.0, 4.0, hu.shape)


def test_fluid_bone_and_air_are_taken_out_and_blood_stays():
    hu = head()
    kept = dense_pieces(np.ones(hu.shape, bool), hu, PIXEL_MM, WeakChain(least_hu=50.0))
    blood = np.hypot(*(np.indices(hu.shape) - 48)) < 10
    assert (kept & blood).sum() > 0.9 * blood.sum()
    inside = np.hypot(*(np.indices(hu.shape) - 48)) < 30
    assert (kept & inside & ~blood).sum() < 0.1 * blood.sum()
    assert not kept[44:52, 66:72].any()
    assert not kept[hu < -900].any()


def test_noise_does_not_break_what_is_dense_into_crumbs():
    hu = np.full((64, 64), 36.0) + np.random.default_rng(1).normal(0.0, 5.0, (64, 64))
    kept = dense_pieces(np.ones(hu.shape, bool), hu, PIXEL_MM, WeakChain(least_hu=30.0))
    assert kept.mean() > 0.95


@pytest.mark.parametrize(("least_mm2", "left"), [(0.0, 30), (8.0, 24), (20.0, 0)])
def test_pieces_go_by_their_area_in_mm2(least_mm2, left):
    mask = np.zeros((40, 40), bool)
    mask[2:8, 2:6] = True  # 24 pixels of 0.72 mm²
    mask[20:23, 20:22] = True  # 6
    assert dense_pieces(mask, np.zeros(mask.shape), PIXEL_MM, WeakChain(least_mm2=least_mm2)).sum() == left


@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.0, 60.0),
    st.floats(0.0, 40.0),
    st.tuples(st.floats(0.3, 1.5), st.floats(0.3, 1.5)),
)
@settings(max_examples=30, deadline=None)
def test_nothing_is_ever_added_and_twice_is_once(seed, least_hu, least_mm2, pixel_mm):
    lot = np.random.default_rng(seed)
    mask, hu = lot.random((24, 20)) < 0.5, lot.normal(35.0, 25.0, (24, 20))
    chain = WeakChain(least_hu=least_hu, least_mm2=least_mm2)
    kept = dense_pieces(mask, hu, pixel_mm, chain)
    assert not (kept & ~mask).any()
    assert (dense_pieces(kept, hu, pixel_mm, chain) == kept).all()
