"""What each cell of the strip says, pooled so that no flagged slice is lost when pixels are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Cells:
    """Columns of the strip, left to right; one a slice, or several slices to a column.

    Attributes:
        first: int ``(columns,)`` first slice of each column.
        last: int ``(columns,)`` last slice, inclusive.
        probability: float32 ``(columns, 6)`` highest of the column's slices; NaN where none is known.
        flagged: bool ``(columns, 6)`` whether any of the column's slices is flagged.
        pending: bool ``(columns,)`` whether a slice of the column is not done yet.
    """

    first: NDArray[np.intp]
    last: NDArray[np.intp]
    probability: NDArray[np.float32]
    flagged: NDArray[np.bool_]
    pending: NDArray[np.bool_]


def pool(
    probabilities: NDArray[np.float32], flags: NDArray[np.bool_], done: NDArray[np.bool_], columns: int
) -> Cells:
    """Pool slices into at most ``columns`` columns by their maximum.

    Args:
        probabilities: ``(slices, 6)``, NaN where not known.
        flags: ``(slices, 6)``.
        done: ``(slices,)``.
        columns: how many there is room for; at least 1.
    """
    slices = probabilities.shape[0]
    count = min(slices, max(1, columns))
    starts = np.arange(count) * slices // count
    ends = np.append(starts[1:], slices) - 1
    known = np.where(np.isnan(probabilities), -1.0, probabilities)
    highest = np.maximum.reduceat(known, starts, axis=0)
    return Cells(
        starts,
        ends,
        np.where(highest < 0, np.nan, highest).astype(np.float32),
        np.logical_or.reduceat(flags, starts, axis=0),
        np.logical_or.reduceat(~done, starts),
    )
