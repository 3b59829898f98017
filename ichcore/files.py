"""Files: what ships with the program, and writing so that a failed save never harms the last good one."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.resources
import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


RESEARCH_USE = "Research use only. Not a medical device."
"""Stands on every report and in every exported file."""


@contextlib.contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target``; synced and renamed onto it when the block ends well.

    The folder is synced too, so that after a power cut the target is the new file and not the old one. The
    temporary keeps the target's suffix, since many writers choose their format by it.

    Raises:
        OSError: if the folder cannot be written; the target is untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    suffix = "".join(target.suffixes[-2:])
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}-", suffix=suffix, dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write ``text`` (UTF-8) to ``target`` atomically."""
    with atomic_path(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(target: Path, data: bytes) -> None:
    """Write ``data`` to ``target`` atomically."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(data)


def json_text(value: object) -> str:
    """JSON with ``null`` for every NaN and infinity, and a last line feed."""
    return json.dumps(_finite(value), indent=2, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def sha256_of(path: Path) -> str:
    """Digest of a whole file, hexadecimal.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Have a rename in ``folder`` on the disk; Windows has no such call and writes its journal itself.

    Some network and FUSE file systems refuse: the file itself is synced and in its place there, too.
    """
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    """The process's umask (it can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def resource(*parts: str) -> Path:
    """Path of something that ships in ``resources/``, such as ``resource("models", "compact")``."""
    return Path(str(importlib.resources.files("ichcore.resources"))).joinpath(*parts)
