"""What was done to a mask, in order, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit

MOST_BYTES = 256 * 2**20
BYTES_A_VOXEL = 8
"""Of an edit in memory: four of its place, two labels, two origins."""


class History:
    """Edits of one label map with a position between them; the oldest are forgotten when memory runs out.

    Args:
        label_map: that the edits are of; changed by undo, redo and :meth:`go_to`.
        most_bytes: that all edits together may hold. The newest stays, however large.
    """

    def __init__(self, label_map: LabelMap, most_bytes: int = MOST_BYTES) -> None:
        self._label_map, self._most_bytes = label_map, most_bytes
        self._edits: list[MaskEdit] = []
        self._bytes = 0
        self.position = 0
        """How many of the edits are in the label map."""
        self.forgotten = 0
        """How many can no longer be undone."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of all edits that are kept, oldest first; those from :attr:`position` on are undone."""
        return tuple(edit.name for edit in self._edits)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return self.position < len(self._edits)

    def commit(self, edit: MaskEdit) -> None:
        """Apply an edit and keep it; what was undone is lost. An empty one leaves everything as it is.

        Raises:
            GeometryError: if it is of a mask of another shape.
        """
        if edit.empty:
            return
        edit.apply(self._label_map)
        self._bytes -= sum(_bytes(one) for one in self._edits[self.position :])
        del self._edits[self.position :]
        self._edits.append(edit)
        self._bytes += _bytes(edit)
        while self._bytes > self._most_bytes and len(self._edits) > 1:
            self._bytes -= _bytes(self._edits.pop(0))
            self.forgotten += 1
        self.position = len(self._edits)

    def undo(self) -> MaskEdit | None:
        """Take back the last edit and return it; ``None`` where there is none."""
        if not self.can_undo:
            return None
        self.position -= 1
        edit = self._edits[self.position]
        edit.revert(self._label_map)
        return edit

    def redo(self) -> MaskEdit | None:
        """Apply the edit again that was taken back last, and return it; ``None`` where there is none."""
        if not self.can_redo:
            return None
        edit = self._edits[self.position]
        edit.apply(self._label_map)
        self.position += 1
        return edit

    def go_to(self, position: int) -> list[MaskEdit]:
        """Undo or redo until this many edits are in the label map; the edits on the way, in their order."""
        wanted = min(max(position, 0), len(self._edits))
        step = self.undo if wanted < self.position else self.redo
        done = [step() for _ in range(abs(wanted - self.position))]
        return [edit for edit in done if edit is not None]


def _bytes(edit: MaskEdit) -> int:
    return edit.where.size * BYTES_A_VOXEL
