"""Which studies a folder holds, before any of them is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def studies_of(folder: Path) -> list[Path]:
    """Folders, archives and NIfTI files in a folder, by name; itself where there is none of them."""
    if not folder.is_dir():
        return [folder]
    inside = [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
        and (path.is_dir() or path.name.lower().endswith((".zip", ".nii", ".nii.gz")))
    ]
    return inside or [folder]
