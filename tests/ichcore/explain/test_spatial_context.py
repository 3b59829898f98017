import numpy as np
import pytest

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
