"""Where bytes come from: a file on disk, a member of a zip archive, or memory; and what was left out."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ichcore.errors import InputError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
)
"""What zipfile raises on damaged, encrypted or strangely packed members."""

LARGEST_FILE = 4 * 2**30
"""Bytes; a larger single file is refused before memory is taken."""


@dataclass(frozen=True)
class LeftOut:
    """A file that became part of no series, and why.

    Attributes:
        file: its path relative to what was opened.
        reason: one sentence for a person.
    """

    file: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """``{"file", "reason"}``, as ``ichcore series`` prints it."""
        return {"file": self.file, "reason": self.reason}


class ByteSource(Protocol):
    """Something that bytes can be read from, by any thread."""

    @property
    def label(self) -> str:
        """Path relative to what was opened; what the user knows the file by."""
        ...

    @property
    def size(self) -> int:
        """Bytes in all."""
        ...

    def head(self, count: int) -> bytes:
        """The first ``count`` bytes, fewer where the source is shorter."""
        ...

    def read(self) -> bytes:
        """All bytes."""
        ...

    def read_into(self, target: memoryview, offset: int) -> int:
        """Fill ``target`` from ``offset`` on; the number of bytes that were there."""
        ...


@dataclass(frozen=True)
class DiskFile:
    """A regular file on disk.

    Attributes:
        path: where it lies.
        label: path relative to what was opened.
    """

    path: Path
    label: str

    @cached_property
    def size(self) -> int:
        """Bytes in all, when first asked."""
        return self.path.stat().st_size

    def head(self, count: int) -> bytes:
        """The first ``count`` bytes, fewer where the file is shorter."""
        with open(self.path, "rb", buffering=0) as stream:  # noqa: PTH123 - Path.open costs a third more
            return stream.read(count) or b""

    def read(self) -> bytes:
        """All bytes.

        Raises:
            RefusedError: if the file is larger than :data:`LARGEST_FILE`.
        """
        if self.size > LARGEST_FILE:
            raise RefusedError(_too_large(self.label, self.size))
        return self.path.read_bytes()

    def read_into(self, target: memoryview, offset: int) -> int:
        """Fill ``target`` from ``offset`` on, without a copy; the number of bytes that were there."""
        done = 0
        with open(self.path, "rb", buffering=0) as stream:  # noqa: PTH123
            stream.seek(offset, os.SEEK_SET)
            while done < len(target):
                count = stream.readinto(target[done:])
                if not count:
                    break
                done += count
        return done


@dataclass(frozen=True)
class ZipMember:
    """A file inside a zip archive; read from there, never unpacked to disk.

    Attributes:
        archive: the opened archive, shared by threads (zipfile locks its position, not its inflating).
        name: the member's name in the archive.
        size: uncompressed bytes as the archive declares them; never more than that are read.
    """

    archive: zipfile.ZipFile
    name: str
    size: int

    @property
    def label(self) -> str:
        """The member's name."""
        return self.name

    def head(self, count: int) -> bytes:
        """The first ``count`` bytes, fewer where the member is shorter."""
        return self._read(count)

    def read(self) -> bytes:
        """All bytes, at most :attr:`size` of them.

        Raises:
            RefusedError: if the member declares more than :data:`LARGEST_FILE`.
        """
        if self.size > LARGEST_FILE:
            raise RefusedError(_too_large(self.label, self.size))
        return self._read(self.size)

    def read_into(self, target: memoryview, offset: int) -> int:
        """Fill ``target`` from ``offset`` on; the number of bytes that were there."""
        data = self._read(offset + len(target))[offset:]
        target[: len(data)] = data
        return len(data)

    def _read(self, count: int) -> bytes:
        try:
            with self.archive.open(self.name) as stream:
                return stream.read(count)
        except _ZIP_ERRORS as error:
            raise InputError(f"{self.name} cannot be unpacked ({error}); make the archive anew.") from error


@dataclass(frozen=True)
class MemoryFile:
    """Bytes already in memory, such as a deflated dataset once inflated."""

    label: str
    data: bytes

    @property
    def size(self) -> int:
        """Bytes in all."""
        return len(self.data)

    def head(self, count: int) -> bytes:
        """The first ``count`` bytes."""
        return self.data[:count]

    def read(self) -> bytes:
        """All bytes."""
        return self.data

    def read_into(self, target: memoryview, offset: int) -> int:
        """Fill ``target`` from ``offset`` on; the number of bytes that were there."""
        part = self.data[offset : offset + len(target)]
        target[: len(part)] = part
        return len(part)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts ``2.dcm`` before ``10.dcm``."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", text)
        if part
    )


def _too_large(label: str, size: int) -> str:
    return (
        f"{label} is {size / 2**30:.1f} GiB, more than the {LARGEST_FILE / 2**30:.0f} GiB a file may be; "
        "split it or open the series it was made from."
    )
