"""What a reader is told of maps that agree, differ, or are empty."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from ichcore.explain.agreement import PEAKS_TOGETHER_MM, agreement


def spot(row: float, column: float, side: int = 64, width: float = 6.0) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    map_ = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * width**2)).astype(np.float32)
    map_[map_ < 0.02] = 0
    return map_


def test_equal_maps_agree_in_everything() -> None:
    said = agreement([spot(20, 30), spot(20, 30)], 0.2, (0.5, 0.5))
    assert said.dice.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert said.rank == pytest.approx(np.ones((2, 2)))
    assert said.farthest_mm == 0.0
    assert said.peaks_together
    assert set(np.unique(said.votes)) == {0, 2}


def test_dice_is_of_the_masks_above_the_threshold() -> None:
    one, other = np.zeros((2, 8, 8), np.float32)
    one[0, :4], other[0, 2:6] = 1.0, 1.0
    one[5, :] = 0.1  # below the threshold, so outside
    assert agreement([one, other], 0.2).dice[0, 1] == pytest.approx(0.5)


def test_ranks_agree_with_scipy_where_either_is_activated() -> None:
    one, other = spot(20, 30), spot(26, 36, width=9)
    inside = (one > 0) | (other > 0)
    expected = spearmanr(one[inside], other[inside]).statistic
    assert agreement([one, other], 0.2).rank[0, 1] == pytest.approx(expected, abs=1e-12)


def test_a_large_slice_is_ranked_on_a_coarser_grid_with_the_same_answer() -> None:
    one, other = spot(200, 300, 512, 48), spot(250, 350, 512, 70)
    inside = (one > 0) | (other > 0)
    expected = spearmanr(one[inside], other[inside]).statistic
    assert agreement([one, other], 0.2).rank[0, 1] == pytest.approx(expected, abs=0.01)


def test_peaks_are_apart_in_mm_of_the_pixel_spacing() -> None:
    said = agreement([spot(20, 30), spot(23, 34), spot(20, 50)], 0.2, (1.0, 0.5))
    assert said.apart_mm[0, 1] == pytest.approx(np.hypot(3.0, 2.0))
    assert said.farthest_mm == pytest.approx(10.0)
    assert said.peaks_together == (said.farthest_mm <= PEAKS_TOGETHER_MM)


def test_without_a_spacing_no_distance_is_made_up() -> None:
    said = agreement([spot(20, 30), spot(23, 34)], 0.2)
    assert np.isnan(said.farthest_mm)
    assert not said.peaks_together


def test_an_empty_map_agrees_with_nothing_and_does_not_vote() -> None:
    said = agreement([spot(20, 30), np.zeros((64, 64), np.float32), spot(20, 30)], 0.2, (1.0, 1.0))
    assert np.isnan(said.dice[1]).all()
    assert np.isnan(said.rank[1]).all()
    assert said.dice[0, 2] == 1.0
    assert said.voters == 2
    assert said.votes.max() == 2


def test_no_maps_at_all() -> None:
    assert agreement([], 0.2).voters == 0
