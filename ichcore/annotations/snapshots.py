"""Contents at some revision, so that opening need not read the whole journal. Only a cache."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import delete, insert, select

from ichcore.annotations.change import changes_of, from_json, to_json
from ichcore.annotations.contents import Contents
from ichcore.annotations.schema import SNAPSHOTS
from ichcore.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from ichcore.masks.edits.label_map import LabelMap

KEPT = 2
"""The newest, and one for the case that it is damaged."""
_LENGTH = struct.Struct("<I")
_Rectangle = tuple[int, int, int, int]


@dataclass(eq=False)
class PackedSlices:
    """The slices of a mask, compressed; only those that changed are compressed again.

    Attributes:
        parts: by slice index, the rectangle that holds all of a slice's labels and origins, and both of it
            compressed; empty slices are missing.
        stale: slices that changed since.
    """

    parts: dict[int, tuple[_Rectangle, bytes]] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)

    def renew(self, mask: LabelMap) -> None:
        """Compress what is stale."""
        for index in sorted(self.stale):
            labels, origins = mask.labels[index], mask.origins[index]
            used = (labels | origins) > 0
            rows, columns = np.flatnonzero(used.any(axis=1)), np.flatnonzero(used.any(axis=0))
            if not rows.size:
                self.parts.pop(index, None)
                continue
            row0, row1 = int(rows[0]), int(rows[-1]) + 1
            column0, column1 = int(columns[0]), int(columns[-1]) + 1
            cut = (slice(row0, row1), slice(column0, column1))
            both = labels[cut].tobytes() + origins[cut].tobytes()
            self.parts[index] = ((row0, column0, row1, column1), zlib.compress(both, 1))
        self.stale.clear()


def pack(contents: Contents, packed: PackedSlices) -> bytes:
    """Contents as bytes.

    Args:
        contents: all of them.
        packed: of their mask; renewed.
    """
    packed.renew(contents.mask)
    indices = sorted(packed.parts)
    stated = {
        "shape": contents.mask.shape,
        "changes": [to_json(change) for change in changes_of(contents)],
        "slices": [[index, packed.parts[index][0], len(packed.parts[index][1])] for index in indices],
    }
    head = json.dumps(stated, separators=(",", ":")).encode()
    return _LENGTH.pack(len(head)) + head + b"".join(packed.parts[index][1] for index in indices)


def unpack(data: bytes) -> tuple[Contents, PackedSlices]:
    """Read contents back.

    Raises:
        StoreError: if the bytes are not contents, whole.
    """
    try:
        (length,) = _LENGTH.unpack_from(data)
        at = _LENGTH.size + length
        stated = json.loads(data[_LENGTH.size : at])
        slices, rows, columns = stated["shape"]
        contents, packed = Contents.empty((slices, rows, columns)), PackedSlices()
        for change in stated["changes"]:
            from_json(change).apply(contents)
        for index, (row0, column0, row1, column1), size in stated["slices"]:
            part = data[at : at + size]
            at += size
            both = np.frombuffer(zlib.decompress(part), np.uint8).reshape(2, row1 - row0, column1 - column0)
            contents.mask.labels[index, row0:row1, column0:column1] = both[0]
            contents.mask.origins[index, row0:row1, column0:column1] = both[1]
            packed.parts[index] = ((row0, column0, row1, column1), part)
    except (struct.error, zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise StoreError(f"A snapshot is damaged ({error}).") from error
    return contents, packed


def keep(connection: Connection, annotation: int, revision: int, chain_digest: bytes, data: bytes) -> None:
    """Store packed contents, and drop all but the newest :data:`KEPT`."""
    of_annotation = SNAPSHOTS.c.annotation_id == annotation
    connection.execute(delete(SNAPSHOTS).where(of_annotation, SNAPSHOTS.c.revision == revision))
    connection.execute(
        insert(SNAPSHOTS).values(
            annotation_id=annotation, revision=revision, digest=_digest(chain_digest, data), data=data
        )
    )
    stored = connection.execute(
        select(SNAPSHOTS.c.revision).where(of_annotation).order_by(SNAPSHOTS.c.revision.desc())
    )
    old = list(stored.scalars())[KEPT:]
    if old:
        connection.execute(delete(SNAPSHOTS).where(of_annotation, SNAPSHOTS.c.revision.in_(old)))


def whole(
    connection: Connection, annotation: int, digests: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[int, Contents, PackedSlices]]:
    """Those that are whole and belong to these entries, the newest first.

    Args:
        connection: reading.
        annotation: its id.
        digests: revision and digest of the journal's entries.
    """
    entries = dict(digests)
    stored = connection.execute(
        select(SNAPSHOTS.c.revision, SNAPSHOTS.c.digest)
        .where(SNAPSHOTS.c.annotation_id == annotation)
        .order_by(SNAPSHOTS.c.revision.desc())
    ).all()
    for revision, digest in stored:
        if revision not in entries:
            continue
        data = connection.execute(
            select(SNAPSHOTS.c.data).where(
                SNAPSHOTS.c.annotation_id == annotation, SNAPSHOTS.c.revision == revision
            )
        ).scalar_one()
        if bytes(digest) == _digest(entries[revision], bytes(data)):
            yield (revision, *unpack(bytes(data)))


def _digest(chain_digest: bytes, data: bytes) -> bytes:
    return hashlib.sha256(chain_digest + data).digest()
