"""Budget: a stroke is on the disk within 8 ms, and an annotation of 512×512×300 opens within 200 ms.

500 strokes on as many slices as a large bleed covers, each committed before the next; the time of undo, of an
operation on all 300 slices and its undo, and of opening from a snapshot and from the journal alone. A commit
waits for the disk, so the bare cost of SQLite's own synced transaction is measured beside it.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from _report import report, summary

from ichcore.annotations.schema import SNAPSHOTS
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.store import Store
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.annotations.open_annotation import OpenAnnotation

SHAPE = (300, 512, 512)
STROKES, BLEED, RADIUS = 500, 60, 14
COMMIT_MS, OPEN_MS, UNDO_MS = 8.0, 200.0, 50.0


def took(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def stroke(annotation: OpenAnnotation, dice: np.random.Generator) -> MaskEdit:
    """A disc drawn along a line, on one slice of the bleed."""
    index = 120 + int(dice.integers(BLEED))
    row, column = dice.integers(180, 300, 2)
    rows, columns = np.mgrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 30]
    inside = rows**2 + np.minimum(columns**2, (columns - 29) ** 2) <= RADIUS**2
    where = index * 512 * 512 + (rows[inside] + row) * 512 + columns[inside] + column
    return MaskEdit.setting("Brush", annotation.contents.mask, where, 5, Origin.HUMAN)


def every_slice(annotation: OpenAnnotation) -> MaskEdit:
    """A block of 60×60 on all 300 slices."""
    block = np.zeros(SHAPE, bool)
    block[:, 200:260, 200:260] = True
    return MaskEdit.setting("Fill", annotation.contents.mask, np.flatnonzero(block), 2, Origin.HUMAN)


def synced(path: Path) -> list[float]:
    """The bare cost of a transaction of 2 kB that is on the disk when it returns, ms."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE x (y BLOB)")
    times = [took(lambda: connection.execute("INSERT INTO x VALUES (?)", (b"y" * 2000,))) for _ in range(200)]
    connection.close()
    return times


def main() -> None:
    """Measure, and print the report."""
    series = AnnotatedSeries("1.2.3", tuple(f"1.2.3.{i}" for i in range(SHAPE[0])), SHAPE)
    dice = np.random.default_rng(0)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        disk = summary(synced(Path(name) / "bare.sqlite"))
        store = Store.open(Path(name) / "store.sqlite")
        annotation = store.annotate(series, "ada")
        accepting, storing = [], []
        for _ in range(STROKES):
            edit = stroke(annotation, dice)
            accepting.append(took(lambda edit=edit: annotation.accept(edit)))
            storing.append(took(annotation.store_pending))
        undoing = [took(annotation.undo) for _ in range(50)]
        edit = every_slice(annotation)
        fill = took(lambda: annotation.commit(edit))
        shown = took(annotation.accept_undo)
        undone = shown + took(annotation.store_pending)
        annotation.close()
        opening = [took(lambda: store.annotate(series, "ada")) for _ in range(5)]
        with store._database.writing() as connection:
            connection.execute(SNAPSHOTS.delete())
        replaying = [took(lambda: store.annotate(series, "ada")) for _ in range(3)]
        size = sum(file.stat().st_size for file in Path(name).glob("store.sqlite*"))
        store.close()
    stored = summary(storing)
    figures = {
        **{f"commit_{key}": value for key, value in stored.items()},
        **{f"accept_{key}": value for key, value in summary(accepting).items()},
        "undo_median_ms": summary(undoing)["median_ms"],
        "fill_300_slices_ms": round(fill, 1),
        "undo_300_slices_shown_ms": round(shown, 1),
        "undo_300_slices_stored_ms": round(undone, 1),
        "open_ms": summary(opening)["median_ms"],
        "open_without_snapshots_ms": summary(replaying)["median_ms"],
        "file_mb": round(size / 1e6, 2),
    }
    met = stored["median_ms"] <= COMMIT_MS and figures["open_ms"] <= OPEN_MS and undone <= UNDO_MS
    budget = "commit median ≤ 8 ms, open ≤ 200 ms, undo of 300 slices ≤ 50 ms"
    peer = {f"commit_{key}": value for key, value in disk.items()}
    ratio = stored["median_ms"] / disk["median_ms"]
    report("store", figures, budget, bool(met), peer="bare SQLite, synced", peer_figures=peer, ratio=ratio)


if __name__ == "__main__":
    main()
