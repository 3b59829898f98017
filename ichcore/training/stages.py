"""A recipe's stages in turn: each from the weights of an earlier one, skipped when done."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import torch
from lightning.pytorch import seed_everything

from ichcore.errors import InputError
from ichcore.files import write_text
from ichcore.models.checkpoint import load
from ichcore.models.network import IchNetwork
from ichcore.models.registry import SEGMENTERS, build, build_segmenter
from ichcore.predict.compute import choose_device
from ichcore.training import processes
from ichcore.training.blend_task import BlendSignTask
from ichcore.training.device import table_on
from ichcore.training.fitting import fit_task
from ichcore.training.keeping import KEEP_EVERY_S, LAST, SUFFIX
from ichcore.training.mask_task import MaskTask
from ichcore.training.pair_task import PairTask
from ichcore.training.parts import Sets
from ichcore.training.pseudo_table import DRAWINGS, PSEUDO_MASKS, drawn, propose
from ichcore.training.safe_state import SafeState
from ichcore.training.scan_features import FEATURES
from ichcore.training.scan_task import ScanTask
from ichcore.training.slice_task import SliceTask
from ichcore.training.stated import stated
from ichcore.training.task import MASK_REDUCE
from ichcore.training.trunk import take_trunk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import HuNetwork
    from ichcore.progress import CancelToken, Progress
    from ichcore.training.recipe import Recipe
    from ichcore.training.task import TrainingTask

DONE = f"done{SUFFIX}"
"""What a finished stage leaves: the weights that it kept."""


def fit_stages(
    recipe: Recipe,
    train_cases: Sequence[CaseFiles],
    validation_cases: Sequence[CaseFiles],
    run: Path,
    *,
    chance: NDArray[np.float64] | None = None,
    data: str = "",
    resume: bool = True,
    keep_every_s: float = KEEP_EVERY_S,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> dict[str, HuNetwork]:
    """Train on cases that are there, stage by stage, and return each one's best validated network by name.

    Args:
        recipe: of one stage, whose state is kept in ``run``, or of several, each in a folder of its name.
        train_cases: what is learned from.
        validation_cases: what chooses the epoch.
        run: folder of states and logs.
        chance: how often each training slice is drawn; ``None`` where an epoch looks at all.
        data: which of the user's data there are, where that may change under the same recipe.
        resume: go on where an earlier run stopped, if it followed the same recipe on the same data so far.
        keep_every_s: seconds between two states within an epoch; what a kill may lose.
        progress: told of steps.
        cancel: looked at after every step.

    Raises:
        CancelledError: if asked to stop.
        InputError: if the recipe does not fit.
    """
    earlier: dict[str, HuNetwork] = {}
    for stage in recipe.stages or (recipe,):
        folder = run / stage.stage if recipe.stages else run
        if processes.number() == 0:
            folder.mkdir(parents=True, exist_ok=True)
            _forget_other_recipe(_followed(recipe, stage) + data, folder, resume=resume)
        processes.wait()
        if (folder / DONE).is_file():
            network = _built(stage)
            network.load_state_dict(SafeState().load_checkpoint(folder / DONE)["state_dict"])
        else:
            seed_everything(stage.seed, verbose=False)
            network = _built(stage)
            if stage.trunk:
                take_trunk(network, [_named(name, earlier) for name in stage.trunk], stage.trunk)
            if stage.start:
                take_weights(network, _named(stage.start, earlier), stage.start)
            network.to(memory_format=torch.channels_last)
            teacher = _named(stage.teacher, earlier) if stage.teacher not in ("", DRAWINGS) else None
            sets = Sets(list(train_cases), list(validation_cases), chance)
            task = _make_task(network, stage, sets, folder, teacher)
            network = fit_task(
                task, folder, keep_every_s=keep_every_s, progress=progress, cancel=cancel
            ).cpu()
            if processes.number() == 0:
                SafeState().save_checkpoint({"state_dict": network.state_dict()}, folder / DONE)
        earlier[stage.stage] = network.eval()
    return earlier


def fit(
    recipe: Recipe,
    train_cases: Sequence[CaseFiles],
    validation_cases: Sequence[CaseFiles],
    run: Path,
    **how: Any,
) -> HuNetwork:
    """The network of the last stage; see :func:`fit_stages`, which takes the same."""
    return list(fit_stages(recipe, train_cases, validation_cases, run, **how).values())[-1]


def take_weights(network: HuNetwork, source: HuNetwork, name: str) -> None:
    """Copy what a network has in common with another: all, if both are of one kind, else the shared part.

    Raises:
        InputError: if they share nothing, or differ in the size of what they share.
    """
    ours, theirs = network.state_dict(), source.state_dict()
    shared = {key: value for key, value in theirs.items() if key in ours}
    unlike = sorted(key for key, value in shared.items() if value.shape != ours[key].shape)
    if unlike or not shared or (type(network) is type(source) and ours.keys() != theirs.keys()):
        raise InputError(
            f"The weights of {name!r} do not fit this stage's network"
            f"{f' (first: {unlike[0]})' if unlike else ''}; give both the same size, widths and depths."
        )
    network.load_state_dict(shared, strict=False)


def _make_task(
    network: HuNetwork,
    stage: Recipe,
    sets: Sets,
    folder: Path,
    teacher: HuNetwork | None,
) -> TrainingTask:
    """What the stage's ``task`` names, on the training and the validation set."""
    if stage.task == "masks":
        return _mask_task(network, stage, sets, folder, teacher)
    if not isinstance(network, IchNetwork):
        raise InputError(f"{stage.architecture} draws masks; train it with the task masks.")
    device = choose_device()
    masks = MASK_REDUCE if stage.optimiser.needs_masks or stage.task == "blend_sign" else 0
    train = table_on(device, sets.train, masks, sets.chance)
    validation = table_on(device, sets.validation, 0)
    if stage.task == "scans":
        return ScanTask(network, stage, train, validation, folder)
    if stage.task == "blend_sign":
        return BlendSignTask(network, stage, train, validation, teacher)
    return (PairTask if stage.task == "pair" else SliceTask)(network, stage, train, validation)


def _mask_task(
    network: HuNetwork, stage: Recipe, sets: Sets, folder: Path, teacher: HuNetwork | None
) -> MaskTask:
    """A U-Net on the masks that come of what its teacher points at, or on drawn ones."""
    if stage.teacher == DRAWINGS:
        train, validation = drawn(sets.train), drawn(sets.validation)
        train.chance = sets.chance
        return MaskTask(network, stage, train, validation)
    if not isinstance(teacher, IchNetwork) or "any" not in teacher.classes:
        raise InputError(
            "The task masks learns what a classifier_pair, or another network that predicts any, points at; "
            f"name the stage or the checkpoint of one as its teacher, or {DRAWINGS!r} for drawn masks."
        )
    train = propose(teacher, sets.train, folder, "train", stage.chain, stage.pixel_mm)
    validation = propose(teacher, sets.validation, folder, "validation", stage.chain, stage.pixel_mm)
    train.chance = sets.chance
    return MaskTask(network, stage, train, validation)


def _built(stage: Recipe) -> HuNetwork:
    """A fresh network of what the stage trains."""
    make = build_segmenter if stage.architecture in SEGMENTERS else build
    return make(stage.architecture, stage.arguments)


def _named(name: str, earlier: Mapping[str, HuNetwork]) -> HuNetwork:
    """An earlier stage's network, or an installed checkpoint's."""
    return earlier[name] if name in earlier else load(name).network


def _followed(recipe: Recipe, stage: Recipe) -> str:
    """What a stage's state depends on: itself and all stages before it."""
    if not recipe.stages:
        return stated(recipe)
    return stated(recipe.stages[: recipe.stages.index(stage) + 1])


def _forget_other_recipe(followed: str, run: Path, *, resume: bool) -> None:
    """Keep the state of an earlier run only if it followed the same recipe, whose schedule it is in."""
    text = run / "recipe.txt"
    same = text.is_file() and text.read_text(encoding="utf-8") == followed
    if not (same and resume):
        for state in (LAST, DONE, *FEATURES):
            (run / state).unlink(missing_ok=True)
        shutil.rmtree(run / PSEUDO_MASKS, ignore_errors=True)
        write_text(text, followed)
    for half_written in (*run.glob(f".*{SUFFIX}"), *(run / PSEUDO_MASKS).glob(".*")):
        half_written.unlink()  # by a process that was killed meanwhile
