"""What a stopped training goes on from: its state every few minutes within an epoch, and after each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from lightning.pytorch import Callback
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

from ichcore.training import processes

if TYPE_CHECKING:
    from pathlib import Path

    from lightning.pytorch import Trainer

    from ichcore.progress import CancelToken

SUFFIX = ".safetensors"
LAST = f"last{SUFFIX}"
"""The state that a stopped run goes on from."""
KEEP_EVERY_S = 600.0
"""At most so much work is lost when a run is killed."""


def best_and_last(run: Path, monitor: str) -> ModelCheckpoint:
    """Keeps the state of the epoch with the highest ``monitor``, and that of the last one as :data:`LAST`."""
    keep = ModelCheckpoint(
        run, "best", monitor=monitor, mode="max", save_last=True, enable_version_counter=False
    )
    keep.FILE_EXTENSION = SUFFIX
    return keep


class KeepWithin(Callback):
    """Writes the state within an epoch, and stops when asked, at once and without losing a step.

    Not after an epoch's last step: its validation follows, and then the state is written anyway.

    Args:
        path: of the state.
        every_s: seconds between two.
        cancel: looked at after every step, but after an epoch's last one only when it was validated.
    """

    def __init__(self, path: Path, every_s: float, cancel: CancelToken | None = None) -> None:
        self.path, self.every_s, self.cancel = path, every_s, cancel
        self._since = time.monotonic()

    def on_train_batch_end(
        self, trainer: Trainer, _module: Any, _outputs: Any, _batch: Any, batch_idx: int
    ) -> None:
        """After each step."""
        if batch_idx + 1 >= trainer.num_training_batches:
            return
        stop = self.cancel is not None and self.cancel.cancelled
        if processes.agreed(stop or time.monotonic() - self._since >= self.every_s):
            trainer.save_checkpoint(self.path)
            self._since = time.monotonic()
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()

    def on_train_epoch_end(self, _trainer: Trainer, _module: Any) -> None:
        """After each epoch, which was validated and whose state was written."""
        self._since = time.monotonic()
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()


class StopEarly(EarlyStopping):
    """Stops when validation gets no better, also where a run was killed between deciding so and ending."""

    def on_train_start(self, trainer: Trainer, _module: Any) -> None:
        """Where an earlier start of the run had decided to stop, train no more."""
        if self.wait_count >= self.patience:
            trainer.should_stop = True
