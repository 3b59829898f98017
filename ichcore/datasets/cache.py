"""A set laid on a model's grid and kept on disk, so that a device never waits for decoding."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.datasets.case_files import ABOUT_FILE, CaseFiles, read_case
from ichcore.datasets.placing import Grid, write_on_grid
from ichcore.datasets.workers import run_jobs
from ichcore.errors import IchError
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.datasets.labelled import CaseSource, SourceCase
    from ichcore.datasets.terms import Terms
    from ichcore.progress import CancelToken, Progress

VERSION = 1
"""Raised where what is written from the same files changes."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, eq=False)
class CachedSet:
    """The cases of a set that could be read, and what could not.

    Attributes:
        name: of the set.
        cases: in the order of the source.
        left_out: the others, each with one sentence why.
    """

    name: str
    cases: list[CaseFiles]
    left_out: list[LeftOut]


def cache_set(
    source: CaseSource,
    grid: Grid,
    root: Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> CachedSet:
    """Decode what is not in the cache yet, and open all.

    A case is made anew where a file it is read from, what a table says of it, or the grid changed. A broken
    case, or one that the disk has no room for, is left out with the reason and does not stop the others.

    Args:
        source: the set.
        grid: of the model.
        root: folder that caches are kept in; the set's goes to ``root/NAME-SIZE-PIXELmm``.
        workers: processes; 1 stays in this one.
        progress: told of each case done.
        cancel: looked at between cases; what is done stays.

    Raises:
        InputError: if the set is not there.
        CancelledError: if asked to stop.
    """
    cases, left = source.cases()
    folder = root / f"{source.name}-{grid.size}-{grid.pixel_mm:g}mm"
    keys: list[str | None] = []
    for case in cases:
        try:
            keys.append(case_key(case, source.terms, grid))
        except OSError as error:
            left.append(LeftOut(case.name, f"It cannot be read ({error.strerror or error})."))
            keys.append(None)
    there = [(case, key) for case, key in zip(cases, keys, strict=True) if key is not None]
    stale = [(case, key) for case, key in there if not _is_fresh(folder / folder_name(case), key)]
    jobs = [(case, source.terms, grid, folder / folder_name(case), key) for case, key in stale]
    broken: set[str] = set()
    done = len(there) - len(stale)
    for index, reason in run_jobs(make_case_files, jobs, workers=workers, cancel=cancel):
        done += 1
        if reason is not None:
            broken.add(stale[index][0].name)
            left.append(LeftOut(stale[index][0].name, reason))
        if progress is not None:
            progress(done, len(there), f"reading {source.name}")
    opened = [read_case(folder / folder_name(case)) for case, _ in there if case.name not in broken]
    return CachedSet(source.name, opened, left)


def make_case_files(case: SourceCase, terms: Terms, grid: Grid, folder: Path, key: str) -> str | None:
    """Read one case and write it to its folder; ``None``, or one sentence why that failed."""
    about = {"key": key, "case": case.name, "patient": case.patient, "terms": terms.as_json()}
    try:
        write_on_grid(case.open(), grid, folder, about)
    except IchError as error:
        reason = str(error)
    except MemoryError:
        reason = "There is not enough memory to open it; use fewer workers."
    except OSError as error:
        if error.errno in _FULL:
            reason = f"The disk of {folder.parent} is full; make room and run again, what is done stays."
        else:
            reason = f"It cannot be read or written ({error.strerror or error})."
    else:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    return reason


def case_key(case: SourceCase, terms: Terms, grid: Grid) -> str:
    """What a case's cache depends on, as a digest: its files' names, sizes and times, its facts, the grid.

    Raises:
        OSError: if a file is not there.
    """
    digest = hashlib.sha256(repr((VERSION, case.name, case.patient, case.facts, terms, grid)).encode())
    for path in case.files:
        stat = path.stat()
        digest.update(f"{path.name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def folder_name(case: SourceCase) -> str:
    """A case's name as a folder's: letters, digits, dots, dashes; others become a dash."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", case.name).strip(".") or "case"


def _is_fresh(folder: Path, key: str) -> bool:
    try:
        about = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(about, dict) and about.get("key") == key
