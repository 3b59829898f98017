"""What may be a reader's name: it stands in the store, in exports and in DICOM reports."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

LONGEST = 64
"""Characters of a component group of DICOM's person names (PS3.5 6.2)."""


def name_trouble(name: str) -> str:
    """Why a text cannot be a reader's name, in one sentence; empty where it can, or is empty."""
    if len(name) > LONGEST:
        return _tr("A name has at most {0} characters; this has {1}.").format(LONGEST, len(name))
    if not name.isprintable() or "\\" in name or "=" in name:
        return _tr("A name has no line breaks, control characters, backslash or equals sign.")
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("readers", text)
