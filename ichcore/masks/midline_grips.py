"""Where a midline can be taken hold of, and the line after it was dragged there."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.midline import Midline

if TYPE_CHECKING:
    from ichcore.masks.midline import Ends, Point

STEEPEST = float(np.deg2rad(60.0))
"""A line is not turned further than this: no head lies so, and a line along a row has no ends."""


class LineGrip(Enum):
    """What a drag moves: one of the ends, which turns the line about the other, or the line as it is."""

    TOP = "top"
    BOTTOM = "bottom"
    LINE = "line"


def grip_at(ends: Ends, point: Point, tolerance: float) -> LineGrip | None:
    """What of a line is under a point: its ends before the rest of it.

    Args:
        ends: (row, column) of both, the upper one first.
        point: (row, column).
        tolerance: how far from it the point may lie, pixels.
    """
    for grip, end in ((LineGrip.TOP, ends[0]), (LineGrip.BOTTOM, ends[1])):
        if max(abs(point[0] - end[0]), abs(point[1] - end[1])) <= tolerance:
            return grip
    return LineGrip.LINE if _distance(ends, point) <= tolerance else None


def dragged_line(ends: Ends, grip: LineGrip, start: Point, to: Point) -> Midline:
    """The line after a drag; its point is the middle between the ends' rows.

    An end follows the drag and the other stays, unless the line would lie flatter than :data:`STEEPEST`. The
    line as a whole moves across itself and is not turned.

    Args:
        ends: (row, column) of both as the drag began, the upper one first.
        grip: what is dragged.
        start: (row, column) where the drag began.
        to: where it is now.
    """
    rows, columns = to[0] - start[0], to[1] - start[1]
    (top, left), (bottom, right) = ends
    if grip is LineGrip.TOP:
        fixed, angle = ends[1], _angle((top + rows, left + columns), ends[1])
    elif grip is LineGrip.BOTTOM:
        fixed, angle = ends[0], _angle(ends[0], (bottom + rows, right + columns))
    else:
        angle = _angle(*ends)
        across = columns * np.cos(angle) - rows * np.sin(angle)
        fixed = (top - across * np.sin(angle), left + across * np.cos(angle))
    (row0, column0), (row1, column1) = between(Midline(fixed, angle), top, bottom)
    return Midline(((row0 + row1) / 2, (column0 + column1) / 2), angle)


def between(line: Midline, top: float, bottom: float) -> Ends:
    """The ends of a line between two rows; (row, column) of both."""
    row, column = line.point
    slope = float(np.tan(line.angle))
    return (top, column + (top - row) * slope), (bottom, column + (bottom - row) * slope)


def _angle(upper: Point, lower: Point) -> float:
    angle = float(np.arctan2(lower[1] - upper[1], max(lower[0] - upper[0], 1e-9)))
    return min(max(angle, -STEEPEST), STEEPEST)


def _distance(ends: Ends, point: Point) -> float:
    (row0, column0), (row1, column1) = ends
    down, right = row1 - row0, column1 - column0
    length = down**2 + right**2
    share = 0.0 if length == 0 else ((point[0] - row0) * down + (point[1] - column0) * right) / length
    share = min(max(share, 0.0), 1.0)
    return float(np.hypot(point[0] - row0 - share * down, point[1] - column0 - share * right))
