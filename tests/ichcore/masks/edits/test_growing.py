"""Fill, level trace and region grow find what a reader means by a click."""

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.masks.edits.fill import filled
from ichcore.masks.edits.hu_gate import HuGate
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.level_trace import level_traced
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import OVER_BACKGROUND, Paint
from ichcore.masks.edits.region_grow import region_grown
from tests.ichcore.masks.edits._masks import after, disk, even_grid, label_map

SHAPE = (5, 80, 80)


@pytest.fixture
def bleed():
    """A ball of 12 mm radius in brain, pixels of 0.5 mm, slices every 5 mm, with noise; and its truth."""
    k, rows, columns = np.indices(SHAPE)
    truth = ((k - 2) * 5.0) ** 2 + ((rows - 40) * 0.5) ** 2 + ((columns - 38) * 0.5) ** 2 <= 12.0**2
    noise = np.random.default_rng(1).normal(0, 4, SHAPE)
    return (np.where(truth, 66, 32) + noise).astype(np.int16), truth


def dice(a, b):
    return 2 * (a & b).sum() / (a.sum() + b.sum())


def test_region_grow_finds_the_bleed_in_its_slice_and_through_the_slices(bleed):
    hu, truth = bleed
    empty, grid = LabelMap.empty(SHAPE), even_grid(SHAPE)
    in_slice = after(region_grown(empty, grid, Paint(2), (2, 40, 38), hu, tolerance_hu=14, radius=40), empty)
    assert dice(in_slice.labels[2] == 2, truth[2]) > 0.95
    assert set(np.unique(in_slice.origins)) == {Origin.NONE, Origin.THRESHOLD}
    edit = region_grown(empty, grid, Paint(2), (2, 40, 38), hu, tolerance_hu=14, radius=40, in_3d=True)
    assert dice(after(edit, empty).labels == 2, truth) > 0.95
    near = region_grown(empty, grid, Paint(2), (2, 40, 38), hu, tolerance_hu=14, radius=6.0, in_3d=True)
    at = np.stack(np.unravel_index(near.where, SHAPE), axis=1)
    away = (at - [2, 40, 38]) * [5.0, 0.5, 0.5]
    assert np.sqrt((away**2).sum(1)).max() <= 6.0
    assert set(near.slices) == {1, 2, 3}


def test_region_grow_goes_around_labels_that_it_may_not_overwrite(bleed):
    hu, _ = bleed
    wall = np.zeros(SHAPE, np.uint8)
    wall[:, :, 44] = 5
    mask = label_map(wall)
    edit = region_grown(
        mask, even_grid(SHAPE), Paint(2, OVER_BACKGROUND), (2, 40, 38), hu, tolerance_hu=14, radius=99
    )
    assert (edit.where % 80 < 44).all()
    with pytest.raises(InputError, match="tolerance"):
        region_grown(mask, even_grid(SHAPE), Paint(2), (2, 40, 38), hu, tolerance_hu=-1, radius=99)


def test_level_trace_fills_the_line_of_equal_hu_through_the_click(bleed):
    hu, truth = bleed
    empty = LabelMap.empty(SHAPE)
    rim = (2, 40, 38 + 24)
    found = after(level_traced(empty, Paint(2), rim, hu), empty).labels
    assert dice(found[2] == 2, truth[2]) > 0.9
    assert not found[[0, 1, 3, 4]].any()


def test_fill_stops_at_labels_and_leaves_an_open_background_alone():
    ring = disk((80, 80), (40, 40), 20) & ~disk((80, 80), (40, 40), 17)
    labels = np.zeros(SHAPE, np.uint8)
    labels[2][ring] = 5
    mask = label_map(labels)
    inside = after(filled(mask, Paint(5), (2, 40, 40)), mask)
    assert np.array_equal(inside.labels[2] > 0, disk((80, 80), (40, 40), 20))
    assert filled(mask, Paint(5), (2, 1, 1)).empty, "nobody means the whole picture"
    assert filled(mask, Paint(5), (2, 40, 40), in_3d=True).empty, "open above and below"
    renamed = filled(mask, Paint(1), (2, 40, 21))
    assert renamed.where.size == ring.sum(), "a click on a label names what hangs together"


def test_fill_within_a_range_of_hu_needs_no_outline(bleed):
    hu, truth = bleed
    empty = LabelMap.empty(SHAPE)
    edit = filled(empty, Paint(2, gate=HuGate(50, 90)), (2, 40, 38), hu=hu, in_3d=True)
    assert dice(after(edit, empty).labels == 2, truth) > 0.95
    assert set(edit.new_origins) == {Origin.THRESHOLD}
