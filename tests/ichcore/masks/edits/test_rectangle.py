"""Handles of boxes."""

from hypothesis import given
from hypothesis import strategies as st

from ichcore.masks.edits.rectangle import Handle, dragged, handle_at, spanned

SHAPE = (40, 50)
RECTANGLES = st.tuples(st.integers(0, 39), st.integers(0, 49), st.integers(1, 40), st.integers(1, 50)).filter(
    lambda r: r[0] < r[2] and r[1] < r[3]
)


@given(RECTANGLES, st.sampled_from(Handle), st.integers(-60, 60), st.integers(-60, 60))
def test_a_dragged_box_stays_in_the_slice_and_keeps_a_pixel(rectangle, handle, rows, columns):
    row0, column0, row1, column1 = dragged(rectangle, handle, rows, columns, SHAPE)
    assert 0 <= row0 < row1 <= 40
    assert 0 <= column0 < column1 <= 50
    if handle is Handle.INSIDE:
        assert (row1 - row0, column1 - column0) == (rectangle[2] - rectangle[0], rectangle[3] - rectangle[1])
    if handle.value[0] > 0:
        assert row0 == rectangle[0]
    if handle.value[1] == 0 and handle is not Handle.INSIDE:
        assert (column0, column1) == (rectangle[1], rectangle[3])


@given(RECTANGLES)
def test_the_corner_and_the_middle_are_found(rectangle):
    row0, column0, row1, column1 = rectangle
    assert handle_at(rectangle, row0 - 0.5, column0 - 0.5, 2.0) is Handle.TOP_LEFT
    assert handle_at(rectangle, row1 - 0.5, column1 + 0.5, 2.0) is Handle.BOTTOM_RIGHT
    assert handle_at(rectangle, (row0 + row1 - 1) / 2, (column0 + column1 - 1) / 2, 2.0) is Handle.INSIDE
    assert handle_at(rectangle, row0 - 4.0, column0, 2.0) is None


def test_a_resize_moves_the_dragged_ends_alone():
    assert dragged((5, 6, 10, 12), Handle.TOP, -2, 9, SHAPE) == (3, 6, 10, 12)
    assert dragged((5, 6, 10, 12), Handle.RIGHT, 3, 4, SHAPE) == (5, 6, 10, 16)
    assert dragged((5, 6, 10, 12), Handle.TOP_LEFT, 99, 99, SHAPE) == (9, 11, 10, 12)
    assert handle_at((5, 6, 25, 32), 4.0, 20.0, 2.0) is Handle.TOP
    assert handle_at((5, 6, 25, 32), 15.0, 33.0, 2.0) is Handle.RIGHT


POINTS = st.tuples(st.floats(-20, 60), st.floats(-20, 70))


@given(POINTS, POINTS)
def test_a_box_spans_the_pixels_of_both_its_corners_whichever_way_it_is_drawn(start, end):
    row0, column0, row1, column1 = spanned(start, end, SHAPE)
    assert spanned(end, start, SHAPE) == (row0, column0, row1, column1)
    assert 0 <= row0 < row1 <= 40
    assert 0 <= column0 < column1 <= 50
    for row, column in (start, end):
        inside = row0 - 0.5 <= row <= row1 - 0.5 and column0 - 0.5 <= column <= column1 - 0.5
        assert inside or not (-0.5 < row < 39.5 and -0.5 < column < 49.5)
