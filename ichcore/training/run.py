"""A training run from recipe to checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.models.card import read_card
from ichcore.training import processes
from ichcore.training.checkpoints import save_run
from ichcore.training.keeping import KEEP_EVERY_S
from ichcore.training.lineage import learned_from, lineage
from ichcore.training.parts import make_sets
from ichcore.training.recipe import Recipe, read_recipe
from ichcore.training.stages import fit_stages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.models.card import Card
    from ichcore.progress import CancelToken, Progress


def train(
    recipe: Recipe | str | Path,
    out: Path,
    *,
    data_root: Path | None = None,
    folders: Mapping[str, Path] | None = None,
    workers: int = 1,
    resume: bool = True,
    keep_every_s: float = KEEP_EVERY_S,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Card:
    """Make the recipe's data, train its stages, calibrate on the validation set, and write a checkpoint.

    Started by ``torchrun`` as several processes, they share out every step; the first makes and writes.

    Args:
        recipe: a recipe, its name or its path.
        out: the checkpoint's folder; logs and the state to resume from go to ``out/run``.
        data_root: where phantom sets are kept and found again; ``out/run/data`` by default.
        folders: where the user's sets are that the recipe learns from, by kind.
        workers: processes that make phantoms and read sets.
        resume: go on where an earlier run in ``out`` stopped.
        keep_every_s: seconds between two states within an epoch; what a kill may lose.
        progress: told of phantoms made, then of training steps.
        cancel: looked at after every step; a cancelled run can be resumed.

    Returns:
        The card as written.

    Raises:
        CancelledError: if asked to stop.
        InputError: if the recipe does not fit.
    """
    if not isinstance(recipe, Recipe):
        recipe = read_recipe(recipe)
    if processes.number() > 0:
        progress = None
    run = out / "run"
    root = data_root or run / "data"
    origin = lineage(recipe, folders or {})
    with processes.together():
        with processes.first_alone():
            sets = make_sets(
                recipe.data,
                (recipe.size, recipe.pixel_mm),
                root,
                folders=folders,
                level=recipe.brain_level,
                workers=workers,
                progress=progress,
                cancel=cancel,
            )
        networks = fit_stages(
            recipe,
            sets.train,
            sets.validation,
            run,
            chance=sets.chance,
            data=learned_from(origin),
            resume=resume,
            keep_every_s=keep_every_s,
            progress=progress,
            cancel=cancel,
        )
        with processes.first_alone():
            if processes.number() == 0:
                return save_run(recipe, networks, sets, out, lineage=origin)
        return read_card(out)
