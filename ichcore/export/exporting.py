"""An export written beside its place, read back, compared, and only then put there."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ichcore import __version__
from ichcore.errors import IchError, InputError
from ichcore.export.certificate import (
    CERTIFICATE,
    IDENTICAL,
    Certificate,
    FormatCertificate,
    annotation_sha256,
    read_certificate,
    records_of,
    write_certificate,
)
from ichcore.export.formats import FORMATS, format_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ichcore.export.material import Material
    from ichcore.progress import CancelToken, Progress

_BEFORE = ".before-"
_FRESH = ".fresh-"


class ReadBackError(IchError):
    """What was read back is not what was written; nothing was put in place.

    Attributes:
        differences: a sentence each.
    """

    def __init__(self, name: str, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        more = f" ({len(differences)} differences)" if len(differences) > 1 else ""
        super().__init__(
            f"The export as {name} is not what was to be written: {differences[0]}{more} Nothing was saved."
        )


def export(
    material: Material,
    out: Path,
    names: Sequence[str],
    *,
    deidentified: bool = False,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Certificate:
    """Write formats into ``OUT/NAME`` each, and ``OUT/certificate.json``.

    All are written to temporary folders in ``out``, read back and compared before the first is put in place;
    earlier formats of the same export that are not asked for stay.

    Args:
        material: what to write.
        out: a new or empty folder, or one of an earlier export.
        names: of :data:`~ichcore.export.formats.FORMATS`, each once.
        deidentified: whether the material was de-identified, for the certificate.
        progress: told after each format.
        cancel: asked before each format.

    Raises:
        ReadBackError: if a format comes back otherwise than it was written; ``out`` is as it was.
        IchError: if a format cannot hold the material, or ``out`` holds something else; ``out`` is as it was.
        OSError: if ``out`` cannot be written; it is as it was.
        CancelledError: if asked to stop; ``out`` is as it was.
    """
    if not names:
        raise InputError(f"No format was asked for; name one of {', '.join(FORMATS)}.")
    formats = {name: format_named(name) for name in dict.fromkeys(names)}
    earlier = _earlier(out)
    fresh = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    _recover(out)
    written: dict[str, Path] = {}
    try:
        for done, (name, form) in enumerate(formats.items(), start=1):
            if cancel is not None:
                cancel.raise_if_cancelled()
            written[name] = folder = out / f"{_FRESH}{name}"
            folder.mkdir()
            if FORMATS[name].joins and (out / name).is_dir():
                shutil.copytree(out / name, folder, dirs_exist_ok=True)
            form.write(material, folder)
            _certify_identical(name, form.differences(material, folder))
            if progress is not None:
                progress(done, len(formats), f"exporting {name}")
        certificate = Certificate(
            {
                **(earlier.formats if earlier is not None else {}),
                **{
                    name: _certified(name, material, folder, deidentified=deidentified)
                    for name, folder in written.items()
                },
            }
        )
        _put_in_place(out, written, lambda: write_certificate(out, certificate))
    except BaseException:
        for folder in written.values():
            shutil.rmtree(folder, ignore_errors=True)
        if fresh:
            with suppress(OSError):
                out.rmdir()
        raise
    return certificate


def _certify_identical(name: str, differences: Sequence[str]) -> None:
    if differences:
        raise ReadBackError(name, differences)


def _certified(name: str, material: Material, folder: Path, *, deidentified: bool) -> FormatCertificate:
    annotation = material.annotation
    return FormatCertificate(
        name=name,
        series_instance_uid=annotation.series_instance_uid,
        reader=annotation.reader,
        revision=annotation.revision,
        annotation_sha256=annotation_sha256(annotation),
        deidentified=deidentified,
        program=f"ichcore {__version__}",
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        compared=FORMATS[name].compared,
        result=IDENTICAL,
        files=tuple(
            type(record)(f"{name}/{record.path}", record.sha256, record.bytes)
            for record in records_of(folder, folder)
        ),
    )


def _earlier(out: Path) -> Certificate | None:
    """The certificate of an earlier export in ``out``.

    Raises:
        InputError: if ``out`` is a file, or a folder of something else.
    """
    if not out.exists():
        return None
    if not out.is_dir():
        raise InputError(f"{out} is a file; give a folder to export into.")
    if (out / CERTIFICATE).exists():
        return read_certificate(out)
    others = [path.name for path in out.iterdir() if not path.name.startswith((_FRESH, _BEFORE))]
    if others:
        raise InputError(
            f"{out} holds {min(others)} and no export; give a new folder, or one of an earlier export."
        )
    return None


def _put_in_place(out: Path, written: dict[str, Path], certify: Callable[[], object]) -> None:
    """Exchange every format's folder, then the certificate; all of them, or none where that fails."""
    exchanged: list[str] = []
    try:
        for name, folder in written.items():
            if (out / name).exists():
                (out / name).rename(out / f"{_BEFORE}{name}")
            exchanged.append(name)
            folder.rename(out / name)
        certify()
    except BaseException:
        for name in exchanged:
            if (out / name).exists():
                (out / name).rename(written[name])
            if (out / f"{_BEFORE}{name}").exists():
                (out / f"{_BEFORE}{name}").rename(out / name)
        raise
    for name in exchanged:
        shutil.rmtree(out / f"{_BEFORE}{name}", ignore_errors=True)


def _recover(out: Path) -> None:
    """Take back what an export that was killed left: the former folders, and none of the new ones."""
    for path in out.glob(f"{_BEFORE}*"):
        place = out / path.name.removeprefix(_BEFORE)
        if place.exists() and _certified_files(out, place):
            shutil.rmtree(path, ignore_errors=True)
        else:
            shutil.rmtree(place, ignore_errors=True)
            path.rename(place)
    for path in out.glob(f"{_FRESH}*"):
        shutil.rmtree(path, ignore_errors=True)


def _certified_files(out: Path, place: Path) -> bool:
    """Whether a format's folder is the one that the certificate speaks of."""
    try:
        certificate = read_certificate(out)
    except InputError:
        return False
    one = certificate.formats.get(place.name)
    return one is not None and one.files == records_of(place, out)
