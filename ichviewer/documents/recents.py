"""Recently opened paths, kept between starts."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ichcore.files import write_text
from ichviewer.base.places import data_folder

_log = logging.getLogger(__name__)

KEPT = 12


@dataclass(frozen=True)
class Recent:
    """One recently opened path.

    Attributes:
        path: folder, archive or file.
        title: what to call it; may hold identity, so it is hidden under privacy.
        when: ISO 8601 time of opening, local.
    """

    path: Path
    title: str
    when: str


def read_recents(file: Path | None = None) -> tuple[Recent, ...]:
    """The recents that still exist, newest first; none if the file is missing or damaged."""
    try:
        data = json.loads((file or _file()).read_text(encoding="utf-8"))
        found = [Recent(Path(str(r["path"])), str(r["title"]), str(r["when"])) for r in data]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("Recents could not be read (%s).", type(error).__name__)
        return ()
    return tuple(recent for recent in found if recent.path.exists())


def with_recent(recents: tuple[Recent, ...], path: Path, title: str) -> tuple[Recent, ...]:
    """Recents with ``path`` in front."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return (Recent(path, title, now), *(r for r in recents if r.path != path))[:KEPT]


def write_recents(recents: tuple[Recent, ...], file: Path | None = None) -> None:
    """Save the recents; a folder that cannot be written is no reason to stop the reading."""
    text = json.dumps([{"path": str(r.path), "title": r.title, "when": r.when} for r in recents], indent=1)
    try:
        write_text(file or _file(), text + "\n")
    except OSError as error:
        _log.warning("Recents could not be saved: %s.", error.strerror)


def _file() -> Path:
    return data_folder() / "recents.json"
