"""Zip archives: read in place, never unpacked; bombs and members that point elsewhere refused."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from ichcore.errors import InputError, RefusedError
from ichcore.sources import LeftOut, ZipMember

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.sources import ByteSource

MOST_MEMBERS = 50_000
MOST_BYTES = 16 * 2**30
"""Uncompressed bytes of a whole archive."""
FREE_BYTES = 256 * 2**20
"""Below this an archive may be as dense as it likes: a blank slice packs 500 to 1."""
MOST_RATIO = 200
_ENCRYPTED = 0x1
_LINK = 0o120000


def list_archive(path: Path) -> tuple[list[ByteSource], list[LeftOut]]:
    """The members that may be opened, and those that may not.

    Raises:
        InputError: if the archive is damaged.
        RefusedError: if it holds too many members, too many bytes, or packs them too densely to be honest.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(f"{path.name} is not a readable zip archive ({error}); make it anew.") from error
    members = [info for info in archive.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in members)
    if len(members) > MOST_MEMBERS:
        raise RefusedError(
            f"{path.name} holds {len(members):,} files, more than {MOST_MEMBERS:,}; it is not unpacked."
        )
    if total > MOST_BYTES:
        raise RefusedError(
            f"{path.name} would unpack to {total / 2**30:.0f} GiB, more than {MOST_BYTES / 2**30:.0f}; "
            "it is not unpacked."
        )
    packed = max(1, path.stat().st_size)
    if total > FREE_BYTES and total > MOST_RATIO * packed:
        raise RefusedError(
            f"{path.name} would unpack to {total / packed:.0f} times its size, more than {MOST_RATIO}; "
            "that is a zip bomb, not a study."
        )
    sources: list[ByteSource] = []
    left: list[LeftOut] = []
    for info in members:
        reason = _why_not(info)
        if reason:
            left.append(LeftOut(info.filename, reason))
        else:
            sources.append(ZipMember(archive, info.filename, info.file_size))
    return sources, left


def _why_not(info: zipfile.ZipInfo) -> str | None:
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        return "refused: its name points outside the archive"
    if (info.external_attr >> 16) & 0o170000 == _LINK:
        return "refused: a symbolic link inside an archive"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted; unpack the archive with its password first"
    if parts[-1].lower() in (".ds_store", "thumbs.db") or "__MACOSX" in parts:
        return "left by a file browser"
    return None
