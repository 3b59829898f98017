"""Recipes: one readable TOML file says everything that a training run does."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ichcore.datasets.phantom_set import PhantomSetSpec
from ichcore.errors import InputError
from ichcore.files import resource
from ichcore.masks.chain import WeakChain
from ichcore.models.any_of import OWN, any_rule
from ichcore.training.continuing import continued
from ichcore.training.optimiser import Optimiser
from ichcore.training.parts import TEST, Part, read_part

if TYPE_CHECKING:
    from collections.abc import Mapping


TASKS = ("slices", "pair", "blend_sign", "scans", "masks")
"""What a stage trains: slices, two classifiers of them, blend signs, slices among neighbours, a U-Net."""
PREVIOUS = "previous"
_OF_A_STAGE = frozenset(
    [
        "name",
        "task",
        "network",
        "optimiser",
        "augmentation",
        "loss",
        "sequence",
        "chain",
        "seed",
        "start",
        "trunk",
        "teacher",
    ]
)


@dataclass(frozen=True)
class SequenceTraining:
    """How slices among their neighbours are trained.

    Attributes:
        freeze: whether the slice network stays as it is; its features are then computed once.
        chunk: slices a sequence; 0 for whole scans.
    """

    freeze: bool = False
    chunk: int = 0


@dataclass(frozen=True)
class Recipe:
    """What a training run does, or one stage of it.

    A run of several stages has all of them in ``stages``; everything else is then what the last one says.

    Attributes:
        name: of the checkpoint it makes.
        title: of its card.
        system: published system.
        architecture: name in the registry.
        arguments: of the network.
        size: rows and columns of the network's grid.
        pixel_mm: millimetres a pixel.
        data: its parts by name. Those named ``validation…`` choose the epoch and calibrate, those named
            ``test…`` are only for evaluation, all others are learned from.
        optimiser: how the weights move.
        augmentation: ranges for :class:`~ichcore.training.augmentation.Augmentation`.
        neighbour_weight: of the card; what neighbouring slices' logits count when the model predicts.
        any_from_subtypes: of the card; how ``any`` follows from the subtypes, empty for its own logit.
        brain_level: of the card; whether a series is moved so that its brain lies where heads have it.
        specificity: of the card; share of the validation's slices without hemorrhage that its thresholds
            leave unflagged for all classes; 0 for the largest Youden index of each.
        keeps_probabilities: of the card; whether probabilities and thresholds go on meaning what they meant
            with the checkpoint that the weights start from, rather than what the validation set says.
        seed: of initialisation, order and augmentation.
        start: what the weights start from: an earlier stage's name or a checkpoint; empty for a fresh
            network.
        trunk: what feature extractors alone start from: names of earlier stages or checkpoints, for the
            network's extractors in turn; the last for all that are left.
        notes: what a reader of the card should know.
        task: one of :data:`TASKS`.
        loss: of the blend-sign task: arguments of
            :class:`~ichcore.training.losses.blend_sign.BlendSignLoss`; of the task ``masks``: of
            :func:`~ichcore.training.losses.dice_cross_entropy.dice_cross_entropy`.
        sequence: of the task ``scans``.
        chain: how activation becomes masks: of the task ``masks`` its teacher's, of others for the card.
        teacher: what is distilled, or proposes masks: an earlier stage's name or a checkpoint; empty for
            nothing. Of the task ``masks``, ``drawings`` in its place lets drawn masks teach.
        stage: name of this stage; empty for a run of one.
        stages: the stages in turn; empty for a run of one.
    """

    name: str
    title: str
    system: str
    architecture: str
    arguments: Mapping[str, Any]
    size: int
    pixel_mm: float
    data: Mapping[str, Part]
    optimiser: Optimiser = field(default_factory=Optimiser)
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    neighbour_weight: float = 0.0
    any_from_subtypes: str = OWN
    brain_level: bool = False
    specificity: float = 0.0
    keeps_probabilities: bool = False
    seed: int = 0
    start: str = ""
    trunk: tuple[str, ...] = ()
    notes: str = ""
    task: str = TASKS[0]
    loss: Mapping[str, Any] = field(default_factory=dict)
    sequence: SequenceTraining = field(default_factory=SequenceTraining)
    chain: WeakChain = field(default_factory=WeakChain)
    teacher: str = ""
    stage: str = ""
    stages: tuple[Recipe, ...] = ()

    @property
    def test_phantoms(self) -> PhantomSetSpec:
        """The phantoms that the recipe is tested on.

        Raises:
            InputError: if it names none.
        """
        spec = self.data[TEST].spec if TEST in self.data else None
        if not isinstance(spec, PhantomSetSpec):
            raise InputError(f"The recipe {self.name} names no phantoms as its test set, [data.{TEST}].")
        return spec


def read_recipe(name_or_path: str | Path, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """Read a recipe by the name of one that ships, or by path.

    A recipe may say ``extends = "other"``; its own entries then go over the other's, table by table, and its
    stages over those of the same name.

    One that says ``continues = "model"`` learns on from an installed checkpoint; see
    :func:`~ichcore.training.continuing.continued`.

    Its ``[[stages]]``, if there are any, are named tables that go over the rest, each making one stage. There
    ``start`` and ``teacher`` may name an earlier stage, or say ``previous``.

    Args:
        name_or_path: of the recipe.
        overrides: go over what it says; ``stages`` by name.

    Raises:
        InputError: if there is none such, or it does not fit.
        CheckpointError: if the model that it continues is not there.
    """
    path = _find(name_or_path)
    table = continued(_merge(_load(path, 0), dict(overrides or {})))
    try:
        return _staged(table) if table.get("stages") else _recipe(table)
    except KeyError as error:
        raise InputError(f"{path} lacks the entry {error}; see the recipes that ship.") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"{path} does not fit: {error}.") from error


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.is_file():
        return path
    shipped = resource("recipes", f"{path.name.removesuffix('.toml')}.toml")
    if shipped.is_file():
        return shipped
    known = ", ".join(sorted(p.stem for p in resource("recipes").glob("[!_]*.toml")))
    raise InputError(
        f"There is no recipe {str(name_or_path)!r}; those that ship are {known}, or give a path."
    )


def _load(path: Path, depth: int) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is no readable recipe: {error}.") from error
    if "stages" in table:
        table["stages"] = _by_name(table["stages"], path)
    parent = table.pop("extends", None)
    if parent is None:
        return table
    if depth > 4:
        raise InputError(f"{path} extends recipes in a circle.")
    beside = path.parent / f"{parent}.toml"
    return _merge(_load(beside if beside.is_file() else _find(parent), depth + 1), table)


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """``over`` laid over ``base``, table by table."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _by_name(stages: Any, path: Path) -> dict[str, Any]:
    """Stages by name, so that a recipe that extends another may change one of its stages."""
    named: dict[str, Any] = {}
    for stage in stages if isinstance(stages, list) else [None]:
        if not isinstance(stage, dict) or not str(stage.get("name", "")).isidentifier():
            raise InputError(f'{path}: every stage is a [[stages]] table with a name, as name = "cnn".')
        if stage["name"] in named or stage["name"] == PREVIOUS:
            raise InputError(f"{path}: the stage name {stage['name']!r} is taken; rename it.")
        named[stage["name"]] = stage
    return named


def _staged(table: dict[str, Any]) -> Recipe:
    """A recipe of several stages."""
    whole = {key: value for key, value in table.items() if key != "stages"}
    stages: list[Recipe] = []
    for name, stated in table["stages"].items():
        strange = sorted(set(stated) - _OF_A_STAGE)
        if strange:
            raise ValueError(f"stage {name!r} cannot say {', '.join(strange)}; that is the whole recipe's")
        stage = replace(_recipe(_merge(whole, stated) | {"name": whole["name"]}), stage=name)
        for what in ("start", "teacher"):
            if getattr(stage, what) == PREVIOUS:
                if not stages:
                    raise ValueError(f"stage {name!r} is the first, so its {what} has no previous stage")
                named: dict[str, Any] = {what: stages[-1].stage}
                stage = replace(stage, **named)
        stages.append(stage)
    return replace(stages[-1], stage="", stages=tuple(stages))


def _recipe(table: dict[str, Any]) -> Recipe:
    network, grid = dict(table["network"]), table["grid"]
    size, pixel_mm = int(grid["size"]), float(grid["pixel_mm"])
    data = {name: read_part(stated, size, pixel_mm) for name, stated in table["data"].items()}
    _require_disjoint(data)
    task = str(table.get("task", TASKS[0]))
    if task not in TASKS:
        raise ValueError(f"task is {task!r}; expected one of {', '.join(TASKS)}")
    return Recipe(
        name=str(table["name"]),
        title=str(table["title"]),
        system=str(table["system"]),
        architecture=str(network.pop("architecture")),
        arguments=network,
        size=size,
        pixel_mm=pixel_mm,
        data=data,
        optimiser=Optimiser(**table.get("optimiser", {})),
        augmentation=dict(table.get("augmentation", {})),
        neighbour_weight=float(table.get("neighbour_weight", 0.0)),
        any_from_subtypes=any_rule(table.get("any_from_subtypes", OWN)),
        brain_level=bool(table.get("brain_level", False)),
        specificity=float(table.get("specificity", 0.0)),
        keeps_probabilities=bool(table.get("keeps_probabilities", False)),
        seed=int(table.get("seed", 0)),
        start=str(table.get("start", "")),
        trunk=_names(table.get("trunk", "")),
        notes=str(table.get("notes", "")).strip(),
        task=task,
        loss=dict(table.get("loss", {})),
        sequence=SequenceTraining(**table.get("sequence", {})),
        chain=WeakChain(**table.get("chain", {})),
        teacher=str(table.get("teacher", "")),
    )


def _names(stated: str | list[str]) -> tuple[str, ...]:
    """One name, or several; none if empty."""
    return tuple(filter(None, [stated] if isinstance(stated, str) else map(str, stated)))


def _require_disjoint(data: Mapping[str, Part]) -> None:
    """Refuse sets of phantoms that share a patient."""
    seeds = {n: part.spec.seeds() for n, part in data.items() if isinstance(part.spec, PhantomSetSpec)}
    for one, other in combinations(sorted(seeds), 2):
        if max(seeds[one].start, seeds[other].start) < min(seeds[one].stop, seeds[other].stop):
            raise ValueError(f"data.{one} and data.{other} share seeds, so patients would be in both")
