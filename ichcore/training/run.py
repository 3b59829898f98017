"""A training run from recipe to checkpoint, with Lightning's Trainer underneath."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from lightning.pytorch import Callback, Trainer, seed_everything
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger

from ichcore.datasets.phantom_set import PhantomSetSpec, make_phantom_set
from ichcore.files import write_text
from ichcore.models.card import Calibration, Card
from ichcore.models.checkpoint import load, save
from ichcore.models.registry import build
from ichcore.predict.neighbours import heard_together
from ichcore.subtypes import CLASSES
from ichcore.training.batches import Batches, ResidentTable, SliceTable
from ichcore.training.operating_point import platt, youden
from ichcore.training.recipe import Recipe, read_recipe
from ichcore.training.safe_state import SafeState
from ichcore.training.task import MASK_REDUCE, MONITOR, TrainingTask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import IchNetwork
    from ichcore.progress import CancelToken, Progress

INTENDED_USE = (
    "Research and teaching on head CT with suspected intracranial hemorrhage. Not a medical device: it was "
    "trained on synthetic heads only and its output must not be used for diagnosis or triage."
)


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
    """Make the recipe's data, train, calibrate on the validation set, and write a checkpoint.

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
    """Folder of a phantom set: sets that differ in grid or scan never share one, sets of seeds do."""
    return (
        root / f"phantom-{spec.size}-{spec.pixel_mm:g}mm-{spec.slices}x{spec.scan_size}-from{spec.first_seed}"
    )


def fit(
    recipe: Recipe,
    train_cases: Sequence[CaseFiles],
    validation_cases: Sequence[CaseFiles],
    run: Path,
    *,
    resume: bool = True,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> IchNetwork:
    """Train on cases that are there, and return the network of the best validated epoch."""
    seed_everything(recipe.seed, verbose=False)
    network = build(recipe.architecture, recipe.arguments)
    if recipe.start:
        _start_from(network, recipe.start)
    network.to(memory_format=torch.channels_last)
    device = training_device()
    masks = MASK_REDUCE if recipe.optimiser.needs_masks else 0
    task = TrainingTask(
        network, recipe, table_on(device, train_cases, masks), table_on(device, validation_cases, 0)
    )
    run.mkdir(parents=True, exist_ok=True)
    keep = ModelCheckpoint(
        run, "best", monitor=MONITOR, mode="max", save_last=True, enable_version_counter=False
    )
    keep.FILE_EXTENSION = ".safetensors"
    last = run / "last.safetensors"
    _forget_other_recipe(recipe, run, last)
    with _quiet():
        trainer = Trainer(
            accelerator="gpu" if device.type == "cuda" else "cpu",
            devices=1,
            precision=cast("Any", recipe.optimiser.precision),
            benchmark=True,
            max_epochs=recipe.optimiser.epochs,
            gradient_clip_val=recipe.optimiser.gradient_clip or None,
            callbacks=[keep, _Report(progress, cancel)],
            logger=CSVLogger(run, name="", version=_log_name(run)),
            plugins=[SafeState()],
            reload_dataloaders_every_n_epochs=1,
            num_sanity_val_steps=0,
            enable_progress_bar=False,
            enable_model_summary=False,
            log_every_n_steps=50,
            use_distributed_sampler=False,
        )
        trainer.fit(task, ckpt_path=str(last) if resume and last.is_file() else None)
    if cancel is not None:
        cancel.raise_if_cancelled()
    best = SafeState().load_checkpoint(keep.best_model_path or last)
    task.load_state_dict(best["state_dict"])
    return task.kept.eval()


def training_device() -> torch.device:
    """The GPU, if there is one, else the processor."""
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


def table_on(device: torch.device, cases: Sequence[CaseFiles], mask_reduce: int) -> SliceTable:
    """A table that lives on the GPU where it takes at most half of what is free; else one that reads files.

    Args:
        device: where is trained.
        cases: the set.
        mask_reduce: block of pixels a mask cell stands for; 0 for no masks.
    """
    if device.type != "cuda":
        return SliceTable(cases)
    free, _ = torch.cuda.mem_get_info(device)
    if ResidentTable.bytes_needed(cases, mask_reduce) > free // 2:
        return SliceTable(cases)
    return ResidentTable(cases, device, mask_reduce)


def predict_logits(
    network: IchNetwork, cases: Sequence[CaseFiles], batch: int = 32, *, neighbour_weight: float = 0.0
) -> NDArray[np.float64]:
    """``(slices, 6)`` logits of every slice of the cases, in order, as the predictor has them.

    Args:
        network: turned to evaluation.
        cases: of its grid, each an even scan.
        batch: slices a pass.
        neighbour_weight: as the card's; neighbours are those of the same case.
    """
    device = training_device()
    network.eval().to(device).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        parts = [network(hu.to(device)).cpu().numpy() for hu, _, _ in Batches(SliceTable(cases), batch)]
    network.cpu()
    ends = np.cumsum([len(case.labels) for case in cases])[:-1]
    by_case = np.split(np.concatenate(parts), ends)
    return np.concatenate([heard_together(logits, neighbour_weight) for logits in by_case])


def calibrated_card(recipe: Recipe, network: IchNetwork, validation: Sequence[CaseFiles]) -> Card:
    """A card with Platt calibration and Youden thresholds from the validation set."""
    logits = predict_logits(network, validation, neighbour_weight=recipe.neighbour_weight)
    labels = SliceTable(validation).labels
    pairs = [platt(logits[:, c], labels[:, c]) for c in range(len(CLASSES))]
    on = (
        f"phantom validation set, {len(validation)} cases, {len(labels)} slices (seeds from {_first(recipe)})"
    )
    calibration = Calibration(tuple(a for a, _ in pairs), tuple(b for _, b in pairs), on)
    card = Card(
        name=recipe.name,
        title=recipe.title,
        system=recipe.system,
        architecture=recipe.architecture,
        arguments=recipe.arguments,
        size=recipe.size,
        pixel_mm=recipe.pixel_mm,
        calibration=calibration,
        neighbour_weight=recipe.neighbour_weight,
        normalisation=network.normalisation(),
        training=_training_entry(recipe),
        intended_use=INTENDED_USE,
    )
    p = card.probabilities(logits)
    thresholds = {name: round(youden(p[:, c], labels[:, c]), 4) for c, name in enumerate(CLASSES)}
    return Card(**{**card.__dict__, "thresholds": thresholds})


def _training_entry(recipe: Recipe) -> dict[str, Any]:
    """What the card says of the data and the run."""
    o = recipe.optimiser
    return {
        "data": "synthetic heads of ichcore.phantom only; no patient data",
        "data_licence": "MIT, as this program",
        "labels": _labels_used(o.mask_weight, o.attention_weight),
        "sets": {part: _set_entry(spec) for part, spec in recipe.data.items()},
        "seed": recipe.seed,
        "optimiser": f"{o.name}, {o.schedule}, {o.epochs} epochs, batch {o.batch}, learning rate "
        f"{o.learning_rate:g}, window layer {o.window_learning_rate:g}",
        "started_from": recipe.start or "random weights",
        "notes": recipe.notes,
    }


def _labels_used(mask_weight: float, attention_weight: float) -> str:
    taught = [
        f"{what} (weight {weight:g})"
        for what, weight in (("the CAM", mask_weight), ("the spatial attention", attention_weight))
        if weight
    ]
    if not taught:
        return "six slice labels; no masks or boxes were used in training"
    return (
        f"six slice labels and the phantoms' own masks, which taught {' and '.join(taught)} "
        "where to look [ours; the paper uses slice labels alone]"
    )


def _set_entry(spec: PhantomSetSpec) -> dict[str, Any]:
    kinds = list(spec.kinds)
    return {"first_seed": spec.first_seed, "cases": spec.cases, "slices": spec.slices, "kinds": kinds}


def _first(recipe: Recipe) -> int:
    return recipe.data["validation"].first_seed


def _log_name(run: Path) -> str:
    """A folder of its own for the log of each start, since Lightning's logger empties one that it finds."""
    return f"log-{1 + sum(1 for _ in run.glob('log-*'))}"


def _forget_other_recipe(recipe: Recipe, run: Path, last: Path) -> None:
    """Keep the state of an earlier run only if it followed the same recipe, whose schedule it is in."""
    stated = run / "recipe.txt"
    if not stated.is_file() or stated.read_text(encoding="utf-8") != repr(recipe):
        last.unlink(missing_ok=True)
        write_text(stated, repr(recipe))


def _start_from(network: IchNetwork, checkpoint: str) -> None:
    """Copy body and windows of a checkpoint of the same architecture."""
    earlier = load(checkpoint).network
    network.load_state_dict(earlier.state_dict(), strict=True)


class _Report(Callback):
    """Tells the progress of every step, and stops when asked."""

    def __init__(self, progress: Progress | None, cancel: CancelToken | None) -> None:
        self.progress, self.cancel = progress, cancel

    def on_train_batch_end(self, trainer: Trainer, *_: Any) -> None:
        """After each step."""
        if self.progress is not None and trainer.global_step % 10 == 0:
            epoch = f"epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"
            self.progress(trainer.global_step, int(trainer.estimated_stepping_batches), epoch)
        if self.cancel is not None and self.cancel.cancelled:
            trainer.should_stop = True


class _quiet:  # noqa: N801 (a context, used like a function)
    """Silences Lightning's advertisements and its advice on data loader workers."""

    def __enter__(self) -> None:
        logger = logging.getLogger("lightning.pytorch")
        self._level = logger.level
        logger.setLevel(logging.ERROR)
        self._filters = warnings.catch_warnings()
        self._filters.__enter__()
        warnings.filterwarnings("ignore", module="lightning")

    def __exit__(self, *_: object) -> None:
        self._filters.__exit__(None, None, None)
        logging.getLogger("lightning.pytorch").setLevel(self._level)
