"""Measurements on disk, one JSON file a series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.documents.measurements import from_json
from ichviewer.documents.series_store import SeriesStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ichviewer.documents.measurements import Measurement

_STORE = SeriesStore("measurements")


def measurement_file(series_uid: str, folder: Path | None = None) -> Path:
    """The file of a series."""
    return _STORE.file(series_uid, folder)


def save_measurements(
    series_uid: str, measurements: Iterable[Measurement], folder: Path | None = None
) -> None:
    """Write a series' measurements; see :meth:`SeriesStore.save`.

    Raises:
        OSError: if the folder cannot be written.
    """
    _STORE.save(series_uid, [m.as_json() for m in measurements], folder)


def load_measurements(series_uid: str, slices: int, folder: Path | None = None) -> tuple[Measurement, ...]:
    """A series' measurements; those on slices it does not have are left out.

    Raises:
        IchError: if the file is damaged.
    """
    found = map(from_json, _STORE.load(series_uid, folder))
    return tuple(m for m in found if 0 <= m.slice_index < slices)
