"""The store of annotations, and the reader's own annotation of a series; for the lane for files alone."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from ichviewer.base.places import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.store import Store
    from ichcore.volume import Volume
    from ichviewer.base.settings import Preferences

FILE = "annotations.sqlite"


def reader_name(preferences: Preferences) -> str:
    """Whose annotations they are: the reader's choice, else the login name."""
    if preferences.reader_name:
        return preferences.reader_name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reader"  # a machine that knows no user


class AnnotationOpening:
    """Opens the store when it is first needed and keeps it open; SQLAlchemy is imported with it."""

    def __init__(self) -> None:
        self._store: Store | None = None

    @property
    def file(self) -> Path:
        """Where annotations are."""
        return data_folder() / FILE

    def open(self, volume: Volume, reader: str, *, make: bool) -> OpenAnnotation | None:
        """The reader's annotation of a series.

        Args:
            volume: the series, decoded.
            reader: whose.
            make: make one where there is none; else ``None``, and nothing is written.

        Raises:
            StoreError: if the store cannot be used.
        """
        if not make and self._store is None and not self.file.exists():
            return None
        from ichcore.annotations.series import AnnotatedSeries
        from ichcore.annotations.store import Store

        if self._store is None:
            self._store = Store.open(self.file)
        series = AnnotatedSeries.of(volume)
        reads = self._store.reads(series.series_instance_uid)
        if not make and not any(read.reader == reader for read in reads):
            return None
        return self._store.annotate(series, reader)

    def close(self) -> None:
        """Let go of the file."""
        if self._store is not None:
            self._store.close()
            self._store = None
