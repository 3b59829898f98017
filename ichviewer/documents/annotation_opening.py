"""The store of annotations, and the reader's own annotation of a series; for the lane for files alone."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from ichcore.annotations.place import default_store
from ichviewer.documents.reader_names import name_trouble

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.store import Store
    from ichcore.volume import Volume
    from ichviewer.base.settings import Preferences


def reader_name(preferences: Preferences) -> str:
    """Whose annotations they are: the reader's choice, else the login name."""
    chosen = preferences.reader_name.strip()
    if chosen and not name_trouble(chosen):
        return chosen
    return login_name()


def login_name() -> str:
    """The name that this computer knows its user by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reader"  # a machine that knows no user


class AnnotationOpening:
    """Opens the store when it is first needed and keeps it open; SQLAlchemy is imported with it."""

    def __init__(self) -> None:
        self._store: Store | None = None

    @property
    def place(self) -> Path | str:
        """File or URL of the annotations."""
        return default_store()

    @property
    def there(self) -> bool:
        """Whether anything can have been annotated yet; a server always has."""
        place = self.place
        return self._store is not None or isinstance(place, str) or place.exists()

    def store(self) -> Store:
        """The store, opened when it is first asked for.

        Raises:
            StoreError: if it cannot be used.
        """
        from ichcore.annotations.store import Store

        if self._store is None:
            self._store = Store.open(self.place)
        return self._store

    def open(
        self, volume: Volume, reader: str, *, make: bool, model_hidden: bool = False
    ) -> OpenAnnotation | None:
        """The reader's annotation of a series: their adjudication once it is begun, else their read.

        Args:
            volume: the series, decoded.
            reader: whose.
            make: make one where there is none; else ``None``, and nothing is written. Where the series hides
                the model until a read is locked, one is made all the same, so that the read is logged.
            model_hidden: hide the model so in a series that is not known yet.

        Raises:
            StoreError: if the store cannot be used.
        """
        if not make and not self.there:
            return None
        from ichcore.annotations.blinding import Purpose
        from ichcore.annotations.series import AnnotatedSeries

        store, series = self.store(), AnnotatedSeries.of(volume)
        uid = series.series_instance_uid
        begun = {read.purpose for read in store.reads(uid) if read.reader == reader}
        if not (make or begun) and store.may_see_model(uid, reader):
            return None
        purpose = Purpose.ADJUDICATION if Purpose.ADJUDICATION in begun else Purpose.READ
        return store.annotate(series, reader, purpose=purpose, model_hidden=model_hidden)

    def close(self) -> None:
        """Let go of the file."""
        if self._store is not None:
            self._store.close()
            self._store = None
