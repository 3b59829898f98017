"""The folders of an export: copied to be added to, exchanged at once, taken back after a kill."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from ichcore.errors import InputError
from ichcore.export.certificate import read_certificate, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BEFORE = ".before-"
FRESH = ".fresh-"


def copy_to_add(source: Path, target: Path) -> None:
    """The same files in another folder, as links where the file system has them.

    A format replaces a file and never writes into one, so what it changes in the copy stays in the source.

    Raises:
        OSError: if the folder cannot be written.
    """
    shutil.copytree(source, target, dirs_exist_ok=True, copy_function=_linked)


def put_in_place(out: Path, written: Mapping[str, Path], certify: Callable[[], object]) -> None:
    """Exchange every format's folder, then the certificate; all of them, or none where that fails.

    Args:
        out: of the export.
        written: the new folder of each format.
        certify: writes the certificate.

    Raises:
        OSError: if ``out`` cannot be written; it is as it was.
    """
    exchanged: list[str] = []
    try:
        for name, folder in written.items():
            if (out / name).exists():
                (out / name).rename(out / f"{BEFORE}{name}")
            exchanged.append(name)
            folder.rename(out / name)
        certify()
    except BaseException:
        for name in exchanged:
            if (out / name).exists():
                (out / name).rename(written[name])
            if (out / f"{BEFORE}{name}").exists():
                (out / f"{BEFORE}{name}").rename(out / name)
        raise
    for name in exchanged:
        shutil.rmtree(out / f"{BEFORE}{name}", ignore_errors=True)


def take_back(out: Path) -> None:
    """Clear what an export that was killed left: its new folders go, the former ones come back."""
    for path in out.glob(f"{BEFORE}*"):
        place = out / path.name.removeprefix(BEFORE)
        if place.exists() and _certified_files(out, place):
            shutil.rmtree(path, ignore_errors=True)
        else:
            shutil.rmtree(place, ignore_errors=True)
            path.rename(place)
    for path in out.glob(f"{FRESH}*"):
        shutil.rmtree(path, ignore_errors=True)


def _certified_files(out: Path, place: Path) -> bool:
    """Whether a format's folder is the one that the certificate speaks of."""
    try:
        certificate = read_certificate(out)
    except InputError:
        return False
    one = certificate.formats.get(place.name)
    return one is not None and one.files == records_of(place, out)


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
