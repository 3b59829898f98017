"""A midline is taken hold of where it is seen, and a drag leaves the rest of it in place."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ichcore.masks.corrected_midline import with_line
from ichcore.masks.midline import Midline
from ichcore.masks.midline_grips import STEEPEST, LineGrip, between, dragged_line, grip_at

LINES = st.builds(Midline, st.tuples(st.floats(100, 400), st.floats(100, 400)), st.floats(-0.6, 0.6))
MOVES = st.tuples(st.floats(-150, 150), st.floats(-150, 150))
TOP, BOTTOM = 60.0, 450.0


@given(LINES, MOVES)
def test_a_turned_line_keeps_its_other_end_and_follows_the_dragged_one(line, move):
    ends = between(line, TOP, BOTTOM)
    for grip, held, fixed in ((LineGrip.TOP, 0, 1), (LineGrip.BOTTOM, 1, 0)):
        to = (ends[held][0] + move[0], ends[held][1] + move[1])
        after = dragged_line(ends, grip, ends[held], to)
        assert abs(after.angle) <= STEEPEST
        assert np.allclose(between(after, ends[fixed][0], BOTTOM + 1)[0], ends[fixed], atol=1e-6)
        if abs(after.angle) < STEEPEST:
            assert np.allclose(between(after, to[0], BOTTOM + 1)[0], to, atol=1e-6)


@given(LINES, MOVES)
def test_a_shifted_line_is_not_turned_and_goes_through_where_the_mouse_is(line, move):
    ends = between(line, TOP, BOTTOM)
    start = between(line, 200.0, BOTTOM)[0]
    to = (start[0] + move[0], start[1] + move[1])
    after = dragged_line(ends, LineGrip.LINE, start, to)
    assert abs(after.angle - line.angle) < 1e-9
    assert np.allclose(between(after, to[0], BOTTOM + 1)[0], to, atol=1e-6)


@given(LINES)
def test_ends_are_found_before_the_line_and_nothing_beside_it(line):
    ends = between(line, TOP, BOTTOM)
    assert grip_at(ends, ends[0], 5.0) is LineGrip.TOP
    assert grip_at(ends, ends[1], 5.0) is LineGrip.BOTTOM
    assert grip_at(ends, between(line, 250.0, BOTTOM)[0], 5.0) is LineGrip.LINE
    assert grip_at(ends, (250.0, between(line, 250.0, BOTTOM)[0][1] + 9.0), 5.0) is None
    assert grip_at(ends, (TOP - 20.0, ends[0][1]), 5.0) is None


@given(LINES, LINES, st.floats(0, 100))
def test_a_corrected_line_holds_for_all_slices_and_goes_on_evenly_between_two(first, second, position):
    one = with_line(None, 0.0, first)
    assert one.at(position) == first
    two = with_line(one, 100.0, second)
    assert two.at(-5.0) == Midline(first.point, second.angle)
    assert two.at(120.0) == second
    share = position / 100
    expected = [a + (b - a) * share for a, b in zip(first.point, second.point, strict=True)]
    assert np.allclose(two.at(position).point, expected)
