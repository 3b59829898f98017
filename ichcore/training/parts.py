"""What a recipe learns from: phantoms, sets that the user has, implants into their bleed-free slices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ichcore.datasets.on_disk import SOURCES
from ichcore.datasets.phantom_set import PhantomSetSpec
from ichcore.errors import InputError
from ichcore.files import resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.progress import CancelToken, Progress

VALIDATION, TEST = "validation", "test"


@dataclass(frozen=True)
class SetSpec:
    """A set on the user's disk.

    Attributes:
        set: its kind, of :data:`ichcore.datasets.on_disk.SOURCES`.
        split: a split that ships, or a path; empty for all patients.
        part: of the split.
        held_back: share of the patients that is not learned from, drawn by their numbers; for sets that grow.
    """

    set: str
    split: str = ""
    part: str = "train"
    held_back: float = 0.0


@dataclass(frozen=True)
class ImplantSpec:
    """Phantom bleeds in the bleed-free slices of other parts.

    Attributes:
        hosts: names of the parts.
        first_seed: case i has seed ``first_seed + i``.
        cases: how many.
    """

    hosts: tuple[str, ...]
    first_seed: int
    cases: int


@dataclass(frozen=True)
class PaintedSpec:
    """The bleeding cases of other parts, with their bleeds painted out.

    Attributes:
        painted: names of the parts.
        seen_by: the checkpoint whose map says where the bleeds are.
    """

    painted: tuple[str, ...]
    seen_by: str


Spec = PhantomSetSpec | SetSpec | PaintedSpec | ImplantSpec


@dataclass(frozen=True)
class Part:
    """One entry of a recipe's ``[data]``.

    Attributes:
        spec: where its cases come from.
        share: of the slices that an epoch looks at; 0 for all parts where each slice counts alike.
        positive: share of its slices that bleed, where ``share`` is given.
        hosts_only: its bleed-free slices are hosts of another part's implants; by itself it neither teaches
            nor validates.
    """

    spec: Spec
    share: float = 0.0
    positive: float = 0.5
    hosts_only: bool = False


class Sets(NamedTuple):
    """The cases of a recipe.

    Attributes:
        train: what is learned from.
        validation: what chooses the epoch and calibrates.
        chance: ``(slices,)`` how often each training slice is drawn, summing to 1; ``None`` where an epoch
            looks at all of them.
    """

    train: list[CaseFiles]
    validation: list[CaseFiles]
    chance: NDArray[np.float64] | None


def read_part(stated: Mapping[str, Any], size: int, pixel_mm: float) -> Part:
    """A part from its table in a recipe.

    Raises:
        TypeError: if it says something that its kind does not know, or lacks what it needs.
    """
    entry: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in stated.items()}
    drawn: dict[str, Any] = {key: float(entry.pop(key)) for key in ("share", "positive") if key in entry}
    drawn["hosts_only"] = bool(entry.pop("hosts_only", False))
    if "set" in entry:
        return Part(SetSpec(**entry), **drawn)
    if "painted" in entry:
        return Part(PaintedSpec(**entry), **drawn)
    if "hosts" in entry:
        return Part(ImplantSpec(**entry), **drawn)
    return Part(PhantomSetSpec(size=size, pixel_mm=pixel_mm, **entry), **drawn)


def folders_of(stated: Sequence[str]) -> dict[str, Path]:
    """Folders by the kind of their set, from ``KIND=FOLDER`` as a command line has them.

    Raises:
        InputError: if one is not of that form, or there is no such kind.
    """
    folders = {}
    for one in stated:
        kind, _, folder = one.partition("=")
        if kind not in SOURCES or not folder:
            raise InputError(f"--set {one}: expected KIND=FOLDER with one of {', '.join(SOURCES)}.")
        folders[kind] = Path(folder)
    return folders


def chances(parts: Sequence[tuple[Part, Sequence[CaseFiles]]]) -> NDArray[np.float64] | None:
    """How often each slice is drawn, so that parts and bleeds have the shares that the recipe states.

    Raises:
        InputError: if some parts state a share and others do not.
    """
    stated = [part.share > 0 for part, _ in parts]
    if not any(stated):
        return None
    if not all(stated):
        raise InputError("Some parts of the data state a share and others do not; state all or none.")
    found = []
    for part, cases in parts:
        known = np.concatenate([case.known for case in cases])
        bleeding = (np.concatenate([case.labels for case in cases]) & known).any(axis=1)
        free = ~bleeding & known.any(axis=1)
        # a part without bleeds, or of bleeds alone, has its whole share all the same
        positive = part.positive if bleeding.any() and free.any() else float(bleeding.any())
        one = bleeding * (positive / max(int(bleeding.sum()), 1))
        found.append(part.share * (one + free * ((1.0 - positive) / max(int(free.sum()), 1))))
    chance = np.concatenate(found)
    return np.asarray(chance / chance.sum(), np.float64)


def make_sets(
    parts: Mapping[str, Part],
    grid: tuple[int, float],
    root: Path,
    *,
    folders: Mapping[str, Path] | None = None,
    level: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Sets:
    """Make or find the cases of all parts but the test's.

    Args:
        parts: of the recipe, by name; those named ``validation…`` validate, ``test…`` are left alone.
        grid: size and millimetres a pixel of the model.
        root: where sets on a model's grid are kept.
        folders: where the user's sets are, by kind.
        level: whether series from there are moved so that their brain lies where heads have it, as the model
            will be given them; phantoms are made there.
        workers: processes.
        progress: told of cases.
        cancel: looked at between cases.

    Raises:
        CancelledError: if asked to stop.
        InputError: if a set is not given, cannot be read, or may not be trained on.
    """
    from ichcore.datasets.levelled import levelled
    from ichcore.datasets.terms import require_trainable

    found: dict[str, list[CaseFiles]] = {}
    work: dict[str, Any] = {"workers": workers, "progress": progress, "cancel": cancel}
    ready = {name: part for name, part in parts.items() if not name.startswith(TEST)}
    # what is made of other parts comes after them, wherever the recipe states them
    for name, part in sorted(ready.items(), key=lambda item: _turn(item[1].spec)):
        found[name] = _cases(name, part.spec, found, grid, root, folders or {}, work)
        require_trainable(found[name])
        if level and isinstance(part.spec, SetSpec):
            found[name] = levelled(found[name])
    looked_at = {name: part for name, part in ready.items() if not part.hosts_only}
    learned = [(part, found[name]) for name, part in looked_at.items() if not name.startswith(VALIDATION)]
    validation = [case for name in looked_at if name.startswith(VALIDATION) for case in found[name]]
    return Sets([case for _, cases in learned for case in cases], validation, chances(learned))


def _turn(spec: Spec) -> int:
    """0 for what is made of nothing else, then what is painted, then implants, in painted heads too."""
    return 2 if isinstance(spec, ImplantSpec) else int(isinstance(spec, PaintedSpec))


def _cases(
    name: str,
    spec: Spec,
    found: Mapping[str, list[CaseFiles]],
    grid: tuple[int, float],
    root: Path,
    folders: Mapping[str, Path],
    work: dict[str, Any],
) -> list[CaseFiles]:
    """The cases of one part."""
    from ichcore.datasets.implanted import make_implanted_set
    from ichcore.datasets.painted import make_painted_set
    from ichcore.datasets.phantom_set import make_phantom_set
    from ichcore.models.checkpoint import load

    if isinstance(spec, PhantomSetSpec):
        return make_phantom_set(spec, root / spec.folder_name, **work)
    if isinstance(spec, SetSpec):
        return _from_disk(spec, grid, root, folders, work)
    stated = spec.painted if isinstance(spec, PaintedSpec) else spec.hosts
    missing = sorted(set(stated) - set(found))
    if missing:
        raise InputError(f"data.{name} names the host {missing[0]!r}, which is no part made before it.")
    hosts = [case for host in stated for case in found[host]]
    on_grid = f"{grid[0]}-{grid[1]:g}mm"
    if isinstance(spec, PaintedSpec):
        by = load(spec.seen_by)
        folder = root / f"painted-{on_grid}-{'-'.join(stated)}-by-{by.name}"
        return make_painted_set(hosts, folder, by.network, progress=work["progress"], cancel=work["cancel"])
    folder = root / f"implanted-{on_grid}-in-{'-'.join(stated)}"
    return make_implanted_set(
        hosts, folder, first_seed=spec.first_seed, count=spec.cases, workers=work["workers"]
    )


def _from_disk(
    spec: SetSpec, grid: tuple[int, float], root: Path, folders: Mapping[str, Path], work: dict[str, Any]
) -> list[CaseFiles]:
    from ichcore.datasets.cache import cache_set
    from ichcore.datasets.holding_back import divided
    from ichcore.datasets.on_disk import set_on_disk
    from ichcore.datasets.placing import Grid
    from ichcore.datasets.splits import read_split

    if spec.set not in folders:
        raise InputError(
            f"The recipe learns from {spec.set}; say where it lies with --set {spec.set}=FOLDER."
        )
    cases = cache_set(set_on_disk(spec.set, folders[spec.set], root), Grid(*grid), root, **work).cases
    cases, _ = divided(cases, spec.held_back)
    if not spec.split:
        return cases
    shipped = resource("splits", f"{spec.split}.json")
    path = shipped if shipped.is_file() else Path(spec.split)
    return read_split(path, cases).select(cases, spec.part)
