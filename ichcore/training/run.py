"""A training run from recipe to checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.models.checkpoint import save
from ichcore.training.calibration import calibrated_card
from ichcore.training.parts import make_sets
from ichcore.training.recipe import Recipe, read_recipe
from ichcore.training.scoring import predict_logits
from ichcore.training.stages import fit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.datasets.phantom_set import PhantomSetSpec
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
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Card:
    """Make the recipe's data, train its stages, calibrate on the validation set, and write a checkpoint.

    Args:
        recipe: a recipe, its name or its path.
        out: the checkpoint's folder; logs and the state to resume from go to ``out/run``.
        data_root: where phantom sets are kept and found again; ``out/run/data`` by default.
        folders: where the user's sets are that the recipe learns from, by kind.
        workers: processes that make phantoms and read sets.
        resume: go on where an earlier run in ``out`` stopped.
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
    run = out / "run"
    root = data_root or run / "data"
    sets = make_sets(
        recipe.data,
        (recipe.size, recipe.pixel_mm),
        root,
        folders=folders,
        workers=workers,
        progress=progress,
        cancel=cancel,
    )
    network = fit(
        recipe,
        sets.train,
        sets.validation,
        run,
        chance=sets.chance,
        resume=resume,
        progress=progress,
        cancel=cancel,
    )
    card = calibrated_card(recipe, network, sets.validation, learned_from=sets.train)
    return save(network, card, out)


def set_folder(root: Path, spec: PhantomSetSpec) -> Path:
    """Folder of a phantom set; see :attr:`~ichcore.datasets.phantom_set.PhantomSetSpec.folder_name`."""
    return root / spec.folder_name


__all__ = ["calibrated_card", "fit", "predict_logits", "set_folder", "train"]
