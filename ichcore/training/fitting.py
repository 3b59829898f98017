"""One stage under Lightning's Trainer: logs, checkpoints, resuming, early stop, progress and cancelling."""

from __future__ import annotations

import logging
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from lightning.pytorch import Callback, Trainer
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger

from ichcore.training.device import training_device
from ichcore.training.safe_state import SafeState
from ichcore.training.task import MONITOR

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.models.network import IchNetwork
    from ichcore.progress import CancelToken, Progress
    from ichcore.training.task import TrainingTask

LAST = "last.safetensors"
"""The state that a stopped run goes on from; written after every epoch."""


def fit_task(
    task: TrainingTask, run: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> IchNetwork:
    """Train a task, from its last state where there is one, and give the network of its best epoch.

    Args:
        task: what is trained and how.
        run: folder of its states and logs.
        progress: told of steps.
        cancel: looked at after every step; a cancelled run goes on from its last whole epoch.

    Raises:
        CancelledError: if asked to stop.
    """
    o, last = task.recipe.optimiser, run / LAST
    keep = ModelCheckpoint(
        run, "best", monitor=MONITOR, mode="max", save_last=True, enable_version_counter=False
    )
    keep.FILE_EXTENSION = ".safetensors"
    callbacks: list[Callback] = [keep, _Report(progress, cancel, task.recipe.stage)]
    if o.patience:
        callbacks.append(EarlyStopping(MONITOR, mode="max", patience=o.patience, verbose=False))
    with _quiet():
        trainer = Trainer(
            accelerator="gpu" if training_device().type == "cuda" else "cpu",
            devices=1,
            precision=cast("Any", o.precision),
            benchmark=True,
            max_epochs=o.epochs,
            gradient_clip_val=o.gradient_clip or None,
            callbacks=callbacks,
            logger=_loggers(run),
            plugins=[SafeState()],
            reload_dataloaders_every_n_epochs=1,
            num_sanity_val_steps=0,
            enable_progress_bar=False,
            enable_model_summary=False,
            log_every_n_steps=50,
            use_distributed_sampler=False,
        )
        trainer.fit(task, ckpt_path=str(last) if last.is_file() else None)
    best = SafeState().load_checkpoint(keep.best_model_path or last)
    task.load_state_dict(best["state_dict"])
    return task.kept.eval()


def _loggers(run: Path) -> list[Logger]:
    """CSV, and beside it TensorBoard where that is installed.

    A folder of its own for the log of each start, since Lightning's logger empties one that it finds.
    """
    version = f"log-{1 + sum(1 for _ in run.glob('log-*'))}"
    loggers: list[Logger] = [CSVLogger(run, name="", version=version)]
    if find_spec("tensorboard") is not None:
        loggers.append(TensorBoardLogger(run, name="", version=version, default_hp_metric=False))
    return loggers


class _Report(Callback):
    """Tells the progress of every step, and stops when asked."""

    def __init__(self, progress: Progress | None, cancel: CancelToken | None, stage: str) -> None:
        self.progress, self.cancel, self.stage = progress, cancel, stage

    def on_train_batch_end(
        self, trainer: Trainer, _module: Any, _outputs: Any, _batch: Any, batch_idx: int
    ) -> None:
        """After each step; every tenth is told, and the first of an epoch."""
        if self.progress is not None and (trainer.global_step % 10 == 0 or batch_idx == 0):
            stage = f"{self.stage}, " if self.stage else ""
            epoch = f"{stage}epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"
            self.progress(trainer.global_step, int(trainer.estimated_stepping_batches), epoch)
        if self.cancel is not None:
            # as abrupt as a kill: half an epoch must not pass for a whole one
            self.cancel.raise_if_cancelled()


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
