"""A rough mask or a scribble is drawn to the borders of the picture."""

from itertools import pairwise

import numpy as np
import pytest

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


def test_no_start_is_no_proposal(hu):
    empty = LabelMap.empty(SHAPE)
    found = proposed(empty, even_grid(SHAPE), Paint(5), Region.nothing(), hu, rough=True)
    assert found.region.empty
    assert found.edit.empty
    lone = Brush(500.0).covered(even_grid(SHAPE), Sample(0, 5, 5), Sample(0, 5, 5))
    assert not proposed(empty, even_grid(SHAPE), Paint(5), lone, hu, rough=False).region.empty
