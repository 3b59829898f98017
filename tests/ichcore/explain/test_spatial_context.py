import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.errors import InputError
from ichcore.explain.spatial_context import with_neighbours


def maps(*values):
    return np.array(values, np.float32)[:, None, None]


def test_neighbours_count_by_their_distance():
    fused = with_neighbours(maps(0, 0, 1, 0, 0), np.ones(5, bool)).ravel()
    middle, one_away, two_away = 1 + 0.5 * 3, 1 + 0.5 * 2.5, 1 + 0.5 * 1.5
    assert fused == pytest.approx(
        [0.25 / two_away, 0.5 / one_away, 1 / middle, 0.5 / one_away, 0.25 / two_away]
    )


def test_a_map_that_is_the_same_in_all_slices_stays_itself_also_at_the_ends():
    assert with_neighbours(maps(*[0.6] * 4), np.ones(4, bool)).ravel() == pytest.approx([0.6] * 4)


def test_a_slice_that_does_not_bleed_is_empty_and_ends_the_run():
    positive = np.array([True, False, True, True, False])
    fused = with_neighbours(maps(1, 1, 0, 0.5, 1), positive).ravel()
    assert fused == pytest.approx([1, 0, 0.25 / 1.5, 0.5 / 1.5, 0])


def test_no_weight_leaves_each_slice_alone():
    assert with_neighbours(maps(1, 0, 1), np.ones(3, bool), weight=0).ravel().tolist() == [1, 0, 1]


def spread(steps):
    """Positions in mm from the distances between slices."""
    return np.concatenate([[0.0], np.cumsum(steps)])


@st.composite
def uneven_scans(draw):
    """Maps, which of them bleed, and positions with gaps, near-duplicates and a direction."""
    slices = draw(st.integers(1, 9))
    values = draw(hnp.arrays(np.float32, (slices, 2, 2), elements=st.floats(0, 1, width=32)))
    positive = draw(hnp.arrays(bool, slices))
    steps = draw(st.lists(st.floats(0.1, 30.0), min_size=slices - 1, max_size=slices - 1))
    return values, positive, draw(st.floats(-200, 200)) + draw(st.sampled_from([-1, 1])) * spread(steps)


@settings(max_examples=40, deadline=None)
@given(uneven_scans(), st.floats(0.5, 10.0))
def test_a_map_that_is_the_same_in_all_slices_stays_itself_however_they_lie(scan, nominal):
    values, positive, positions = scan
    fused = with_neighbours(np.full_like(values, 0.6), positive, positions_mm=positions, nominal_mm=nominal)
    np.testing.assert_allclose(fused[positive], 0.6, rtol=1e-5)
    assert not fused[~positive].any()


@settings(max_examples=40, deadline=None)
@given(uneven_scans(), st.floats(0.3, 20.0), st.floats(-200, 200), st.sampled_from([-1, 1]))
def test_even_slices_weigh_as_without_positions(scan, step, first, direction):
    values, positive, _ = scan
    positions = first + direction * step * np.arange(len(values))
    plain = with_neighbours(values, positive)
    for nominal in (None, step):
        even = with_neighbours(values, positive, positions_mm=positions, nominal_mm=nominal)
        np.testing.assert_allclose(even, plain, rtol=1e-4, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(uneven_scans())
def test_up_or_down_is_the_same(scan):
    values, positive, positions = scan
    up = with_neighbours(values, positive, positions_mm=positions)
    down = with_neighbours(values[::-1], positive[::-1], positions_mm=positions[::-1])
    np.testing.assert_allclose(down[::-1], up, rtol=1e-5, atol=1e-6)


def test_across_a_gap_less_is_heard_and_across_a_wide_one_nothing():
    everywhere = np.ones(4, bool)
    fused = with_neighbours(
        maps(0, 1, 0, 0), everywhere, positions_mm=np.array([0.0, 5.0, 12.5, 30.0]), nominal_mm=5
    )
    share = 0.5 / 1.5
    assert fused.ravel() == pytest.approx([0.5 / 1.5, 1 / (1.5 + share), share / (1 + share), 0.0])


def test_a_slice_scanned_twice_is_not_heard_louder_than_one_slice_away():
    fused = with_neighbours(
        maps(0, 1, 0), np.ones(3, bool), positions_mm=np.array([0.0, 5.0, 5.1]), nominal_mm=5
    )
    assert fused[2] == pytest.approx(0.5 / (1 + 0.5 + 0.5 / 1.02))


@pytest.mark.parametrize(
    ("positions", "nominal", "message"),
    [([0, 5], None, "one a slice"), ([0, 10, 5], None, "up and down"), ([0, 5, 10], 0.0, "more than 0")],
)
def test_positions_that_make_no_sense_are_refused(positions, nominal, message):
    with pytest.raises(InputError, match=message):
        with_neighbours(maps(0, 1, 0), np.ones(3, bool), positions_mm=np.array(positions), nominal_mm=nominal)
