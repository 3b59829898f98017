"""What a reader leaves on a series, on disk: one JSON file a series and kind."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ichcore.errors import IchError
from ichcore.files import write_text
from ichviewer.base.places import data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class SeriesStore:
    """Entries of one kind, such as ``measurements``, which names their folder, list and schema."""

    kind: str

    def file(self, series_uid: str, folder: Path | None = None) -> Path:
        """The file of a series; named by a digest, since UIDs from outside may be anything."""
        digest = hashlib.sha256(series_uid.encode()).hexdigest()[:32]
        return (folder or data_folder() / self.kind) / f"{digest}.json"

    def save(self, series_uid: str, entries: Sequence[dict[str, Any]], folder: Path | None = None) -> None:
        """Write a series' entries atomically; without any, the file goes away.

        Raises:
            OSError: if the folder cannot be written.
        """
        file = self.file(series_uid, folder)
        if not entries:
            file.unlink(missing_ok=True)
            return
        content = {
            "schema": f"ichviewer.{self.kind}/1",
            "series_instance_uid": series_uid,
            self.kind: entries,
        }
        write_text(file, json.dumps(content, indent=1) + "\n")

    def load(self, series_uid: str, folder: Path | None = None) -> list[Any]:
        """A series' entries as they were written; none where there is no file.

        Raises:
            IchError: if the file is damaged.
        """
        file = self.file(series_uid, folder)
        try:
            return list(json.loads(file.read_text(encoding="utf-8"))[self.kind])
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IchError(
                f"The stored {self.kind} of this series ({file.name}) cannot be read; new ones replace them."
            ) from error
