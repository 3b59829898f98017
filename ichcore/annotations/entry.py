"""One entry of the journal, chained to the one before it by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry says happened."""

    STEP = "step"
    """The reader did something; the body is the :class:`~ichcore.annotations.step.Step`."""
    UNDO = "undo"
    """The step of revision ``target`` was taken back."""
    REDO = "redo"
    """The step of revision ``target`` was done again."""
    LOCK = "lock"
    """A read was locked; the body says which :class:`~ichcore.annotations.blinding.Stage` of it."""
    RECOVERED = "recovered"
    """The entries after revision ``target`` are damaged, and it goes on from there."""


@dataclass(frozen=True)
class Entry:
    """What is stored of an entry beside its body.

    Attributes:
        revision: 1 for the first of an annotation, then ascending.
        at: ISO 8601 time in UTC.
        kind: what happened.
        name: what the history list calls it.
        target: revision that an undo, a redo or a recovery is of.
        body_digest: SHA-256 of the body.
        digest: SHA-256 of the previous entry's digest and everything above.
    """

    revision: int
    at: str
    kind: EntryKind
    name: str
    target: int | None
    body_digest: bytes
    digest: bytes

    @classmethod
    def after(
        cls,
        previous: bytes,
        revision: int,
        at: str,
        kind: EntryKind,
        name: str,
        target: int | None,
        body: bytes,
    ) -> Entry:
        """An entry that follows the one with the digest ``previous``."""
        body_digest = hashlib.sha256(body).digest()
        digest = _digest(previous, revision, at, kind, name, target, body_digest)
        return cls(revision, at, kind, name, target, body_digest, digest)

    def follows(self, previous: bytes) -> bool:
        """Whether it is whole and was written after the entry with the digest ``previous``."""
        return self.digest == _digest(
            previous, self.revision, self.at, self.kind, self.name, self.target, self.body_digest
        )

    def holds(self, body: bytes) -> bool:
        """Whether a body is the one that was written with it."""
        return hashlib.sha256(body).digest() == self.body_digest


def origin_digest(series_instance_uid: str, reader: str, purpose: str, began_at: str) -> bytes:
    """What the first entry follows: an annotation's journal cannot be passed off as another's."""
    return hashlib.sha256(json.dumps([series_instance_uid, reader, purpose, began_at]).encode()).digest()


def _digest(
    previous: bytes, revision: int, at: str, kind: str, name: str, target: int | None, body_digest: bytes
) -> bytes:
    stated = json.dumps([revision, at, str(kind), name, target]).encode()
    return hashlib.sha256(previous + body_digest + stated).digest()
