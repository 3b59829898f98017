"""One direction of the midline for all slices of a series, found inside the skull.

A head is symmetric about a plane, and parallel slices cut a plane in parallel lines: the midlines of a series
differ in place alone. Skulls are of uneven shape more often than brains, and the outline of a head with a
flat corner turns its midline by ten degrees; ventricles, falx and sulci of several slices together do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.midline import Midline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CELL_MM = 2.5
"""Places that are compared lie so far apart."""
_ALIKE_HU = 12.0
"""Larger differences count as this one: a bleed must not turn the line [ours]."""
_ALONE_HU = 4.0
"""What a place counts that has nothing on the other side [ours]: less, so that a flat skull may be uneven."""
_TURNS = np.deg2rad(np.arange(-14.0, 14.1, 2.0))
_FINER = np.deg2rad((-1.0, 0.0, 1.0))
_FAR = np.deg2rad(60.0)
"""So far from the outline's angle the cost counts double [ours]."""
_MOVES_MM = np.arange(-9.0, 9.1, 3.0)
_FINER_MM = np.arange(-2.0, 2.1, 1.0)


@dataclass(frozen=True, eq=False)
class Inner:
    """The inside of the skull in one slice.

    Attributes:
        smooth: ``(rows, columns)`` HU without noise, right where it is inside.
        inside: bool of its shape.
        outline: the midline of the head's outline.
        pixel_mm: size of a pixel.
    """

    smooth: NDArray[np.float32]
    inside: NDArray[np.bool_]
    outline: Midline
    pixel_mm: float


def common_angle(slices: Sequence[Inner]) -> float:
    """Angle (see :class:`~ichcore.masks.midline.Midline`) at which the slices together are most symmetric.

    Args:
        slices: of one series; with none the angle is 0.
    """
    scored = [_Slice(one) for one in slices if one.inside.any()]
    if not scored:
        return 0.0
    angle = outline = float(np.median([one.angle for one in scored]))

    def cost(angle: float) -> float:
        beside = 1.0 + ((angle - outline) / _FAR) ** 2
        return float(beside * sum(one.best(angle, _MOVES_MM)[0] for one in scored))

    for turns in (_TURNS, _FINER):
        angle = min((angle + float(turn) for turn in turns), key=cost)
    return angle


def midline_at(one: Inner, angle: float) -> Midline:
    """The midline of a slice at this angle: moved sideways to where both sides are most alike."""
    if not one.inside.any():
        return Midline(one.outline.point, angle)
    scored = _Slice(one)
    _, across = scored.best(angle, _MOVES_MM)
    _, across = scored.best(angle, _FINER_MM, across)
    return Midline((scored.middle, across), angle)


class _Slice:
    """How unlike the two sides of a slice are about a line."""

    def __init__(self, one: Inner) -> None:
        step = max(1, round(CELL_MM / one.pixel_mm))
        places = np.stack(np.nonzero(one.inside[::step, ::step])).astype(np.float32) * step
        if not places.size:
            places = np.argwhere(one.inside).T.astype(np.float32)
        self._one, self._places = one, places
        self._here = one.smooth[places[0].astype(np.intp), places[1].astype(np.intp)]
        self.middle = float(places[0].mean())
        """The row where a line's place is told."""
        self.angle = one.outline.angle
        row, column = one.outline.point
        self._across = column + (self.middle - row) * float(np.tan(self.angle))

    def best(
        self, angle: float, moves_mm: NDArray[np.float64], start: float | None = None
    ) -> tuple[float, float]:
        """Least cost at an angle, and the column where the line then crosses the middle row."""
        start = self._across if start is None else start
        tried = [start + float(move) / self._one.pixel_mm for move in moves_mm]
        return min((self._unlike(angle, across), across) for across in tried)

    def _unlike(self, angle: float, across: float) -> float:
        places = self._places
        away = (places[1] - across) * np.cos(angle) - (places[0] - self.middle) * np.sin(angle)
        turned = np.array([[np.sin(angle)], [-np.cos(angle)]], np.float32)
        at = np.rint(places + 2 * away * turned).astype(np.intp)
        rows, columns = self._one.inside.shape
        within = (at[0] >= 0) & (at[0] < rows) & (at[1] >= 0) & (at[1] < columns)
        at = np.where(within, at, 0)
        there = within & self._one.inside[at[0], at[1]]
        other = self._one.smooth[at[0], at[1]]
        cost = np.where(there, np.minimum(np.abs(self._here - other), _ALIKE_HU), _ALONE_HU)
        return float(cost.sum())
