"""The loop in one call: train on what readers corrected, then judge old and new model on unseen cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from ichcore.datasets.cache import cache_set
from ichcore.datasets.holding_back import SHARE, divided
from ichcore.datasets.on_disk import SOURCES, set_on_disk
from ichcore.datasets.phantom_set import PhantomSetSpec, make_phantom_set
from ichcore.datasets.placing import Grid
from ichcore.errors import IchError, InputError
from ichcore.evaluation.old_and_new import entry_of, record, scored_against
from ichcore.models.catalogue import find
from ichcore.models.checkpoint import load
from ichcore.training.continuing import CONTINUES
from ichcore.training.lineage import BUNDLE
from ichcore.training.parts import TEST, SetSpec
from ichcore.training.recipe import read_recipe
from ichcore.training.run import train
from ichcore.training.run_state import Phase
from ichcore.training.self_report import SelfReport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.progress import Progress
    from ichcore.training.recipe import Recipe
    from ichcore.training.run_state import RunState

HELD_BACK = "patients held back"
OWN_TEST = "the recipe's test set"
FEW_PATIENTS = 2
"""Fewer can be drawn in one way alone, so that there is no interval."""


@dataclass(frozen=True)
class Judges:
    """What old and new model are judged on, beside the recipe's own test set.

    Attributes:
        hold_back: share of the bundles' patients that judge and never teach.
        sets: recipes, for the phantoms of their test sets, or ``KIND:FOLDER``.
    """

    hold_back: float = SHARE
    sets: tuple[str, ...] = ()


def retrain(
    bundles: Path,
    out: Path,
    *,
    recipe: str | Path = "corrections",
    model: str | None = None,
    judges: Judges | None = None,
    overrides: Mapping[str, Any] | None = None,
    data_root: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> RunState:
    """Train a model on bundles, compare it with the one that it started from, and say so on its card.

    Args:
        bundles: folder of exported bundles.
        out: folder of the run: the new checkpoint, its logs, and ``state.json``.
        recipe: one that continues a model and learns from bundles.
        model: what is continued; ``None`` for what the recipe says.
        judges: on what; a quarter of the bundles' patients and the recipe's test set by default.
        overrides: go over what the recipe says.
        data_root: where sets are kept; the user's cache by default.
        workers: processes that make phantoms and read sets.
        progress: told of every step.

    Returns:
        The last state, with all comparisons.

    Raises:
        CancelledError: if asked to stop, by a file or a signal; the same call goes on.
        InputError: if the recipe or the bundles do not fit, or a run goes on in ``out``.
    """
    judges = judges or Judges()
    stated = {**(overrides or {}), **({CONTINUES: model} if model else {})}
    plan = _holding_back(read_recipe(recipe, stated), judges.hold_back)
    root = data_root or platformdirs.user_cache_path("ichviewer", appauthor=False) / "sets"
    with SelfReport(out, _start(plan), progress) as tell:
        work: dict[str, Any] = {"workers": workers, "progress": tell.progress, "cancel": tell.cancel}
        tell.enter(Phase.TRAINING)
        train(plan, out, data_root=root, folders={BUNDLE: bundles}, **work)
        tell.enter(Phase.COMPARING)
        old, new = load(plan.start), load(out)
        compared: list[dict[str, Any]] = []
        for name, cases in _judging(plan, judges, bundles, root, work).items():
            tell.cancel.raise_if_cancelled()
            tell.progress(len(compared), 0, f"comparing on {name}")
            entry = entry_of(scored_against(old, new, cases), name, old, new)
            record(out, entry)
            compared.append(entry)
        tell.enter(Phase.DONE, compared=tuple(compared))
    return tell.state


def _start(plan: Recipe) -> str:
    """The model that a plan continues.

    Raises:
        InputError: if it continues none, or learns from no bundles.
    """
    of_bundles = any(isinstance(p.spec, SetSpec) and p.spec.set == BUNDLE for p in plan.data.values())
    if not plan.start or plan.stages or not of_bundles:
        raise InputError(
            f"The recipe {plan.name} does not continue a model on bundles; "
            f'give one that says {CONTINUES} = "MODEL" and has a part with set = "{BUNDLE}".'
        )
    find(plan.start)
    return plan.start


def _holding_back(plan: Recipe, share: float) -> Recipe:
    """The recipe with a share of the patients of its bundles left out of teaching."""
    data = {
        name: replace(part, spec=replace(part.spec, held_back=share))
        if isinstance(part.spec, SetSpec) and part.spec.set == BUNDLE
        else part
        for name, part in plan.data.items()
    }
    return replace(plan, data=data)


def _judging(
    plan: Recipe, judges: Judges, bundles: Path, root: Path, work: dict[str, Any]
) -> dict[str, Sequence[CaseFiles]]:
    """The cases to judge on, by what they are called; sets too small to judge by are left out."""
    grid = Grid(plan.size, plan.pixel_mm)
    found: dict[str, Sequence[CaseFiles]] = {}
    _, held = divided(
        cache_set(set_on_disk(BUNDLE, bundles, root), grid, root, **work).cases, judges.hold_back
    )
    if len({case.patient for case in held}) >= FEW_PATIENTS:
        found[HELD_BACK] = held
    specs = {} if TEST not in plan.data else {OWN_TEST: plan.data[TEST].spec}
    for name in judges.sets:
        kind, colon, folder = name.partition(":")
        if colon and kind in SOURCES:
            source = set_on_disk(kind, Path(folder), root)
            found[name] = cache_set(source, grid, root, **work).cases
        else:
            specs[name] = read_recipe(name).test_phantoms
    for name, spec in specs.items():
        if isinstance(spec, PhantomSetSpec):
            on_grid = replace(spec, size=plan.size, pixel_mm=plan.pixel_mm)
            found[name] = make_phantom_set(on_grid, root / on_grid.folder_name, **work)
    if not found:
        raise IchError(
            "There is nothing to judge the new model by: no patients were held back and the recipe names no "
            "test set; give --judge SET."
        )
    return found
