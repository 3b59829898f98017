"""Where the viewer keeps its own files; ``ICHVIEWER_HOME`` puts all of them under one folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

ENVIRONMENT = "ICHVIEWER_HOME"
_NAME = "ichviewer"


def _place(kind: str, default: str) -> Path:
    home = os.environ.get(ENVIRONMENT)
    return Path(home) / kind if home else Path(default)


def config_folder() -> Path:
    """Folder of the preferences."""
    return _place("config", platformdirs.user_config_dir(_NAME, appauthor=False))


def data_folder() -> Path:
    """Folder of recents, measurements and the demo study."""
    return _place("data", platformdirs.user_data_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    """Folder of the log and of crash reports."""
    return _place("log", platformdirs.user_log_dir(_NAME, appauthor=False))
