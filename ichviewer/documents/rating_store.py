"""Ratings of heat maps on disk, one JSON file a series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.documents.ratings import from_json
from ichviewer.documents.series_store import SeriesStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ichviewer.documents.ratings import Rating

_STORE = SeriesStore("ratings")


def rating_file(series_uid: str, folder: Path | None = None) -> Path:
    """The file of a series."""
    return _STORE.file(series_uid, folder)


def save_ratings(series_uid: str, ratings: Iterable[Rating], folder: Path | None = None) -> None:
    """Write a series' ratings; see :meth:`SeriesStore.save`.

    Raises:
        OSError: if the folder cannot be written.
    """
    _STORE.save(series_uid, [rating.as_json() for rating in ratings], folder)


def load_ratings(series_uid: str, slices: int, folder: Path | None = None) -> tuple[Rating, ...]:
    """A series' ratings; those of slices it does not have are left out.

    Raises:
        IchError: if the file is damaged.
    """
    found = map(from_json, _STORE.load(series_uid, folder))
    return tuple(rating for rating in found if 0 <= rating.of.slice_index < slices)
