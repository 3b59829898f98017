"""The files behind a path: a folder's, an archive's, a DICOMDIR's or the one; nothing outside of it."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from ichcore.errors import InputError, RefusedError
from ichcore.opening.archive import list_archive
from ichcore.opening.dicomdir import is_dicomdir, list_dicomdir
from ichcore.sources import DiskFile, LeftOut

if TYPE_CHECKING:
    from ichcore.progress import CancelToken
    from ichcore.sources import ByteSource

MOST_FILES = 100_000
"""Files looked at below one folder; more is a whole disk, not a study."""
_CLUTTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))


def list_sources(path: Path, *, cancel: CancelToken | None = None) -> tuple[list[ByteSource], list[LeftOut]]:
    """What may hold images, and what was left out already.

    Raises:
        InputError: if the path does not exist or cannot be read.
        RefusedError: if it holds too many files or a hostile archive.
    """
    try:
        kind = path.stat().st_mode
    except OSError as error:
        raise InputError(
            f"{path} cannot be opened ({error.strerror or 'no such path'}); check the name and try again."
        ) from error
    if stat.S_ISDIR(kind):
        return _list_folder(path, cancel)
    if not stat.S_ISREG(kind):
        raise InputError(f"{path.name} is neither a file nor a folder; open a folder, zip or file.")
    try:
        if zipfile.is_zipfile(path) and not _is_dicom(path):
            return list_archive(path)
        if is_dicomdir(path):
            return list_dicomdir(path)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error}).") from error
    return [DiskFile(path, path.name)], []


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(132)[128:] == b"DICM"


def _list_folder(root: Path, cancel: CancelToken | None) -> tuple[list[ByteSource], list[LeftOut]]:
    sources: list[ByteSource] = []
    left: list[LeftOut] = []
    real_root = os.path.realpath(root)
    pending = [(os.fspath(root), "")]
    while pending:
        folder, prefix = pending.pop()
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            with os.scandir(folder) as listing:
                children = sorted(listing, key=lambda child: child.name)
        except OSError as error:
            if not prefix:
                raise InputError(f"{root.name} cannot be read ({error.strerror or error}).") from error
            left.append(LeftOut(prefix.rstrip("/"), f"the folder cannot be read ({error.strerror or error})"))
            continue
        deeper: list[tuple[str, str]] = []
        for child in children:
            label = prefix + child.name
            reason = _why_not_followed(child, real_root)
            if reason:
                left.append(LeftOut(label, reason))
            elif child.is_dir(follow_symlinks=False):
                deeper.append((child.path, label + "/"))
            else:
                sources.append(DiskFile(Path(child.path), label))
        pending += reversed(deeper)
        if len(sources) > MOST_FILES:
            raise RefusedError(
                f"{root.name} holds more than {MOST_FILES:,} files; open the folder of one patient or study."
            )
    return sources, left


def _why_not_followed(child: os.DirEntry[str], real_root: str) -> str | None:
    """Why a folder's entry is not opened, or ``None``."""
    if child.is_symlink():
        return _why_not_linked(os.path.realpath(child.path), real_root)
    if child.is_dir(follow_symlinks=False):
        return None
    if not child.is_file(follow_symlinks=False):
        return "neither a file nor a folder"
    return "left by a file browser" if child.name.lower() in _CLUTTER else None


def _why_not_linked(target: str, real_root: str) -> str | None:
    """Why a symbolic link is not followed to its target, or ``None``."""
    if Path(real_root) not in Path(target).parents:
        return "refused: a symbolic link that leaves the folder"
    if not Path(target).is_file():
        return "a symbolic link to a folder or to nothing; the folder itself is looked at"
    return None
