"""Sets of phantom cases on a model's grid: made in parallel, resumable, the same for the same seeds."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.datasets.case_files import CaseFiles, is_complete, read_case, write_case
from ichcore.datasets.hu_share import hu_share
from ichcore.models.placement import Placement
from ichcore.subtypes import SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ichcore.progress import CancelToken, Progress

BLANK = "blank"
"""A head without bleed, with mimics."""
MIXTURE = "mixture"
"""One to three subtypes in one head."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class PhantomSetSpec:
    """Which phantoms make a set.

    Attributes:
        first_seed: case i has seed ``first_seed + i``; sets with disjoint seeds share no patient.
        cases: how many.
        size: rows and columns of the model's grid.
        pixel_mm: millimetres a pixel of the model's grid.
        kinds: what the cases are in turn: a subtype, ``mixture`` or ``blank``.
        slices: of each head.
        scan_size: rows and columns that the phantom is scanned at.
    """

    first_seed: int
    cases: int
    size: int
    pixel_mm: float
    kinds: tuple[str, ...] = (*SUBTYPES, MIXTURE, BLANK)
    slices: int = 36
    scan_size: int = 512

    def seeds(self) -> range:
        """Seeds of the cases."""
        return range(self.first_seed, self.first_seed + self.cases)

    def kind(self, seed: int) -> str:
        """What the case of a seed is."""
        return self.kinds[(seed - self.first_seed) % len(self.kinds)]

    def subtypes(self, seed: int) -> tuple[str, ...]:
        """The subtypes asked of the phantom for a seed."""
        kind = self.kind(seed)
        if kind == BLANK:
            return ()
        if kind != MIXTURE:
            return (kind,)
        random = np.random.default_rng([seed, 7])
        chosen = random.choice(len(SUBTYPES), size=int(random.integers(2, 4)), replace=False)
        return tuple(SUBTYPES[i] for i in sorted(chosen))


def make_phantom_set(
    spec: PhantomSetSpec,
    root: Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[CaseFiles]:
    """Make the cases that are not there yet, and open all.

    Args:
        spec: which cases.
        root: folder of the set; holds one folder a case.
        workers: processes; 1 stays in this one.
        progress: told of each case done.
        cancel: looked at between cases; what is done stays.

    Raises:
        CancelledError: if asked to stop.
    """
    missing = [seed for seed in spec.seeds() if not is_complete(root / _name(seed))]
    done = spec.cases - len(missing)
    if workers <= 1:
        for seed in missing:
            _check(cancel)
            make_phantom_case(spec, seed, root / _name(seed))
            done += 1
            _tell(progress, done, spec.cases)
    else:
        # spawned, since a fork of a process that has torch's threads may hang
        context = multiprocessing.get_context("spawn")
        with _one_thread_each(), ProcessPoolExecutor(workers, mp_context=context) as pool:
            pending = {pool.submit(make_phantom_case, spec, seed, root / _name(seed)) for seed in missing}
            while pending:
                finished, pending = wait(pending, timeout=1.0, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                    done += 1
                    _tell(progress, done, spec.cases)
                if cancel is not None and cancel.cancelled:
                    pool.shutdown(wait=True, cancel_futures=True)
                    cancel.raise_if_cancelled()
    return open_phantom_set(spec, root)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started inside compute with one thread: more would spin for each other, at twice the cost."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def open_phantom_set(spec: PhantomSetSpec, root: Path) -> list[CaseFiles]:
    """Open the cases of a set that are there."""
    return [read_case(root / _name(s)) for s in spec.seeds() if is_complete(root / _name(s))]


def make_phantom_case(spec: PhantomSetSpec, seed: int, folder: Path) -> None:
    """Make one phantom and lay it on the model's grid, as a series from a scanner would be."""
    # imported here: worker processes need it, readers of finished sets do not
    from ichcore.phantom import make_case

    case = make_case(seed, subtypes=spec.subtypes(seed), slices=spec.slices, size=spec.scan_size)
    volume = case.volume
    placement = Placement.for_volume(volume.hu, volume.geometry.pixel_spacing_mm, spec.size, spec.pixel_mm)
    hu = np.clip(np.rint(placement.place(volume.hu)), -1024, 3071).astype(np.int16)
    position = volume.geometry.positions_mm
    about: dict[str, Any] = {
        "seed": seed,
        "kind": spec.kind(seed),
        "spec": asdict(spec),
        "height": ((position - position[0]) / max(float(np.ptp(position)), 1e-6)).round(4).tolist(),
        "share": [round(hu_share(one, spec.pixel_mm), 5) for one in hu],
        "bleed_pixels": [int(n) for n in (case.truth > 0).sum(axis=(1, 2))],
    }
    write_case(folder, hu, place_labels(case.truth, placement), np.asarray(case.labels, bool), about)


def place_labels(
    truth: np.ndarray[Any, np.dtype[np.uint8]], placement: Placement
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Label map ``(N, H, W)`` on the model's grid, each pixel taking the label at its centre."""
    matrix, size = placement.matrix, placement.size
    index = []
    for axis in (0, 1):
        at = np.rint(matrix[axis, axis] * np.arange(size) + matrix[axis, 2]).astype(int)
        index.append((np.clip(at, 0, truth.shape[1 + axis] - 1), (at >= 0) & (at < truth.shape[1 + axis])))
    (rows, row_in), (columns, column_in) = index
    placed = truth[:, rows[:, None], columns[None, :]]
    placed[:, ~(row_in[:, None] & column_in[None, :])] = 0
    return np.ascontiguousarray(placed, dtype=np.uint8)


def _name(seed: int) -> str:
    return f"phantom-{seed:07d}"


def _check(cancel: CancelToken | None) -> None:
    if cancel is not None:
        cancel.raise_if_cancelled()


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total, "phantoms")
