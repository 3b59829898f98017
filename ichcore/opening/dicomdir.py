"""DICOMDIR (PS3.10 8, PS3.3 F): the files it names, all inside its own folder."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ichcore.dicom.quiet import PydicomError, quiet_pydicom
from ichcore.errors import InputError
from ichcore.sources import DiskFile, LeftOut

if TYPE_CHECKING:
    from ichcore.sources import ByteSource

_STORAGE_DIRECTORY = b"1.2.840.10008.1.3.10"
LARGEST = 64 * 2**20


def is_dicomdir(path: Path) -> bool:
    """Whether a file is a media storage directory, by its meta information."""
    with path.open("rb") as stream:
        head = stream.read(1024)
    return head[128:132] == b"DICM" and _STORAGE_DIRECTORY in head


def list_dicomdir(path: Path) -> tuple[list[ByteSource], list[LeftOut]]:
    """The files that a DICOMDIR names, and those it may not name or that are missing.

    Raises:
        InputError: if it is damaged or names no file.
    """
    if path.stat().st_size > LARGEST:
        raise InputError(
            f"{path.name} is larger than a DICOMDIR can be; open the folder of its images instead."
        )
    names = _names(path)
    root = path.parent
    real_root = os.path.realpath(root)
    sources: list[ByteSource] = []
    left: list[LeftOut] = []
    for parts in names:
        label = "/".join(parts)
        found = (
            None if any(part in ("", "..", ".") or "/" in part for part in parts) else _locate(root, parts)
        )
        if found is None and any(part in ("..", ".") or "/" in part or part == "" for part in parts):
            left.append(LeftOut(label, "refused: the DICOMDIR points outside its folder"))
        elif found is None:
            left.append(LeftOut(label, "named by the DICOMDIR, but not there"))
        elif Path(real_root) not in Path(os.path.realpath(found)).parents:
            left.append(LeftOut(label, "refused: a symbolic link that leaves the DICOMDIR's folder"))
        else:
            sources.append(DiskFile(found, label))
    return sources, left


def _names(path: Path) -> list[tuple[str, ...]]:
    from pydicom import dcmread

    raw = path.read_bytes()
    try:
        with quiet_pydicom():
            records: Any = dcmread(io.BytesIO(raw), force=True).get("DirectoryRecordSequence") or []
            names = [
                tuple([name] if isinstance(name, str) else name)
                for name in (record.get("ReferencedFileID") for record in records)
                if name
            ]
    except PydicomError as error:
        raise InputError(
            f"{path.name} is damaged ({error.kind}); open the folder of its images instead."
        ) from error
    if not names:
        raise InputError(f"{path.name} names no files; open the folder of its images instead.")
    return list(dict.fromkeys(names))


def _locate(root: Path, parts: tuple[str, ...]) -> Path | None:
    """The named file, whatever case the medium was copied in."""
    exact = root.joinpath(*parts)
    if exact.is_file():
        return exact
    folder = root
    for part in parts:
        try:
            match = next((c for c in folder.iterdir() if c.name.lower() == part.lower()), None)
        except OSError:
            return None
        if match is None:
            return None
        folder = match
    return folder if folder.is_file() else None
