"""Which series and patient each of RSNA's 750,000 files belongs to: read once from headers, then kept."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

from ichcore.dicom import tags
from ichcore.dicom.elements import read_elements
from ichcore.dicom.header import Header
from ichcore.errors import IchError, InputError
from ichcore.sources import DiskFile, LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ichcore.progress import CancelToken, Progress

_COLUMNS = ("file", "bytes", "patient_id", "series_instance_uid")
_REPORT_EVERY = 500

Entry = tuple[str, str]
"""Patient id and series UID."""


def index_headers(
    images: Path, index: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> tuple[dict[str, Entry], list[LeftOut]]:
    """Patient and series of every ``*.dcm`` in a flat folder.

    Files that the index holds already, with the size they have now, are not opened again, so a stopped run
    goes on where it was.

    Args:
        images: the folder.
        index: a CSV file that is read, and appended to.
        progress: told now and then.
        cancel: looked at between files.

    Returns:
        ``{file name: (patient id, series UID)}`` sorted by name, and files without them.

    Raises:
        InputError: if the folder or the index cannot be read or written.
        CancelledError: if asked to stop.
    """
    try:
        with os.scandir(images) as listing:
            sizes = {e.name: e.stat().st_size for e in listing if e.name.lower().endswith(".dcm")}
    except OSError as error:
        raise InputError(f"{images} cannot be read ({error.strerror or error}).") from error
    known = _read(index)
    entries = {name: known[name][1] for name, size in sizes.items() if known.get(name, (-1,))[0] == size}
    left: list[LeftOut] = []
    missing = sorted(sizes.keys() - entries.keys())
    try:
        index.parent.mkdir(parents=True, exist_ok=True)
        with index.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            if stream.tell() == 0:
                writer.writerow(_COLUMNS)
            for done, name in enumerate(missing, start=1):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                found = _look(images / name)
                if isinstance(found, LeftOut):
                    left.append(found)
                else:
                    entries[name] = found
                    writer.writerow((name, sizes[name], *found))
                if progress is not None and done % _REPORT_EVERY == 0:
                    progress(done, len(missing), "reading headers")
    except OSError as error:
        raise InputError(
            f"The index {index} cannot be written ({error.strerror or error}); make room or choose another "
            "folder, what was read stays."
        ) from error
    return dict(sorted(entries.items())), left


def _look(path: Path) -> Entry | LeftOut:
    try:
        header = Header(read_elements(DiskFile(path, path.name)))
    except (IchError, OSError) as error:
        return LeftOut(path.name, f"Its header cannot be read ({error}).")
    patient, series = header.text(tags.PATIENT_ID), header.text(tags.SERIES_INSTANCE)
    if not patient or not series:
        return LeftOut(path.name, "Its header names no patient or no series.")
    return patient, series


def _read(index: Path) -> dict[str, tuple[int, Entry]]:
    """What an earlier run wrote; a last line that was cut off is passed over."""
    try:
        with index.open(encoding="utf-8", newline="") as stream:
            return {row[0]: (int(row[1]), (row[2], row[3])) for row in _whole(stream)}
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The index {index} cannot be read ({error}); delete it.") from error


def _whole(stream: Iterator[str]) -> Iterator[list[str]]:
    for row in csv.reader(stream):
        if len(row) == len(_COLUMNS) and row[1].isdigit():
            yield row
