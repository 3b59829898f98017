"""A training run from recipe to checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.datasets.phantom_set import PhantomSetSpec, make_phantom_set
from ichcore.models.checkpoint import save
from ichcore.training.calibration import calibrated_card
from ichcore.training.recipe import Recipe, read_recipe
from ichcore.training.scoring import predict_logits
from ichcore.training.stages import fit

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.models.card import Card
    from ichcore.progress import CancelToken, Progress


def train(
    recipe: Recipe | str | Path,
    out: Path,
    *,
    data_root: Path | None = None,
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
        workers: processes that make phantoms.
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
    sets = {
        part: make_phantom_set(
            recipe.data[part],
            set_folder(root, recipe.data[part]),
            workers=workers,
            progress=progress,
            cancel=cancel,
        )
        for part in recipe.data
        if part != "test"
    }
    learned_from = [case for part, cases in sets.items() if part != "validation" for case in cases]
    network = fit(
        recipe, learned_from, sets["validation"], run, resume=resume, progress=progress, cancel=cancel
    )
    card = calibrated_card(recipe, network, sets["validation"])
    return save(network, card, out)


def set_folder(root: Path, spec: PhantomSetSpec) -> Path:
    """Folder of a phantom set; see :attr:`~ichcore.datasets.phantom_set.PhantomSetSpec.folder_name`."""
    return root / spec.folder_name


__all__ = ["calibrated_card", "fit", "predict_logits", "set_folder", "train"]
