"""The certificate of an export: which files, with what digests, compared how; and whether it still holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ichcore import __version__
from ichcore.errors import InputError
from ichcore.export.annotation_json import annotation_as_json
from ichcore.files import RESEARCH_USE, json_text, sha256_of, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation

SCHEMA = "ichcore.certificate/1"
CERTIFICATE = "certificate.json"
IDENTICAL = "identical"


@dataclass(frozen=True)
class FileRecord:
    """One file of an export.

    Attributes:
        path: relative to the certificate, with forward slashes.
        sha256: of its bytes, hexadecimal.
        bytes: its size.
    """

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class SeriesRecord:
    """One series of a format's folder.

    Attributes:
        series_instance_uid: of the series.
        reader: whose annotation it is.
        revision: of the annotation in its store.
        annotation_sha256: digest of the annotation, see :func:`annotation_sha256`.
        deidentified: whether the patient was taken out before writing.
        at: ISO 8601 time in UTC at which it was written.
    """

    series_instance_uid: str
    reader: str
    revision: int
    annotation_sha256: str
    deidentified: bool
    at: str


@dataclass(frozen=True)
class FormatCertificate:
    """What is certified of one format.

    Attributes:
        name: of the format; its files lie in the folder of that name.
        series_instance_uid: of the series written last.
        reader, revision, annotation_sha256, deidentified, at: of that series, as in :class:`SeriesRecord`.
        program: what wrote it.
        compared: what was compared after reading it back.
        result: ``identical``; an export that is not is never put in place.
        files: every file of the format.
        series: all series in it, the one written last at the end.
    """

    name: str
    series_instance_uid: str
    reader: str
    revision: int
    annotation_sha256: str
    deidentified: bool
    program: str
    at: str
    compared: str
    result: str
    files: tuple[FileRecord, ...]
    series: tuple[SeriesRecord, ...]


@dataclass(frozen=True)
class Certificate:
    """``certificate.json``.

    Attributes:
        formats: by name.
    """

    formats: Mapping[str, FormatCertificate]

    def as_json(self) -> dict[str, Any]:
        """The object that is written (schema ``ichcore.certificate/1``)."""
        return {
            "schema": SCHEMA,
            "program": f"ichcore {__version__}",
            "research_use": RESEARCH_USE,
            "formats": [asdict(one) for one in self.formats.values()],
        }


def annotation_sha256(annotation: Annotation) -> str:
    """Digest of all that an annotation says: its mask, origins, answers, boxes, notes and seconds."""
    digest = hashlib.sha256(json_text(annotation_as_json(annotation)).encode())
    for array in (annotation.mask.labels, annotation.mask.origins):
        digest.update(repr(array.shape).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def records_of(
    folder: Path, base: Path, prefix: str = "", known: Mapping[str, FileRecord] | None = None
) -> tuple[FileRecord, ...]:
    """Every file below a folder, sorted.

    Args:
        folder: to look through.
        base: from which its paths count.
        prefix: put before them.
        known: records that hold already, by path; their files are not read again.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = f"{prefix}{path.relative_to(base).as_posix()}"
            one = None if known is None else known.get(name)
            found.append(one or FileRecord(name, sha256_of(path), path.stat().st_size))
    return tuple(found)


def write_certificate(out: Path, certificate: Certificate) -> Path:
    """Write it atomically into the export's folder."""
    write_text(out / CERTIFICATE, json_text(certificate.as_json()))
    return out / CERTIFICATE


def read_certificate(out: Path) -> Certificate:
    """The certificate of an export.

    Raises:
        InputError: if there is none, or it is damaged.
    """
    path = out / CERTIFICATE
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        if stated["schema"] != SCHEMA:
            raise InputError(f"{path} states schema {stated['schema']!r}; expected {SCHEMA!r}.")
        formats = {}
        for one in stated["formats"]:
            files = tuple(FileRecord(**record) for record in one["files"])
            # those of earlier versions name the last series alone
            last = {field.name: one[field.name] for field in fields(SeriesRecord)}
            series = tuple(SeriesRecord(**record) for record in one.get("series", [last]))
            formats[str(one["name"])] = FormatCertificate(**{**one, "files": files, "series": series})
    except OSError as error:
        raise InputError(
            f"{out} holds no readable {CERTIFICATE} ({error.strerror}); give a folder of ichcore export."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged ({error!r}); export anew.") from error
    return Certificate(formats)


def changed_files(out: Path, certificate: Certificate) -> list[str]:
    """A sentence for each file that is missing, changed, or not certified."""
    said = []
    known = set()
    for one in certificate.formats.values():
        for record in one.files:
            known.add(record.path)
            name = PurePosixPath(record.path)
            if name.is_absolute() or ".." in name.parts:
                said.append(f"{record.path} lies outside the export.")
                continue
            path = out / record.path
            if not path.is_file():
                said.append(f"{record.path} is missing.")
            elif path.stat().st_size != record.bytes or sha256_of(path) != record.sha256:
                said.append(f"{record.path} is not what was certified.")
        folder = out / one.name
        found = (p for p in sorted(folder.rglob("*")) if p.is_file()) if folder.is_dir() else ()
        for path in found:
            name_ = path.relative_to(out).as_posix()
            if name_ not in known:
                said.append(f"{name_} was added after the export was certified.")
    return said
