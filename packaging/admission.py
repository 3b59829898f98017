"""Keeps studies and large files out of the project; pre-commit gives it the files that are about to enter.

Nothing that a patient could be in belongs into a repository: DICOM is known by its magic bytes whatever it is
called, NIfTI and archives by their names, since tests make the ones they need. Checkpoints stay small.
"""

from __future__ import annotations

import sys
from pathlib import Path

LARGEST = 16 * 2**20
"""Bytes; the size that a shipped checkpoint may have."""
REFUSED_SUFFIXES = (
    ".dcm",
    ".dicom",
    ".ima",
    ".nii",
    ".nii.gz",
    ".nrrd",
    ".mha",
    ".mhd",
    ".zip",
    ".npy",
    ".npz",
)
REFUSED_NAMES = ("DICOMDIR",)
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".mp4")
PICTURE_FOLDERS = ("docs/images", "resources", "packaging")
"""The only places where pictures may lie: there they show phantoms and icons."""
PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib")


def reason_to_refuse(path: Path) -> str | None:
    """Why a file may not enter, in one sentence; ``None`` where it may."""
    name, posix = path.name.lower(), path.as_posix()
    if path.name in REFUSED_NAMES or name.endswith(REFUSED_SUFFIXES):
        return "looks like a study or an array; tests make theirs, real ones stay outside (ICH_REAL_DATA)."
    if name.endswith(PICKLES):
        return "is a pickle format; weights are safetensors, never code."
    if name.endswith(PICTURE_SUFFIXES) and not posix.startswith(PICTURE_FOLDERS):
        return f"is a picture outside {', '.join(PICTURE_FOLDERS)}; pictures of patients may never enter."
    size = path.stat().st_size
    if size > LARGEST:
        return f"has {size / 2**20:.1f} MB; the largest that may enter has {LARGEST // 2**20} MB."
    with path.open("rb") as stream:
        start = stream.read(132)
    if start[128:132] == b"DICM":
        return "is DICOM by its content; tests make theirs, real ones stay outside (ICH_REAL_DATA)."
    return None


def main(names: list[str]) -> int:
    """Print every refused file with its reason; 1 if there is one."""
    refused = 0
    for name in names:
        path = Path(name)
        reason = reason_to_refuse(path) if path.is_file() else None
        if reason is not None:
            refused = 1
            print(f"{name} {reason}", file=sys.stderr)
    return refused


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
