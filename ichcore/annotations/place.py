"""Where a user's own store of annotations is; viewer and command line share it."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

HOME = "ICHVIEWER_HOME"
"""Environment variable that puts everything the viewer keeps under one folder."""
STORE = "ICHCORE_STORE"
"""Environment variable with another place: a file, or ``postgresql://name@server/database`` for a team."""
FILE_NAME = "annotations.sqlite"


def store_at(stated: str) -> Path | str:
    """A store as a person states it: a URL stays one, anything else is a file."""
    return stated if "://" in stated else Path(stated)


def default_store() -> Path | str:
    """File or URL of the store that is used unless told otherwise."""
    stated, home = os.environ.get(STORE), os.environ.get(HOME)
    if stated:
        return store_at(stated)
    folder = Path(home) / "data" if home else Path(platformdirs.user_data_dir("ichviewer", appauthor=False))
    return folder / FILE_NAME
