"""Sets of phantom cases on a model's grid: made in parallel, resumable, the same for the same seeds."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.datasets.case_files import CaseFiles, is_complete, read_case, write_case
from ichcore.datasets.hu_share import hu_share
from ichcore.datasets.placing import place_labels, relative_heights
from ichcore.datasets.workers import run_jobs
from ichcore.errors import InputError
from ichcore.models.placement import Placement
from ichcore.phantom.scan import SCANNERS, USUAL
from ichcore.subtypes import SUBTYPES

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.progress import CancelToken, Progress

BLANK = "blank"
"""A head without bleed, with mimics."""
MIXTURE = "mixture"
"""One to three subtypes in one head."""
BLEND_SIGN, BLEND_MIMIC = "blend_sign", "blend_mimic"
"""An intraparenchymal bleed with a blend sign, and one that is heterogeneous without it."""
WIDE_CISTERN = "wide_cistern"
"""A large cisterna magna beside a bright cerebellum; every second such head has an intraparenchymal bleed."""
DEFAULT_KINDS = (*SUBTYPES, MIXTURE, BLANK)
KINDS = (*DEFAULT_KINDS, BLEND_SIGN, BLEND_MIMIC, WIDE_CISTERN)
"""All that a set may be asked for."""


@dataclass(frozen=True)
class PhantomSetSpec:
    """Which phantoms make a set.

    Attributes:
        first_seed: case i has seed ``first_seed + i``; sets with disjoint seeds share no patient.
        cases: how many.
        size: rows and columns of the model's grid.
        pixel_mm: millimetres a pixel of the model's grid.
        kinds: what the cases are in turn: a subtype, ``mixture``, ``blend_sign``, ``blend_mimic``,
            ``wide_cistern`` or ``blank``; one that is listed twice is made twice as often.
        slices: of each head.
        scan_size: rows and columns that the phantom is scanned at.
        scanner: one of :data:`ichcore.phantom.scan.SCANNERS`.
    """

    first_seed: int
    cases: int
    size: int
    pixel_mm: float
    kinds: tuple[str, ...] = DEFAULT_KINDS
    slices: int = 36
    scan_size: int = 512
    scanner: str = USUAL

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise InputError(f"{kind!r} is no kind of phantom; expected some of {', '.join(KINDS)}.")
        if self.scanner not in SCANNERS:
            raise InputError(f"{self.scanner!r} is no scanner; expected one of {', '.join(SCANNERS)}.")

    @property
    def folder_name(self) -> str:
        """Folder of the set among others: those that differ in grid, scan or kinds never share one."""
        name = f"phantom-{self.size}-{self.pixel_mm:g}mm-{self.slices}x{self.scan_size}-from{self.first_seed}"
        if self.scanner != USUAL:
            name += f"-{self.scanner}"
        if tuple(self.kinds) == DEFAULT_KINDS:
            return name
        return f"{name}-{hashlib.sha256('/'.join(self.kinds).encode()).hexdigest()[:8]}"

    def seeds(self) -> range:
        """Seeds of the cases."""
        return range(self.first_seed, self.first_seed + self.cases)

    def kind(self, seed: int) -> str:
        """What the case of a seed is."""
        return self.kinds[(seed - self.first_seed) % len(self.kinds)]

    def subtypes(self, seed: int) -> tuple[str, ...]:
        """The subtypes asked of the phantom for a seed."""
        kind = self.kind(seed)
        if kind == BLANK or (kind == WIDE_CISTERN and seed % 2):
            return ()
        if kind in (BLEND_SIGN, BLEND_MIMIC, WIDE_CISTERN):
            return ("intraparenchymal",)
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
    jobs = [(spec, seed, root / _name(seed)) for seed in missing]
    done = spec.cases - len(missing)
    for _ in run_jobs(make_phantom_case, jobs, workers=workers, cancel=cancel):
        done += 1
        if progress is not None:
            progress(done, spec.cases, "phantoms")
    return open_phantom_set(spec, root)


def open_phantom_set(spec: PhantomSetSpec, root: Path) -> list[CaseFiles]:
    """Open the cases of a set that are there."""
    return [read_case(root / _name(s)) for s in spec.seeds() if is_complete(root / _name(s))]


def make_phantom_case(spec: PhantomSetSpec, seed: int, folder: Path) -> None:
    """Make one phantom and lay it on the model's grid, as a series from a scanner would be."""
    # imported here: worker processes need it, readers of finished sets do not
    from ichcore.phantom import make_case

    kind = spec.kind(seed)
    case = make_case(
        seed,
        subtypes=spec.subtypes(seed),
        slices=spec.slices,
        size=spec.scan_size,
        blend_sign={BLEND_SIGN: True, BLEND_MIMIC: False}.get(kind),
        blend_mimic=(kind == BLEND_MIMIC) or None,
        wide_cistern=kind == WIDE_CISTERN,
        scanner=spec.scanner,
    )
    volume = case.volume
    placement = Placement.for_volume(volume.hu, volume.geometry.pixel_spacing_mm, spec.size, spec.pixel_mm)
    hu = np.clip(np.rint(placement.place(volume.hu)), -1024, 3071).astype(np.int16)
    about: dict[str, Any] = {
        "seed": seed,
        "kind": kind,
        "spec": asdict(spec),
        "height": relative_heights(volume.geometry.positions_mm).round(4).tolist(),
        "share": [round(hu_share(one, spec.pixel_mm), 5) for one in hu],
        "blend_sign": [
            bool(sign) if sure else None
            for sign, sure in zip(case.blend_sign, case.blend_sign_sure, strict=True)
        ],
        "bleed_pixels": [int(n) for n in (case.truth > 0).sum(axis=(1, 2))],
    }
    write_case(folder, hu, place_labels(case.truth, placement), case.labels, about, known=case.sure)


def _name(seed: int) -> str:
    return f"phantom-{seed:07d}"
