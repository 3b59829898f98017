"""Measurements on disk, one JSON file a series."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ichcore.errors import IchError
from ichcore.files import write_text
from ichviewer.base.places import data_folder
from ichviewer.documents.measurements import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ichviewer.documents.measurements import Measurement

SCHEMA = "ichviewer.measurements/1"


def measurement_file(series_uid: str, folder: Path | None = None) -> Path:
    """The file of a series; named by a digest, since UIDs from outside may be anything."""
    digest = hashlib.sha256(series_uid.encode()).hexdigest()[:32]
    return (folder or data_folder() / "measurements") / f"{digest}.json"


def save_measurements(
    series_uid: str, measurements: Iterable[Measurement], folder: Path | None = None
) -> None:
    """Write a series' measurements atomically; without any, the file goes away.

    Raises:
        OSError: if the folder cannot be written.
    """
    file = measurement_file(series_uid, folder)
    stored = [measurement.as_json() for measurement in measurements]
    if not stored:
        file.unlink(missing_ok=True)
        return
    content = {"schema": SCHEMA, "series_instance_uid": series_uid, "measurements": stored}
    write_text(file, json.dumps(content, indent=1) + "\n")


def load_measurements(series_uid: str, slices: int, folder: Path | None = None) -> tuple[Measurement, ...]:
    """A series' measurements; those on slices it does not have are left out.

    Raises:
        IchError: if the file is damaged.
    """
    file = measurement_file(series_uid, folder)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        entries = list(content["measurements"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IchError(
            f"The stored measurements of this series ({file.name}) cannot be read; new ones replace them."
        ) from error
    return tuple(m for m in map(from_json, entries) if 0 <= m.slice_index < slices)
