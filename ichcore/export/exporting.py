"""An export written beside its place, read back, compared, and only then put there."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ichcore import __version__
from ichcore.errors import IchError, InputError
from ichcore.export.certificate import (
    CERTIFICATE,
    IDENTICAL,
    Certificate,
    FormatCertificate,
    SeriesRecord,
    annotation_sha256,
    read_certificate,
    records_of,
    write_certificate,
)
from ichcore.export.exchanging import BEFORE, FRESH, copy_to_add, put_in_place, take_back
from ichcore.export.folder_lock import LOCK, alone_in
from ichcore.export.formats import FORMATS, format_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ichcore.export.format import Format
    from ichcore.export.material import Material
    from ichcore.progress import CancelToken, Progress


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
    earlier formats of the same export that are not asked for stay. A format that holds several series keeps
    those that it has, but for this series' own part; one that holds a single series never takes the place of
    another series. Two exports into one folder take turns.

    Args:
        material: what to write.
        out: a new or empty folder, or one of an earlier export.
        names: of :data:`~ichcore.export.formats.FORMATS`, each once.
        deidentified: whether the material was de-identified, for the certificate.
        progress: told after each format.
        cancel: asked before each format, and while another export has the folder.

    Raises:
        ReadBackError: if a format comes back otherwise than it was written; ``out`` is as it was.
        IchError: if a format cannot hold the material, or ``out`` holds something else, or another series
            where there is room for one; ``out`` is as it was.
        OSError: if ``out`` cannot be written; it is as it was.
        CancelledError: if asked to stop; ``out`` is as it was.
    """
    if not names:
        raise InputError(f"No format was asked for; name one of {', '.join(FORMATS)}.")
    formats = {name: format_named(name) for name in dict.fromkeys(names)}
    earlier_export(out)
    with alone_in(out, cancel):
        take_back(out)
        earlier = earlier_export(out)
        uid = material.annotation.series_instance_uid
        _check_company(out, formats, earlier, uid, deidentified=deidentified)
        written: dict[str, Path] = {}
        certified = dict(earlier.formats)
        try:
            for done, (name, form) in enumerate(formats.items(), start=1):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                written[name] = folder = out / f"{FRESH}{name}"
                files = _written(form, material, out / name, folder)
                certified[name] = _certified(
                    name, material, folder, files, earlier.formats.get(name), deidentified=deidentified
                )
                if progress is not None:
                    progress(done, len(formats), f"exporting {name}")
            certificate = Certificate(certified)
            _check_unchanged(out, earlier)
            put_in_place(out, written, lambda: write_certificate(out, certificate))
        except BaseException:
            for folder in written.values():
                shutil.rmtree(folder, ignore_errors=True)
            raise
    return certificate


def _written(form: Format, material: Material, place: Path, folder: Path) -> tuple[Path, ...]:
    """Write one format into a folder of its own, and compare; the files that are not as they were."""
    folder.mkdir()
    if FORMATS[form.name].joins and place.is_dir():
        copy_to_add(place, folder)
    files = form.write(material, folder)
    differences = form.differences(material, folder)
    if differences:
        raise ReadBackError(form.name, differences)
    return files


def _certified(
    name: str,
    material: Material,
    folder: Path,
    written: Sequence[Path],
    earlier: FormatCertificate | None,
    *,
    deidentified: bool,
) -> FormatCertificate:
    """What is certified of a format: its new files by their bytes, those of other series as they were."""
    annotation, joins = material.annotation, FORMATS[name].joins
    changed = {f"{name}/{path.relative_to(folder).as_posix()}" for path in written}
    known = {} if earlier is None or not joins else {one.path: one for one in earlier.files}
    files = records_of(
        folder, folder, f"{name}/", {path: one for path, one in known.items() if path not in changed}
    )
    mine = SeriesRecord(
        annotation.series_instance_uid,
        annotation.reader,
        annotation.revision,
        annotation_sha256(annotation),
        deidentified,
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    others = () if earlier is None or not joins else earlier.series
    return FormatCertificate(
        name=name,
        series_instance_uid=mine.series_instance_uid,
        reader=mine.reader,
        revision=mine.revision,
        annotation_sha256=mine.annotation_sha256,
        deidentified=mine.deidentified,
        program=f"ichcore {__version__}",
        at=mine.at,
        compared=FORMATS[name].compared,
        result=IDENTICAL,
        files=files,
        series=(*(one for one in others if one.series_instance_uid != mine.series_instance_uid), mine),
    )


def earlier_export(out: Path) -> Certificate:
    """The certificate of an earlier export in ``out``; an empty one where there is none.

    Raises:
        InputError: if ``out`` is a file, or a folder of something else.
    """
    if not out.exists():
        return Certificate({})
    if not out.is_dir():
        raise InputError(f"{out} is a file; give a folder to export into.")
    if (out / CERTIFICATE).exists():
        return read_certificate(out)
    others = [p.name for p in out.iterdir() if p.name != LOCK and not p.name.startswith((FRESH, BEFORE))]
    if others:
        raise InputError(
            f"{out} holds {min(others)} and no export; give a new folder, or one of an earlier export."
        )
    return Certificate({})


def _check_unchanged(out: Path, earlier: Certificate) -> None:
    """Refuse to replace what another export wrote, where the file system has no locks.

    Raises:
        InputError: if the certificate is another than before.
    """
    if earlier_export(out) != earlier:
        raise InputError(f"Another export wrote into {out} meanwhile; export again.")


def _check_company(
    out: Path, formats: Iterable[str], earlier: Certificate, uid: str, *, deidentified: bool
) -> None:
    """Refuse to take another series' place, and a folder in which patients would stand beside series without.

    Raises:
        InputError: if a format of one series holds another, or one of several series of the other kind.
    """
    for name in formats:
        if name not in earlier.formats:
            continue
        held = earlier.formats[name]
        if not FORMATS[name].joins:
            if held.series_instance_uid != uid:
                raise InputError(
                    f"{out / name} holds another series, which would be lost; export this one into another "
                    "folder."
                )
        elif any(one.deidentified != deidentified for one in held.series):
            kind = "identified" if deidentified else "de-identified"
            raise InputError(
                f"{out / name} holds {kind} series, and this one is {'' if deidentified else 'not '}"
                "de-identified; export it into another folder."
            )
