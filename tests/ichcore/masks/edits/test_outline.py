"""Polygons and lassos by the even-odd rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.outline import LASSO, enclosed_by, outlined
from ichcore.masks.edits.paint import Paint

SHAPE = (2, 80, 90)


def inside(points):
    found = np.zeros(SHAPE, bool)
    region = enclosed_by(points, 1, SHAPE)
    found[region.box] = region.inside
    return found[1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 85), st.floats(-5, 95)), min_size=3, max_size=8))
def test_a_pixel_is_inside_where_a_ray_crosses_the_outline_an_odd_number_of_times(points):
    expected = np.zeros(SHAPE[1:], bool)
    columns = np.arange(SHAPE[2])
    for (r0, c0), (r1, c1) in zip(points, points[1:] + points[:1], strict=True):
        for row in range(SHAPE[1]):
            if min(r0, r1) <= row < max(r0, r1):
                expected[row] ^= columns >= c0 + (row - r0) / (r1 - r0) * (c1 - c0)
    found = inside(points)
    assert (found != expected).sum() <= len(points), "but for centres that lie on the outline itself"


@given(st.floats(3, 40), st.floats(3, 40), st.floats(10, 30), st.floats(10, 30))
def test_the_area_of_a_rectangle_is_right(height, width, row, column):
    corners = [(row, column), (row, column + width), (row + height, column + width), (row + height, column)]
    assert abs(inside(corners).sum() - height * width) <= height + width + 1


def test_the_area_of_a_circle_is_right():
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    circle = np.stack([40 + 30 * np.sin(angle), 45 + 30 * np.cos(angle)], axis=1)
    assert inside(circle).sum() == pytest.approx(np.pi * 900, rel=0.01)


def test_what_is_gone_around_twice_is_outside():
    angle = np.linspace(0, 4 * np.pi, 400, endpoint=False)
    radius = np.where(angle < 2 * np.pi, 30, 15)
    twice = np.stack([40 + radius * np.sin(angle), 45 + radius * np.cos(angle)], axis=1)
    found = inside(twice)
    assert not found[40, 45]
    assert found[40, 65]


def test_neighbours_share_no_pixel_and_leave_none_out():
    left, right = [(10, 10), (10, 20), (30, 20), (30, 10)], [(10, 20), (10, 31), (30, 31), (30, 20)]
    both = inside(left).astype(int) + inside(right)
    assert both.max() == 1
    assert both[10:30, 10:31].all()


def test_a_lasso_is_named_and_too_few_points_enclose_nothing():
    empty = LabelMap.empty(SHAPE)
    assert outlined(empty, Paint(1), 0, [(1, 1), (5, 5)]).empty
    assert outlined(empty, Paint(1), 0, [(-9, -9), (-9, -5), (-5, -5)]).empty
    assert outlined(empty, Paint(1), 0, [(1, 1), (9, 1), (9, 9)], name=LASSO).name == "Lasso"
