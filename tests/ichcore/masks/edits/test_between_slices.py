"""Interpolation between drawn slices and copies to a neighbour."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.masks.edits.interpolation import interpolated
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.neighbour_copy import copied
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.voxel_grid import VoxelGrid
from ichcore.volume import Geometry
from tests.ichcore.masks.edits._masks import after, disk, even_grid, label_map

SHAPE = (6, 64, 64)


def drawn(planes, origin=Origin.HUMAN):
    labels = np.zeros(SHAPE, np.uint8)
    for index, plane in planes.items():
        labels[index] = plane
    return label_map(labels, origin)


def uneven(positions, shear=0.0):
    return VoxelGrid.of(Geometry(SHAPE, np.outer(positions, [0, shear, 1.0]), pixel_spacing_mm=(0.5, 0.5)))


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.uint8, SHAPE[1:], elements=st.integers(0, 3)))
def test_between_two_equal_slices_it_is_the_same(plane):
    mask = drawn({1: plane, 4: plane})
    found = after(interpolated(mask, even_grid(SHAPE)), mask)
    for index in (2, 3):
        assert np.array_equal(found.labels[index], plane)
        assert (found.origins[index][plane > 0] == Origin.INTERPOLATED).all()
    assert np.array_equal(found.labels[[0, 1, 4, 5]], mask.labels[[0, 1, 4, 5]])


def test_a_growing_disk_grows_by_the_true_positions():
    small, large = disk(SHAPE[1:], (32, 32), 8), disk(SHAPE[1:], (32, 32), 20)
    mask = drawn({0: small * 2, 4: large * 2})
    found = after(interpolated(mask, uneven([0.0, 1.0, 2.0, 9.0, 10.0, 11.0])), mask).labels
    for index, position in ((1, 1.0), (2, 2.0), (3, 9.0)):
        radius = np.sqrt((found[index] == 2).sum() / np.pi)
        assert radius == pytest.approx(8 + 1.2 * position, abs=0.5)
        assert (found[index] == 2)[small].all()
        assert not (found[index] == 2)[~large].any()


def test_a_bleed_that_wanders_is_not_lost():
    mask = drawn({0: disk(SHAPE[1:], (15, 15), 6) * 4, 4: disk(SHAPE[1:], (45, 45), 6) * 4})
    found = after(interpolated(mask, even_grid(SHAPE)), mask).labels
    middle = np.argwhere(found[2] == 4)
    assert middle.mean(axis=0) == pytest.approx([30, 30], abs=1)
    assert len(middle) == pytest.approx(np.pi * 36, rel=0.1)


def test_in_a_sheared_series_the_shape_stays_at_its_place_in_the_patient():
    positions = np.arange(6) * 4.0
    grid = uneven(positions, shear=0.25)
    where = [disk(SHAPE[1:], (40 - 2 * k, 30), 7) for k in range(6)]
    mask = drawn({0: where[0] * 1, 5: where[5] * 1})
    found = after(interpolated(mask, grid), mask).labels
    for index in range(6):
        assert np.array_equal(found[index] == 1, where[index])
    copy = after(copied(mask, grid, 0, 1), mask).labels
    assert np.array_equal(copy[1] == 1, where[1])


def test_what_the_model_drew_between_gives_way_and_what_a_reader_drew_holds():
    shape = disk(SHAPE[1:], (32, 32), 8)
    mask = drawn({0: shape * 2, 5: shape * 2})
    mask.labels[2][disk(SHAPE[1:], (32, 32), 20)] = 2
    mask.origins[2][mask.labels[2] > 0] = Origin.MODEL
    mask.labels[3, 30:34, 30:34] = 5
    mask.origins[3, 30:34, 30:34] = Origin.HUMAN
    found = after(interpolated(mask, even_grid(SHAPE), labels=(2,)), mask)
    assert np.array_equal(found.labels[2] == 2, shape)
    assert (found.labels[3, 30:34, 30:34] == 5).all()
    again = interpolated(found, even_grid(SHAPE), labels=(2,))
    assert again.empty, "it can be repeated"


def test_named_slices_hold_whoever_drew_them_and_nothing_drawn_is_nothing_to_do():
    shape = disk(SHAPE[1:], (32, 32), 8)
    mask = drawn({0: shape * 2, 3: shape * 2}, Origin.MODEL)
    assert interpolated(mask, even_grid(SHAPE)).empty
    assert set(interpolated(mask, even_grid(SHAPE), drawn=(0, 3)).slices) == {1, 2}
    assert interpolated(LabelMap.empty(SHAPE), even_grid(SHAPE)).empty


def test_slices_at_one_position_are_told_apart_by_their_number():
    mask = drawn({0: disk(SHAPE[1:], (32, 32), 8) * 2, 2: disk(SHAPE[1:], (32, 32), 12) * 2})
    found = after(interpolated(mask, uneven([0.0, 0.0, 0.0, 5.0, 6.0, 7.0])), mask).labels
    assert np.sqrt((found[1] == 2).sum() / np.pi) == pytest.approx(10, abs=0.5)


def test_a_copy_keeps_what_it_may_not_overwrite():
    mask = drawn({2: disk(SHAPE[1:], (32, 32), 8) * 2, 3: disk(SHAPE[1:], (32, 36), 8) * 5})
    found = after(copied(mask, even_grid(SHAPE), 2, 3, over=frozenset({0})), mask)
    assert (found.labels[3][mask.labels[3] == 5] == 5).all()
    assert (found.origins[3][found.labels[3] == 2] == Origin.INTERPOLATED).all()
    assert copied(mask, even_grid(SHAPE), 2, 3, label=4).empty
    assert copied(mask, even_grid(SHAPE), 5, 6).empty
