"""Which part of which slice of a mask changed since somebody last looked."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.mask_edit import MaskEdit

KEPT = 64
"""Changes of one slice that are remembered; who has missed more looks at the whole slice."""

MOST_MEASURED = 200_000
"""Of an edit with more voxels a box is as wide as the slice; to look at them all would take longer."""

PlaneBox = tuple[int, int, int, int]
"""``(row0, column0, row1, column1)``, half-open."""


class ChangedBoxes:
    """Counts the changes of every slice and keeps the boxes of the last ones."""

    def __init__(self) -> None:
        self._revisions: dict[int, int] = {}
        self._boxes: dict[int, deque[PlaneBox]] = {}

    def __bool__(self) -> bool:
        return bool(self._revisions)

    def add(self, edit: MaskEdit) -> tuple[int, ...]:
        """Hear of an edit that was made or taken back; the slices that it touches."""
        if edit.empty:
            return ()
        count, rows, columns = edit.shape
        size = rows * columns
        bounds = np.searchsorted(edit.where, np.arange(count + 1, dtype=np.int64) * size)
        slices = np.flatnonzero(np.diff(bounds)).tolist()
        narrow = edit.where.size <= MOST_MEASURED
        for index in slices:
            places = edit.where[bounds[index] : bounds[index + 1]] - np.uint32(index * size)
            left, right = 0, columns
            if narrow:
                across = places % np.uint32(columns)
                left, right = int(across.min()), int(across.max()) + 1
            box = (int(places[0]) // columns, left, int(places[-1]) // columns + 1, right)
            self._revisions[index] = self._revisions.get(index, 0) + 1
            self._boxes.setdefault(index, deque(maxlen=KEPT)).append(box)
        return tuple(slices)

    def revision(self, index: int) -> int:
        """How many changes a slice has seen."""
        return self._revisions.get(index, 0)

    def since(self, index: int, revision: int) -> list[PlaneBox] | None:
        """Boxes of the changes after a revision; ``None`` where not all of them are remembered."""
        missed = self.revision(index) - revision
        boxes = self._boxes.get(index, ())
        if missed > len(boxes) or missed < 0:
            return None
        return list(boxes)[len(boxes) - missed :] if missed else []


@dataclass(frozen=True, eq=False)
class EditedSlice:
    """One slice of the reader's mask, to be drawn.

    Attributes:
        labels: uint8 ``(rows, columns)``; a view that changes under the hand.
        index: of the slice.
        changes: by which a drawing of it is kept up to date.
    """

    labels: NDArray[np.uint8]
    index: int
    changes: ChangedBoxes
