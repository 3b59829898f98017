"""One action of a reader: what undo takes back at once, and what the journal stores at once."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.annotations.change import BoxChange, changes_of, from_json, to_json
from ichcore.errors import IchError, StoreError
from ichcore.masks.edits.mask_edit import MaskEdit

if TYPE_CHECKING:
    from ichcore.annotations.change import Change
    from ichcore.annotations.contents import Contents
    from ichcore.masks.edits.label_map import LabelMap

_LENGTH = struct.Struct("<I")
_BYTES_A_VOXEL = 8


@dataclass(frozen=True, eq=False)
class Step:
    """An edit of the mask, changes of answers, boxes and notes, or several of them that belong together.

    Attributes:
        name: what the history list calls it.
        mask: of the voxels; ``None`` where none change.
        changes: of the rest, in order.
    """

    name: str
    mask: MaskEdit | None = None
    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, edit: MaskEdit) -> Step:
        """A step that is one edit of the mask."""
        return cls(edit.name, edit)

    @classmethod
    def between(cls, name: str, old: Contents, new: Contents) -> Step:
        """The step from some contents to others; both masks are of one shape, and neither is changed."""
        here, there = _stated(old), _stated(new)
        changes = []
        for key in here | there:
            before, after = here.get(key), there.get(key)
            if before != after:
                changes.append(from_json([*json.loads(key), before, after]))
        where = _differing(old.mask, new.mask)
        labels, origins = (part.reshape(-1)[where] for part in (new.mask.labels, new.mask.origins))
        edit = MaskEdit.setting(name, old.mask, where, labels, origins)
        return cls(name, None if edit.empty else edit, tuple(changes))

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not self.changes and (self.mask is None or self.mask.empty)

    @property
    def memory(self) -> int:
        """About how many bytes it holds."""
        return (0 if self.mask is None else len(self.mask.where) * _BYTES_A_VOXEL) + 500 * len(self.changes)

    @property
    def slices(self) -> tuple[int, ...]:
        """Slices whose voxels change, ascending."""
        return () if self.mask is None else tuple(self.mask.slices.tolist())

    def apply(self, contents: Contents) -> None:
        """Have the new values.

        Raises:
            GeometryError: if the mask is of another shape.
        """
        if self.mask is not None:
            self.mask.apply(contents.mask)
        for change in self.changes:
            change.apply(contents)

    def revert(self, contents: Contents) -> None:
        """Have the old values back.

        Raises:
            GeometryError: if the mask is of another shape.
        """
        if self.mask is not None:
            self.mask.revert(contents.mask)
        for change in reversed(self.changes):
            change.reversed().apply(contents)

    def onto(self, contents: Contents) -> Step:
        """The same new values over contents that changed in the meantime, such as after a conflict.

        Boxes that it draws get other numbers where one of theirs is taken by now.
        """
        edit = self.mask
        if edit is not None:
            edit = MaskEdit.setting(edit.name, contents.mask, edit.where, edit.new_labels, edit.new_origins)
        drawn = {c.number for c in self.changes if isinstance(c, BoxChange) and c.old is None}
        shift = max(contents.boxes) + 1 if drawn & contents.boxes.keys() else 0
        changes = (
            replace(change, number=change.number + shift)
            if isinstance(change, BoxChange) and change.old is None
            else change.onto(contents)
            for change in self.changes
        )
        return replace(self, mask=edit, changes=tuple(changes))

    def to_bytes(self) -> bytes:
        """Without its name; :meth:`from_bytes` reads it back."""
        stated = json.dumps([to_json(c) for c in self.changes], separators=(",", ":")).encode()
        return _LENGTH.pack(len(stated)) + stated + (b"" if self.mask is None else self.mask.to_bytes())

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> Step:
        """Read a step back.

        Raises:
            StoreError: if the bytes are not a step, whole.
        """
        try:
            (length,) = _LENGTH.unpack_from(data)
            end = _LENGTH.size + length
            changes = tuple(from_json(stated) for stated in json.loads(data[_LENGTH.size : end]))
            mask = MaskEdit.from_bytes(name, data[end:]) if len(data) > end else None
        except (struct.error, ValueError, KeyError, TypeError, IchError) as error:
            raise StoreError(f"The entry {name!r} of the journal is damaged ({error}).") from error
        return cls(name, mask, changes)


def _stated(contents: Contents) -> dict[str, Any]:
    """What contents hold beside the mask, by what it is of; all as JSON."""
    changes = (to_json(change) for change in changes_of(contents))
    return {json.dumps([what, key]): new for what, key, _, new in changes}


def _differing(old: LabelMap, new: LabelMap) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Flat indices of voxels whose label or origin is another, slice by slice: most slices are alike."""
    plane = old.shape[1] * old.shape[2]
    found = [
        np.flatnonzero((old.labels[i] != new.labels[i]) | (old.origins[i] != new.origins[i])) + i * plane
        for i in range(old.shape[0])
    ]
    return np.concatenate(found) if found else np.zeros(0, np.intp)
