"""Recipes: one readable TOML file says everything that a training run does."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ichcore.datasets.phantom_set import PhantomSetSpec
from ichcore.errors import InputError
from ichcore.files import resource

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Optimiser:
    """How the weights move.

    Attributes:
        name: ``adam`` or ``adamw``.
        learning_rate: of the network; the peak of a one-cycle schedule.
        window_learning_rate: of log W and of the level in units of 100 HU.
        weight_decay: never on the window layer, norms and biases.
        schedule: ``one_cycle``, or ``step`` (divided by 10 every ``step_epochs``; He 2024).
        step_epochs: for ``step``.
        epochs: passes.
        batch: slices a step.
        positive_weight: exponent p of the weight ``(negatives / positives) ** p`` of positive labels.
        keep_negative: share of the slices without bleed that each epoch looks at, drawn anew.
        gradient_clip: norm; 0 for none.
        mask_weight: weight of the help from masks [ours]: the CAM learns which of its cells touch a bleed; 0
            trains from slice labels alone, as the paper does.
        attention_weight: weight of the help from masks for the spatial attention [ours].
        precision: Lightning's, as ``32-true`` or ``bf16-mixed``; half the time on processors with bf16 units.
        average: decay of the running average of the weights that is validated and kept; 0 for none.
    """

    name: str = "adam"
    learning_rate: float = 1e-3
    window_learning_rate: float = 1e-3
    weight_decay: float = 0.0
    schedule: str = "step"
    step_epochs: int = 5
    epochs: int = 20
    batch: int = 8
    positive_weight: float = 0.0
    keep_negative: float = 1.0
    gradient_clip: float = 0.0
    average: float = 0.0
    mask_weight: float = 0.0
    attention_weight: float = 0.0
    precision: str = "32-true"

    @property
    def needs_masks(self) -> bool:
        """Whether training looks at masks beside the slice labels."""
        return bool(self.mask_weight or self.attention_weight)


@dataclass(frozen=True)
class Recipe:
    """What a training run does.

    Attributes:
        name: of the checkpoint it makes.
        title: of its card.
        system: published system.
        architecture: name in the registry.
        arguments: of the network.
        size: rows and columns of the network's grid.
        pixel_mm: millimetres a pixel.
        data: ``train``, ``validation`` and ``test`` phantom sets.
        optimiser: how the weights move.
        augmentation: ranges for :class:`~ichcore.training.augmentation.Augmentation`.
        neighbour_weight: of the card; what neighbouring slices' logits count when the model predicts.
        seed: of initialisation, order and augmentation.
        start: checkpoint that the weights start from; empty for a fresh network.
        notes: what a reader of the card should know.
    """

    name: str
    title: str
    system: str
    architecture: str
    arguments: Mapping[str, Any]
    size: int
    pixel_mm: float
    data: Mapping[str, PhantomSetSpec]
    optimiser: Optimiser = field(default_factory=Optimiser)
    augmentation: Mapping[str, float] = field(default_factory=dict)
    neighbour_weight: float = 0.0
    seed: int = 0
    start: str = ""
    notes: str = ""


def read_recipe(name_or_path: str | Path, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """Read a recipe by the name of one that ships, or by path.

    A recipe may say ``extends = "other"``; its own entries then go over the other's, table by table.

    Raises:
        InputError: if there is none such, or it does not fit.
    """
    path = _find(name_or_path)
    table = _merge(_load(path, 0), dict(overrides or {}))
    try:
        return _recipe(table)
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
    known = ", ".join(sorted(p.stem for p in resource("recipes").glob("*.toml")))
    raise InputError(
        f"There is no recipe {str(name_or_path)!r}; those that ship are {known}, or give a path."
    )


def _load(path: Path, depth: int) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is no readable recipe: {error}.") from error
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


def _recipe(table: dict[str, Any]) -> Recipe:
    network, grid = dict(table["network"]), table["grid"]
    size, pixel_mm = int(grid["size"]), float(grid["pixel_mm"])
    data: dict[str, PhantomSetSpec] = {}
    for part, stated in table["data"].items():
        entry: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stated.items()}
        data[part] = PhantomSetSpec(size=size, pixel_mm=pixel_mm, **entry)
    _require_disjoint(data)
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
        seed=int(table.get("seed", 0)),
        start=str(table.get("start", "")),
        notes=str(table.get("notes", "")).strip(),
    )


def _require_disjoint(data: Mapping[str, PhantomSetSpec]) -> None:
    """Refuse sets that share a patient."""
    parts = sorted(data)
    for i, one in enumerate(parts):
        for other in parts[i + 1 :]:
            a, b = data[one].seeds(), data[other].seeds()
            if max(a.start, b.start) < min(a.stop, b.stop):
                raise ValueError(f"data.{one} and data.{other} share seeds, so patients would be in both")
