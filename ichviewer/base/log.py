"""The log file: what the program did, without who the patient was."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from ichviewer.base.places import log_folder

if TYPE_CHECKING:
    from pathlib import Path

LOG_FILE = "ichviewer.log"
LARGEST = 1_000_000
"""Bytes; a larger log is put aside at the next start, and the one put aside before goes."""

_QUOTED_PATH = re.compile(r"(['\"])(?:[A-Za-z]:)?[/\\][^'\"\n]*\1")
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:\\|~?/|\\\\)(?:[^\s'\"<>|:]+[/\\])*[^\s'\"<>|:,;)]+")
_UID = re.compile(r"\b[0-2](?:\.\d+){5,}\b")


def without_identity(text: str) -> str:
    """``text`` without paths (folders are often named after patients) and without DICOM UIDs."""
    text = _QUOTED_PATH.sub("<path>", text)
    return _UID.sub("<uid>", _PATH.sub("<path>", text))


class _Discreet(logging.Formatter):
    """Formats a record and takes paths and UIDs out of it."""

    def format(self, record: logging.LogRecord) -> str:
        return without_identity(super().format(record))


def start_logging(folder: Path | None = None) -> Path | None:
    """Log to a file in the log folder; returns it, or ``None`` where it cannot be written.

    pydicom and its kin quote file content in their warnings, so only errors of other libraries are kept.
    """
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.getLogger("ichviewer").setLevel(logging.INFO)
    logging.getLogger("ichcore").setLevel(logging.INFO)
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    path = (folder or log_folder()) / LOG_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size > LARGEST:
            path.replace(path.with_suffix(".old.log"))
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        return None
    handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    return path
