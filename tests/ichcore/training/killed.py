"""A training in a process of its own that is killed (−9) at a stated moment; see :mod:`.test_kill`."""

import os
import signal
from pathlib import Path

import torch

from ichcore.training import safe_state
from ichcore.training.recipe import read_recipe
from ichcore.training.safe_state import SafeState
from ichcore.training.scan_task import ScanTask
from ichcore.training.slice_task import SliceTask
from ichcore.training.stages import fit
from tests.ichcore.training.toy import toy_cases

OPTIMISER = {
    "epochs": 2,
    "batch": 6,
    "learning_rate": 3e-3,
    "average": 0.5,
    "mask_weight": 0.0,
    "keep_negative": 1.0,
    "precision": "32-true",
    "patience": 5,
}
CHANGE = {
    "network": {"widths": [4, 4, 8, 8, 8], "depths": [1] * 5, "dropout": 0.3},
    "augmentation": {"flip": 0.5, "noise_hu": 3.0},
    "stages": {
        "cnn": {"optimiser": OPTIMISER, "trunk": ""},
        "scan": {
            "optimiser": {**OPTIMISER, "batch": 1},
            "network": {"count": 6, "hidden": 8, "layers": 2, "head_dropout": 0.3},
        },
    },
}


def training(root: Path, run: Path, event: str = "", after: int = 0) -> None:
    """Two stages on a toy, their state written after every step; the process dies at its nth ``event``.

    Args:
        root: where the toy is.
        run: the run's folder; a run in it is gone on with.
        event: ``step``, as one begins; ``writing``, with half a state on the disk; ``written``, right after.
        after: which of them is the last thing that the process does.
    """
    left = {event: after}

    def happens(what: str) -> bool:
        left[what] = left.get(what, 0) - 1
        return left[what] == 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    whole_file, whole_save = safe_state.save_file, SafeState.save_checkpoint

    def save_file(tensors: dict, path: Path, metadata: dict) -> None:
        whole_file(tensors, path, metadata)
        if happens("writing"):
            os.truncate(path, Path(path).stat().st_size // 2)
            die()

    def save_checkpoint(self: SafeState, *arguments: object, **named: object) -> None:
        whole_save(self, *arguments, **named)
        if happens("written"):
            die()

    safe_state.save_file, SafeState.save_checkpoint = save_file, save_checkpoint
    for task in (SliceTask, ScanTask):

        def training_step(self, batch, index, plain=task.training_step):
            if happens("step"):
                die()
            return plain(self, batch, index)

        task.training_step = training_step
    torch.set_num_threads(1)
    sets = [toy_cases(root / name, first, 2) for name, first in (("train", 0), ("check", 9))]
    fit(read_recipe("cnn_bilstm_compact", CHANGE), *sets, run, keep_every_s=0)
