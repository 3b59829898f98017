"""A stroke covers what the tip passes over, shows it at once, and is one step of the history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import InputError
from ichcore.masks.edits.brush import Brush, Sample
from ichcore.masks.edits.hu_gate import HuGate
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import OVER_BACKGROUND, Paint
from ichcore.masks.edits.stroke import Stroke
from tests.ichcore.masks.edits._masks import SHAPE, blobs, even_grid, grids, label_map

POINTS = st.lists(st.tuples(st.floats(-3, 15), st.floats(-3, 17)), min_size=1, max_size=6)


def capsules(grid, index, points, radius, *, ball):
    """Distance from every voxel to the path, by brute force."""
    k, rows, columns = np.indices(grid.shape, dtype=float)
    rows = (rows + grid.shifts[:, 0, None, None] - grid.shifts[index, 0]) * grid.pixel[0]
    columns = (columns + grid.shifts[:, 1, None, None] - grid.shifts[index, 1]) * grid.pixel[1]
    height = (grid.positions - grid.positions[index])[:, None, None] + 0 * k
    best = np.full(grid.shape, np.inf)
    in_mm = [np.array(point) * grid.pixel for point in points]
    for a, b in zip(in_mm, in_mm[1:] or in_mm, strict=False):
        way = b - a
        length = float(way @ way)
        t = np.clip(((rows - a[0]) * way[0] + (columns - a[1]) * way[1]) / length, 0, 1) if length else 0.0
        away = (rows - a[0] - t * way[0]) ** 2 + (columns - a[1] - t * way[1]) ** 2 + height**2
        best = np.minimum(best, away)
    inside = np.sqrt(best)
    if not ball:
        inside[np.arange(grid.shape[0]) != index] = np.inf
    return inside


@settings(max_examples=60, deadline=None)
@given(grids(), st.integers(0, 3), POINTS, st.floats(0.6, 4.0), st.booleans())
def test_a_stroke_is_the_union_of_its_capsules(grid, index, points, radius, ball):
    empty = LabelMap.empty(SHAPE)
    stroke = Stroke(empty, grid, Brush(radius, ball=ball), Paint(2))
    for point in points:
        stroke.add(index, *point).apply(empty)
    away = capsules(grid, index, points, radius, ball=ball)
    reach = max(radius, 0.5 * max(grid.pixel))
    painted = empty.labels == 2
    assert painted[away < reach - 1e-3].all()
    under = {(round(r), round(c)) for r, c in points}
    for at in np.argwhere(painted & (away > reach + 1e-3)):
        assert (at[0], (at[1], at[2])) in [(index, one) for one in under], "at most the pixel under the tip"


@settings(max_examples=40, deadline=None)
@given(blobs(), grids(), POINTS, st.integers(0, 6), st.booleans())
def test_small_edits_sum_up_to_the_one_of_the_history(mask, grid, points, label, ball):
    before = mask.copy()
    stroke = Stroke(mask, grid, Brush(1.5, ball=ball), Paint(label, over=frozenset({0, 2, 3})))
    for number, point in enumerate(points):
        stroke.add(number // 3, *point).apply(mask)
    whole = stroke.end()
    shown = mask.copy()
    whole.apply(mask)
    assert np.array_equal(mask.labels, shown.labels), "applied again it changes nothing"
    whole.revert(mask)
    assert np.array_equal(mask.labels, before.labels)
    assert np.array_equal(mask.origins, before.origins)
    whole.apply(mask)
    assert np.array_equal(mask.origins, shown.origins)


def test_a_ball_is_round_in_mm_in_uneven_and_sheared_series():
    from ichcore.masks.edits.voxel_grid import VoxelGrid
    from ichcore.volume import Geometry

    positions = np.array([0.0, 2.0, 3.0, 7.0])
    geometry = Geometry((4, 60, 60), np.outer(positions, [0.0, 0.5, 1.0]), pixel_spacing_mm=(0.5, 0.5))
    grid = VoxelGrid.of(geometry)
    region = Brush(4.0, ball=True).covered(grid, Sample(1, 30, 30), Sample(1, 30, 30))
    painted = np.zeros(grid.shape, bool)
    painted[region.box] = region.inside
    for index in range(4):
        height = positions[index] - positions[1]
        expected = np.pi * max(16 - height**2, 0)
        assert painted[index].sum() * 0.25 == pytest.approx(expected, rel=0.06, abs=1.0)
        if expected:
            assert np.argwhere(painted[index])[:, 0].mean() == pytest.approx(30 - height, abs=0.6)


def test_a_thin_brush_leaves_no_gap():
    empty = LabelMap.empty((1, 64, 64))
    grid = even_grid(empty.shape)
    stroke = Stroke(empty, grid, Brush(0.01), Paint(1))
    for point in ((2.0, 2.0), (40.4, 21.7), (11.2, 60.0)):
        stroke.add(0, *point).apply(empty)
    from scipy import ndimage

    assert ndimage.label(empty.labels[0], np.ones((3, 3)))[1] == 1
    assert empty.labels[0, 2, 2] == empty.labels[0, 40, 22] == empty.labels[0, 11, 60] == 1


def test_an_eraser_changes_what_has_a_label_and_nothing_else():
    mask = label_map(np.pad(np.full((1, 4, 4), 5), ((0, 0), (4, 4), (4, 4))), Origin.MODEL)
    stroke = Stroke(mask, even_grid(mask.shape), Brush(50.0), Paint(0))
    edit = stroke.add(0, 6, 6)
    assert edit.where.size == 16
    assert stroke.end().name == "Eraser"
    edit.apply(mask)
    assert not mask.labels.any()
    assert (mask.origins == Origin.HUMAN).sum() == 16, "somebody looked"


def test_painting_over_the_models_voxels_makes_them_a_readers_and_never_the_other_way():
    mask = label_map(np.ones((1, 8, 8)), Origin.MODEL)
    hu = np.full(mask.shape, 60, np.int16)
    grid = even_grid(mask.shape)
    Stroke(mask, grid, Brush(50.0), Paint(1)).add(0, 4, 4).apply(mask)
    assert (mask.origins == Origin.HUMAN).all()
    assert Stroke(mask, grid, Brush(50.0), Paint(1, gate=HuGate(50, 70)), hu).add(0, 4, 4).empty


def test_a_soft_brush_follows_the_picture_at_its_rim():
    rng = np.random.default_rng(0)
    hu = np.full((1, 60, 60), 32.0)
    hu[:, :, 30:] = 65
    hu = (hu + rng.normal(0, 5, hu.shape)).astype(np.int16)
    empty = LabelMap.empty(hu.shape)
    grid = even_grid(hu.shape)

    def painted(hardness):
        edit = Stroke(empty, grid, Brush(10.0, hardness), Paint(2), hu).add(0, 30, 37)
        return np.isin(np.arange(hu.size), edit.where).reshape(hu.shape)[0]

    hard, soft = painted(1.0), painted(0.3)
    assert hard[:, :30].sum() > 200
    assert soft[:, :29].sum() < 0.05 * hard[:, :29].sum(), "brain beside the border is left alone"
    assert soft[:, 31:].sum() > 0.9 * hard[:, 31:].sum()


def test_pressure_makes_the_tip_smaller():
    grid = even_grid((1, 60, 60))
    light, full = (
        Brush(8.0).covered(grid, Sample(0, 30, 30, p), Sample(0, 30, 30, p)).inside.sum() for p in (0.5, 1.0)
    )
    assert light == pytest.approx(full / 4, rel=0.1)


def test_what_makes_no_sense_is_refused():
    empty = LabelMap.empty(SHAPE)
    for wrong in (lambda: Brush(0.0), lambda: Brush(1.0, 1.5), lambda: Paint(7), lambda: HuGate(5, 4)):
        with pytest.raises(InputError):
            wrong()
    with pytest.raises(InputError, match="soft"):
        Stroke(empty, even_grid(), Brush(1.0, 0.5), Paint(1)).add(0, 3, 3)
    with pytest.raises(InputError, match="HU"):
        Stroke(empty, even_grid(), Brush(1.0), Paint(1, gate=HuGate(0, 5))).add(0, 3, 3)


def test_beside_the_picture_nothing_is_painted():
    empty = LabelMap.empty(SHAPE)
    stroke = Stroke(empty, even_grid(), Brush(1.0), Paint(1, over=OVER_BACKGROUND))
    assert stroke.add(0, -50, 400).empty
    assert not stroke.add(0, 5, 5).empty, "on its way in it paints"
