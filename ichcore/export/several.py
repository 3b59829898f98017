"""Stored annotations of many series as one export: what holds several in one folder, the rest by series.

::

    OUT/coco, rsna, nnunet     all series
    OUT/ich_0123456789ab/seg   formats that hold one series, in a folder a series with its own certificate
    OUT/certificate.json
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ichcore.annotations.place import default_store
from ichcore.annotations.store import Store
from ichcore.errors import CancelledError, IchError
from ichcore.export.certificate import CERTIFICATE, Certificate, read_certificate, write_certificate
from ichcore.export.exporting import earlier_export, export
from ichcore.export.folder_lock import alone_in
from ichcore.export.formats import FORMATS
from ichcore.export.nnunet import case_name
from ichcore.export.stored import said_reads
from ichcore.opening import find_series
from ichcore.opening.studies import studies_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ichcore.export.material import Material
    from ichcore.progress import CancelToken, Progress


@dataclass(frozen=True)
class StoredSeries:
    """An annotated series, and what it is opened from."""

    path: Path
    series_instance_uid: str


@dataclass(frozen=True)
class Exported:
    """What became of one series.

    Attributes:
        series_instance_uid: as the source has it.
        reader: whose annotation.
        revision: of it.
        folder: of formats that hold one series, in the export; empty without such.
        trouble: why it was left out; empty where it was exported.
    """

    series_instance_uid: str
    reader: str = ""
    revision: int = 0
    folder: str = ""
    trouble: str = ""


def find_stored(
    path: Path,
    store: Path | str | None = None,
    *,
    reader: str = "",
    done: bool = False,
    series: Sequence[str] = (),
    cancel: CancelToken | None = None,
) -> tuple[list[StoredSeries], list[str]]:
    """Annotated series below a path, and the UIDs of those that are not there.

    Args:
        path: a folder of studies, or anything that can be opened.
        store: file or URL of the store; ``None`` for the user's own.
        reader: whose annotations; anybody's where empty.
        done: only of reads that are over, see :func:`~ichcore.export.stored.said_reads`.
        series: these alone, whether anything is stored of them or not; all where empty.
        cancel: asked between studies.

    Raises:
        StoreError: if the store cannot be read.
        CancelledError: if asked to stop.
    """
    wanted = dict.fromkeys(series or _annotated(store, reader, done=done))
    found: dict[str, Path] = {}
    studies = studies_of(path)
    for study in (*studies, *(() if studies == [path] else (path,))):
        if found.keys() >= wanted.keys():
            break
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            there = find_series(study, cancel=cancel).series
        except IchError:
            continue  # a folder of something else
        for entry in there:
            if entry.series_instance_uid in wanted:
                found.setdefault(entry.series_instance_uid, study)
    return (
        [StoredSeries(found[uid], uid) for uid in wanted if uid in found],
        [uid for uid in wanted if uid not in found],
    )


def export_several(
    wanted: Iterable[StoredSeries],
    out: Path,
    names: Sequence[str],
    material_of: Callable[[StoredSeries], Material],
    *,
    deidentified: bool = False,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Certificate, list[Exported]]:
    """Export one series after the other; one that cannot be exported is left out, and the others go on.

    Args:
        wanted: the series.
        out: a new or empty folder, or one of an earlier export.
        names: of formats.
        material_of: opens a series and gives what is written.
        deidentified: whether it was de-identified.
        progress: told after each series.
        cancel: asked before each format.

    Returns:
        The certificate of ``out``, and what became of each series.

    Raises:
        InputError: if ``out`` holds something else.
        OSError: if ``out`` cannot be written; the series before are exported.
        CancelledError: likewise, if asked to stop.
    """
    joint = [name for name in names if FORMATS[name].joins]
    alone = [name for name in names if not FORMATS[name].joins]
    earlier_export(out)
    with alone_in(out, cancel):
        if not (out / CERTIFICATE).is_file():
            write_certificate(out, earlier_export(out))
    told: list[Exported] = []
    listed = list(wanted)
    for number, one in enumerate(listed, start=1):
        try:
            material = material_of(one)
            folder = case_name(material) if alone else ""
            if alone:
                export(material, out / folder, alone, deidentified=deidentified, cancel=cancel)
            if joint:
                export(material, out, joint, deidentified=deidentified, cancel=cancel)
            annotation = material.annotation
            told.append(Exported(one.series_instance_uid, annotation.reader, annotation.revision, folder))
        except CancelledError:
            raise
        except IchError as error:
            told.append(Exported(one.series_instance_uid, trouble=str(error)))
        if progress is not None:
            progress(number, len(listed), "exporting series")
    return read_certificate(out), told


def _annotated(store: Path | str | None, reader: str, *, done: bool) -> list[str]:
    where = default_store() if store is None else store
    if isinstance(where, Path) and not where.is_file():
        return []  # asking for an export makes no store
    opened = Store.open(where)
    try:
        return [read.series_instance_uid for read in said_reads(opened, None, reader, done=done)]
    finally:
        opened.close()
