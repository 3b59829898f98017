"""The midline of a series as a reader set it: one direction, and its place on the slices where it was put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.masks.midline import Midline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.masks.midline import Point


@dataclass(frozen=True)
class CorrectedMidline:
    """Parallel lines, as parallel slices cut them out of a plane.

    Attributes:
        angle: of all of them, see :class:`~ichcore.masks.midline.Midline`.
        places: by position of a slice (mm, or its number), a (row, column) that its line goes through; at
            least one.
    """

    angle: float
    places: Mapping[float, Point]

    def at(self, position: float) -> Midline:
        """The line of a slice: between two places it goes on evenly, beyond the last it stays as there."""
        known = sorted(self.places)
        row, column = (
            float(np.interp(position, known, [self.places[p][axis] for p in known])) for axis in (0, 1)
        )
        return Midline((row, column), self.angle)


def with_line(known: CorrectedMidline | None, position: float, line: Midline) -> CorrectedMidline:
    """The midline once it is put on one slice.

    Args:
        known: as it was before; ``None`` where it was nowhere.
        position: of the slice.
        line: its direction holds for all slices from now on, its place for this one and towards the others.
    """
    places = {} if known is None else known.places
    return CorrectedMidline(line.angle, {**places, position: line.point})
