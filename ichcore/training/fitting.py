"""One stage under Lightning's Trainer: logs, checkpoints, resuming, early stop, progress and cancelling."""

from __future__ import annotations

import logging
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from lightning.pytorch import Callback, Trainer
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from lightning.pytorch.strategies import DDPStrategy

from ichcore.predict.compute import choose_device
from ichcore.training import processes
from ichcore.training.keeping import KEEP_EVERY_S, LAST, KeepWithin, StopEarly, best_and_last
from ichcore.training.safe_state import SafeState

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.models.network import HuNetwork
    from ichcore.progress import CancelToken, Progress
    from ichcore.training.task import TrainingTask


def fit_task(
    task: TrainingTask,
    run: Path,
    *,
    keep_every_s: float = KEEP_EVERY_S,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> HuNetwork:
    """Train a task, from its last state where there is one, and give the network of its best epoch.

    Several processes share out each step among them (see :mod:`.sharing`); the first writes.

    Args:
        task: what is trained and how.
        run: folder of its states and logs.
        keep_every_s: seconds between two states within an epoch.
        progress: told of steps.
        cancel: looked at after every step; a cancelled run goes on from there.

    Raises:
        CancelledError: if asked to stop.
    """
    o, last = task.recipe.optimiser, run / LAST
    several, accelerator = processes.count() > 1, choose_device().type
    keep = best_and_last(run, task.monitor)
    first = processes.number() == 0
    callbacks: list[Callback] = [_Report(progress, task.recipe.stage)] if first else []
    callbacks += [KeepWithin(last, keep_every_s, cancel), keep]
    if o.patience:
        callbacks.append(StopEarly(task.monitor, mode="max", patience=o.patience, verbose=False))
    with _quiet():
        trainer = Trainer(
            accelerator=accelerator,
            devices=processes.beside(),
            num_nodes=processes.count() // processes.beside(),
            # help from masks, boxes and the like are not there in every step
            strategy=DDPStrategy(find_unused_parameters=True) if several else "auto",
            sync_batchnorm=several and accelerator == "cuda",
            precision=cast("Any", o.precision),
            benchmark=True,
            max_epochs=o.epochs,
            gradient_clip_val=o.gradient_clip or None,
            callbacks=callbacks,
            logger=_loggers(run) if first else False,
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
    return task.kept.eval().requires_grad_()


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
    """Tells the progress of every tenth step, and of the first of an epoch."""

    def __init__(self, progress: Progress | None, stage: str) -> None:
        self.progress, self.stage = progress, stage

    def on_train_batch_end(
        self, trainer: Trainer, _module: Any, _outputs: Any, _batch: Any, batch_idx: int
    ) -> None:
        """After each step."""
        if self.progress is not None and (trainer.global_step % 10 == 0 or batch_idx == 0):
            stage = f"{self.stage}, " if self.stage else ""
            epoch = f"{stage}epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"
            self.progress(trainer.global_step, int(trainer.estimated_stepping_batches), epoch)


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
