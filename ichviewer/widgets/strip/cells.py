"""What each cell of the strip says, pooled so that no flagged slice is lost when pixels are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichviewer.widgets.strip.rows import StripRow


@dataclass(frozen=True, eq=False)
class Cells:
    """Columns of the strip, left to right; one a slice, or several slices to a column.

    Attributes:
        first: int ``(columns,)`` first slice of each column.
        last: int ``(columns,)`` last slice, inclusive.
        values: float32 ``(columns, rows)`` highest of the column's slices; NaN where none is known.
        marked: bool ``(columns, rows)`` whether any of the column's slices is marked.
        pending: bool ``(columns,)`` whether a slice of the column is not done yet.
        alone: float32 ``(columns, rows)`` highest of the column's slices by themselves; NaN where the row has
            no such values.
    """

    first: NDArray[np.intp]
    last: NDArray[np.intp]
    values: NDArray[np.float32]
    marked: NDArray[np.bool_]
    pending: NDArray[np.bool_]
    alone: NDArray[np.float32]


def pool(rows: Sequence[StripRow], done: NDArray[np.bool_], columns: int) -> Cells:
    """Pool slices into at most ``columns`` columns by their maximum.

    Args:
        rows: at least one, all of the same slices.
        done: ``(slices,)``.
        columns: how many there is room for; at least 1.
    """
    slices = done.shape[0]
    count = min(slices, max(1, columns))
    starts = np.arange(count) * slices // count
    ends = np.append(starts[1:], slices) - 1
    nothing = np.full(slices, np.nan, np.float32)
    alone = np.stack([nothing if row.alone is None else row.alone for row in rows], axis=1)
    return Cells(
        starts,
        ends,
        _highest(np.stack([row.values for row in rows], axis=1), starts),
        np.logical_or.reduceat(np.stack([row.marked for row in rows], axis=1), starts, axis=0),
        np.logical_or.reduceat(~done, starts),
        _highest(alone, starts),
    )


def _highest(values: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """``(columns, rows)`` maximum of the known values; NaN where none is."""
    highest = np.maximum.reduceat(np.where(np.isnan(values), -1.0, values), starts, axis=0)
    return np.where(highest < 0, np.nan, highest).astype(np.float32)
