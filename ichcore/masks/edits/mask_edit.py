"""One reversible change of a label map."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import GeometryError, IchError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap

_HEADER = struct.Struct("<4sIIIQ")
_MAGIC = b"ICE1"
_BYTES_A_VOXEL = 8
"""Four of its place, two labels, two origins."""


@dataclass(frozen=True, eq=False)
class MaskEdit:
    """Old and new values of the voxels that change, and of no others: memory grows with what changed.

    Attributes:
        name: what the history list calls it, such as ``Brush``.
        shape: of the label map, ``(slices, rows, columns)``.
        where: uint32 ``(n,)`` ascending flat indices.
        old_labels, new_labels, old_origins, new_origins: uint8 ``(n,)``.
    """

    name: str
    shape: tuple[int, int, int]
    where: NDArray[np.uint32]
    old_labels: NDArray[np.uint8]
    new_labels: NDArray[np.uint8]
    old_origins: NDArray[np.uint8]
    new_origins: NDArray[np.uint8]

    @classmethod
    def setting(
        cls,
        name: str,
        label_map: LabelMap,
        where: NDArray[np.integer],
        labels: NDArray[np.uint8] | int,
        origins: NDArray[np.uint8] | int,
    ) -> MaskEdit:
        """The edit that gives voxels these labels and origins; those that have both already are left out.

        Args:
            name: for the history list.
            label_map: as it is; not changed.
            where: ``(n,)`` flat indices, ascending and without duplicates.
            labels: one for all, or ``(n,)``.
            origins: one for all, or ``(n,)``.
        """
        where = np.asarray(where, np.uint32)
        new_labels = np.broadcast_to(np.asarray(labels, np.uint8), where.shape)
        new_origins = np.broadcast_to(np.asarray(origins, np.uint8), where.shape)
        old_labels = label_map.labels.reshape(-1)[where]
        old_origins = label_map.origins.reshape(-1)[where]
        change = (old_labels != new_labels) | (old_origins != new_origins)
        return cls(
            name,
            label_map.shape,
            where[change],
            old_labels[change],
            new_labels[change],
            old_origins[change],
            new_origins[change],
        )

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not self.where.size

    @property
    def slices(self) -> NDArray[np.intp]:
        """Ascending indices of the slices that it touches."""
        starts = np.arange(self.shape[0], dtype=np.uint32) * np.uint32(self.shape[1] * self.shape[2])
        edges = np.append(np.searchsorted(self.where, starts), len(self.where))
        return np.flatnonzero(np.diff(edges))

    def apply(self, label_map: LabelMap) -> None:
        """Write the new values.

        Raises:
            GeometryError: if the label map is of another shape.
        """
        self._write(label_map, self.new_labels, self.new_origins)

    def revert(self, label_map: LabelMap) -> None:
        """Write the old values back.

        Raises:
            GeometryError: if the label map is of another shape.
        """
        self._write(label_map, self.old_labels, self.old_origins)

    def _write(self, label_map: LabelMap, labels: NDArray[np.uint8], origins: NDArray[np.uint8]) -> None:
        if label_map.shape != self.shape:
            raise GeometryError(f"An edit of a mask {self.shape} cannot change one of {label_map.shape}.")
        where = self.where.astype(np.intp)  # once, and not in each of the two lines below
        label_map.labels.reshape(-1)[where] = labels
        label_map.origins.reshape(-1)[where] = origins

    def to_bytes(self) -> bytes:
        """Compressed, without its name; :meth:`from_bytes` reads it back."""
        steps = np.diff(self.where, prepend=np.uint32(0)).astype("<u4")
        body = b"".join(
            part.tobytes()
            for part in (steps, self.old_labels, self.new_labels, self.old_origins, self.new_origins)
        )
        return _HEADER.pack(_MAGIC, *self.shape, len(self.where)) + zlib.compress(body, 1)

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> MaskEdit:
        """Read an edit back.

        Raises:
            IchError: if the bytes are not an edit, whole.
        """
        try:
            magic, *shape, count = _HEADER.unpack_from(data)
            unpacker = zlib.decompressobj()
            body = unpacker.decompress(data[_HEADER.size :], count * _BYTES_A_VOXEL + 1)
        except (struct.error, zlib.error) as error:
            raise IchError(f"The edit {name!r} is damaged ({error}).") from error
        slices, rows, columns = shape
        if magic != _MAGIC or not unpacker.eof or len(body) != count * _BYTES_A_VOXEL:
            raise IchError(f"The edit {name!r} is damaged: {len(body)} bytes for {count} voxels.")
        where = np.cumsum(np.frombuffer(body, "<u4", count), dtype=np.uint64)
        if count and where[-1] >= slices * rows * columns:
            raise IchError(f"The edit {name!r} reaches beyond its mask.")
        values = np.frombuffer(body, np.uint8, offset=4 * count).reshape(4, count)
        return cls(name, (slices, rows, columns), where.astype(np.uint32), *values)
