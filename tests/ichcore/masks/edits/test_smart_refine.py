"""A rough mask or a scribble is drawn to the borders of the picture."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.masks.edits.brush import Brush, Sample
from ichcore.masks.edits.connected import component
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import Paint
from ichcore.masks.edits.region import Region, joined
from ichcore.masks.edits.smart_refine import DENSE_CRF, RANDOM_WALKER, proposed
from tests.ichcore.masks.edits._masks import after, disk, even_grid, label_map

SHAPE = (2, 100, 100)
TRUTH = disk((100, 100), (50, 48), 16) | disk((100, 100), (56, 60), 11)


@pytest.fixture(scope="module")
def hu():
    noise = np.random.default_rng(2).normal(0, 5, SHAPE)
    picture = np.where(TRUTH, 64, 32) + noise
    picture[:, :6] = 1200
    return picture.astype(np.int16)


def dice(a, b):
    return 2 * (a & b).sum() / (a.sum() + b.sum())


@pytest.mark.parametrize("by", [DENSE_CRF, RANDOM_WALKER])
def test_a_rough_mask_comes_to_lie_on_the_bleed(hu, by):
    rough = disk((100, 100), (44, 50), 17)
    mask = label_map(np.stack([rough, np.zeros_like(rough)]) * 2, Origin.MODEL)
    start = component(mask, (0, 44, 50))
    found = proposed(mask, even_grid(SHAPE), Paint(2), start, hu, rough=True, by=by)
    drawn = after(found.edit, mask)
    assert dice(rough, TRUTH) < 0.75
    assert dice(drawn.labels[0] == 2, TRUTH) > 0.93
    shown = np.zeros(SHAPE, bool)
    shown[found.region.box] = found.region.inside
    assert np.array_equal(shown, drawn.labels == 2)
    assert set(found.edit.new_origins) == {Origin.THRESHOLD}
    assert not drawn.labels[1].any(), "other slices are left alone"


@pytest.mark.parametrize("by", [DENSE_CRF, RANDOM_WALKER])
def test_a_scribble_is_enough(hu, by):
    empty, grid = LabelMap.empty(SHAPE), even_grid(SHAPE)
    way = [Sample(0, 46, 40), Sample(0, 52, 50), Sample(0, 58, 62)]
    scribble = joined(Brush(1.0).covered(grid, a, b) for a, b in pairwise(way))
    found = proposed(empty, grid, Paint(5), scribble, hu, rough=False, by=by)
    drawn = after(found.edit, empty).labels
    assert dice(drawn[0] == 5, TRUTH) > 0.93
    assert drawn[scribble.box][scribble.inside].all(), "what was drawn by hand stays"


@pytest.fixture(scope="module")
def large():
    """A uniform bleed of 24 cm² in brain, at pixels of 0.9 mm, that lies at the skull; and where it is."""
    rows, columns = np.indices((200, 200))
    from_middle = np.hypot((rows - 100) / 95, (columns - 100) / 80)
    bleed = (np.hypot((rows - 90) / 34, (columns - 138) / 28) < 1) & (from_middle < 0.9)
    picture = np.where(from_middle < 1, 1100.0, -1000.0)
    picture[from_middle < 0.9] = 35
    picture[bleed] = 65
    # the rim of bone that shares its pixels with brain has the HU of blood
    picture[(from_middle >= 0.9) & (from_middle < 0.915)] = 70
    picture[from_middle < 0.915] += np.random.default_rng(3).normal(0, 4, int((from_middle < 0.915).sum()))
    grid = even_grid((1, 200, 200))
    return picture.astype(np.int16)[None], bleed, replace(grid, pixel=(0.9, 0.9))


@settings(max_examples=8, deadline=None)
@given(row=st.integers(70, 108), column=st.integers(124, 146), by=st.sampled_from([DENSE_CRF, RANDOM_WALKER]))
def test_a_short_scribble_fills_a_large_bleed_to_its_border(large, row, column, by):
    hu, bleed, grid = large
    scribble = Brush(2.0).covered(grid, Sample(0, row, column - 5), Sample(0, row, column + 5))
    found = proposed(LabelMap.empty(hu.shape), grid, Paint(2), scribble, hu, rough=False, by=by).region
    drawn = np.zeros(hu.shape, bool)
    drawn[found.box] = found.inside
    assert dice(drawn[0], bleed) > 0.93
    assert (drawn & (hu > 200)).sum() == 0, "bone is no bleed"


@pytest.mark.parametrize("by", [DENSE_CRF, RANDOM_WALKER])
def test_a_scribble_in_even_brain_does_not_take_the_brain(large, by):
    hu, _, grid = large
    scribble = Brush(2.0).covered(grid, Sample(0, 150, 70), Sample(0, 150, 82))
    found = proposed(LabelMap.empty(hu.shape), grid, Paint(2), scribble, hu, rough=False, by=by).region
    assert found.inside.sum() * 0.81 < 1500, "so many mm²; the reach around the scribble, and no more"


def test_no_start_is_no_proposal(hu):
    empty = LabelMap.empty(SHAPE)
    found = proposed(empty, even_grid(SHAPE), Paint(5), Region.nothing(), hu, rough=True)
    assert found.region.empty
    assert found.edit.empty
    lone = Brush(500.0).covered(even_grid(SHAPE), Sample(0, 5, 5), Sample(0, 5, 5))
    assert not proposed(empty, even_grid(SHAPE), Paint(5), lone, hu, rough=False).region.empty
