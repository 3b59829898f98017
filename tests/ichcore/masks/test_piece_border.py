import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.masks.chain import WeakChain
from ichcore.masks.density import dense_pieces
from ichcore.masks.piece_border import drawn_to_border

PIXEL_MM = (0.85, 0.85)


def blood_in_brain(hu: float, radius: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """A disc of blood in noisy brain of 35 HU, and where it is."""
    blood = np.hypot(*(np.indices((96, 96)) - 48)) < radius
    return np.where(blood, hu, 35.0) + np.random.default_rng(0).normal(0.0, 4.0, blood.shape), blood


def dice(one, other):
    return 2.0 * (one & other).sum() / (one.sum() + other.sum())


@pytest.mark.parametrize("hu", [52.0, 60.0, 75.0])
def test_a_mask_that_reaches_beyond_the_bleed_ends_at_its_border(hu):
    picture, blood = blood_in_brain(hu)
    wide = np.hypot(*(np.indices(blood.shape) - 46)) < 15
    drawn = drawn_to_border(wide, picture, PIXEL_MM, 0.3)
    assert dice(wide, blood) < 0.65
    assert dice(drawn, blood) > 0.9


def test_every_piece_is_measured_by_its_own_surroundings():
    picture, blood = blood_in_brain(60.0, 6.0)
    picture[:, 60:] += 15.0
    picture[40:52, 76:86] += 20.0
    bright = np.zeros_like(blood)
    bright[40:52, 76:86] = True
    wide = np.zeros_like(blood)
    wide[38:58, 38:58] = wide[36:56, 72:90] = True
    drawn = drawn_to_border(wide, picture, PIXEL_MM, 0.3)
    assert dice(drawn, blood | bright) > 0.85


def test_a_piece_in_the_middle_of_bone_stays_as_it_is():
    mask = np.zeros((60, 60), bool)
    mask[25:35, 25:35] = True
    assert (drawn_to_border(mask, np.full(mask.shape, 800.0), PIXEL_MM, 0.3) == mask).all()


def test_the_chain_leaves_borders_unless_it_is_told():
    picture, _ = blood_in_brain(60.0)
    wide = np.hypot(*(np.indices(picture.shape) - 46)) < 15
    assert (dense_pieces(wide, picture, PIXEL_MM, WeakChain(least_hu=20.0)) == wide).all()
    told = dense_pieces(wide, picture, PIXEL_MM, WeakChain(border_share=0.3))
    assert told.sum() < 0.6 * wide.sum()


def test_a_share_of_all_or_more_is_none():
    with pytest.raises(ValueError, match=r"chain\.border_share is 1\.0"):
        WeakChain(border_share=1.0)


@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.0, 0.95),
    st.tuples(st.floats(0.3, 1.5), st.floats(0.3, 1.5)),
)
@settings(max_examples=25, deadline=None)
def test_nothing_is_added_and_no_piece_vanishes(seed, share, pixel_mm):
    from scipy import ndimage

    lot = np.random.default_rng(seed)
    mask = ndimage.gaussian_filter(lot.normal(size=(32, 28)), 2.0) > 0.05
    hu = ndimage.gaussian_filter(lot.normal(size=mask.shape), 1.0) * 60.0 + 40.0
    drawn = drawn_to_border(mask, hu, pixel_mm, share)
    assert not (drawn & ~mask).any()
    pieces, count = ndimage.label(mask, np.ones((3, 3)))
    assert set(np.unique(pieces[drawn])) == set(range(1, count + 1))
