"""Grow, shrink, smooth, holes and islands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.masks.edits.holes import holes_filled
from ichcore.masks.edits.islands import DROP_LARGE, dropped, only_clicked, only_largest
from ichcore.masks.edits.margins import grown, shrunk
from ichcore.masks.edits.smooth import smoothed
from ichcore.masks.edits.voxel_grid import VoxelGrid
from ichcore.volume import Geometry
from tests.ichcore.masks.edits._masks import after, blobs, disk, even_grid, grids, label_map

SHAPE = (5, 60, 60)


def ball(radius=9.0, step=3.0, pixel=0.5):
    k, rows, columns = np.indices(SHAPE)
    return ((k - 2) * step) ** 2 + ((rows - 30) * pixel) ** 2 + ((columns - 30) * pixel) ** 2 <= radius**2


@pytest.mark.parametrize("index", [2, None])
def test_grown_and_shrunk_again_a_convex_shape_is_itself(index):
    grid = even_grid(SHAPE, 3.0)
    mask = label_map(ball() * 2)
    larger = after(grown(mask, grid, 3.0, label=2, index=index), mask)
    assert larger.labels[2].sum() > 1.3 * mask.labels[2].sum()
    back = after(shrunk(larger, grid, 3.0, label=2, index=index), larger)
    differ = back.labels != mask.labels
    assert differ.sum() <= 0.03 * (mask.labels > 0).sum()
    assert not (differ & (mask.labels > 0)).any(), "a closing takes nothing away"


def test_growing_is_round_in_mm_in_an_uneven_sheared_series():
    positions = np.array([0.0, 1.0, 4.0, 6.0, 20.0])
    origins = np.outer(positions, [0.5, 0.0, 1.0])
    grid = VoxelGrid.of(Geometry(SHAPE, origins, pixel_spacing_mm=(0.5, 0.5)))
    labels = np.zeros(SHAPE, np.uint8)
    labels[1, 30, 30] = 4
    mask = label_map(labels)
    found = after(grown(mask, grid, 5.0, label=4), mask).labels == 4
    for index, position in enumerate(positions):
        height = position - 1.0
        expected = np.pi * max(25 - height**2, 0) / 0.25
        assert found[index].sum() == pytest.approx(expected, rel=0.08, abs=3)
        if found[index].any():
            assert np.argwhere(found[index])[:, 1].mean() == pytest.approx(30 - height, abs=0.6)


@settings(max_examples=25, deadline=None)
@given(blobs(), grids(), st.floats(0, 3), st.integers(0, 3))
def test_growing_all_labels_takes_none_from_another(mask, grid, by, index):
    found = after(grown(mask, grid, by, index=index), mask)
    held = mask.labels > 0
    assert np.array_equal(found.labels[held], mask.labels[held])
    back = after(shrunk(mask, grid, by, index=index), mask)
    assert np.isin(back.labels, [0, *np.unique(mask.labels)]).all()
    assert (back.labels[~held] == 0).all()


def test_shrinking_does_not_start_at_the_ends_of_the_series():
    mask = label_map(np.ones(SHAPE))
    assert shrunk(mask, even_grid(SHAPE), 4.0).empty
    with pytest.raises(InputError, match="margin"):
        grown(mask, even_grid(SHAPE), -1.0)


@pytest.mark.parametrize("index", [2, None])
def test_smoothing_takes_off_the_roughness_and_keeps_the_volume(index):
    truth = ball(12.0)
    rng = np.random.default_rng(0)
    rim = ndimage.binary_dilation(truth, iterations=1) ^ ndimage.binary_erosion(truth, iterations=1)
    rough = truth ^ (rim & (rng.random(SHAPE) < 0.35))
    mask = label_map(rough * 2)
    found = after(smoothed(mask, even_grid(SHAPE, 3.0), 1.5, index=index), mask).labels == 2
    planes = slice(2, 3) if index is not None else slice(None)
    assert found[planes].sum() == pytest.approx(rough[planes].sum(), rel=0.03)

    def edges(one):
        return sum(np.count_nonzero(np.diff(one[planes].astype(int), axis=axis)) for axis in (1, 2))

    assert edges(found) < 0.75 * edges(rough)


def test_smoothing_one_label_leaves_the_others_alone():
    labels = np.where(ball(12.0), 2, 0)
    labels[:, 30:, :] = np.where(labels[:, 30:, :] > 0, 4, 0)
    mask = label_map(labels)
    found = after(smoothed(mask, even_grid(SHAPE, 3.0), 1.0, label=2), mask).labels
    assert np.array_equal(found == 4, labels == 4)
    both = after(smoothed(mask, even_grid(SHAPE, 3.0), 1.0), mask).labels
    border = slice(27, 33)
    assert (both[2, border, 30] > 0).all(), "no gap opens between two labels"


def test_holes_take_the_label_around_them_and_large_ones_stay():
    labels = np.zeros(SHAPE, np.uint8)
    labels[2][disk((60, 60), (30, 30), 20)] = 3
    labels[2, 20:24, 20:24] = 0
    labels[2, 35:37, 35:37] = 0
    mask = label_map(labels)
    grid = even_grid(SHAPE)
    filled = after(holes_filled(mask, grid, index=2), mask)
    assert np.array_equal(filled.labels[2] == 3, disk((60, 60), (30, 30), 20))
    small = holes_filled(mask, grid, index=2, most=1.0)
    assert small.where.size == 4, "4 pixels of 0.25 mm² are filled, 16 are not"
    assert holes_filled(mask, grid).empty, "through the slices it is open"


def test_islands_go_by_their_size_in_mm():
    labels = np.zeros(SHAPE, np.uint8)
    labels[2, 5:7, 5:7] = 2
    labels[2, 20:30, 20:30] = 2
    labels[3, 20:30, 20:30] = 2
    labels[2, 40:45, 40:45] = 5
    mask, grid = label_map(labels), even_grid(SHAPE)
    assert dropped(mask, grid, below=1.01, index=2).where.size == 4
    assert dropped(mask, grid, below=1.0, index=2).empty
    assert dropped(mask, grid, below=100.0, label=2).where.size == 4, "mm³ in 3-D: 5 and 250 of them"
    large = dropped(mask, grid, above=200.0)
    assert large.name == DROP_LARGE
    assert large.where.size == 200
    assert only_largest(mask, grid).where.size == 29
    assert only_largest(mask, grid, label=2, index=2).where.size == 4
    assert set(only_clicked(mask, (2, 5, 5)).old_labels) == {2}, "other labels stay"
    assert only_clicked(mask, (2, 42, 42), in_3d=True, any_label=True).where.size == 204
    assert only_clicked(mask, (0, 0, 0)).empty


def test_without_a_spacing_islands_are_counted_in_pixels():
    labels = np.zeros(SHAPE, np.uint8)
    labels[1:3, 5:7, 5:7] = 2
    grid = VoxelGrid.of(Geometry(SHAPE, np.outer(np.arange(5.0), [0, 0, 1])))
    assert grid.unit == "px"
    assert dropped(label_map(labels), grid, below=9).where.size == 8
    assert dropped(label_map(labels), grid, below=8).empty
