"""What ``torchrun`` starts in :mod:`.test_torchrun`: tiny trainings whose loss is noted after every step."""

import json
import sys
from contextlib import contextmanager
from pathlib import Path

import torch

from ichcore.training import processes
from ichcore.training.recipe import read_recipe
from ichcore.training.run import train
from ichcore.training.scan_task import ScanTask
from ichcore.training.slice_task import SliceTask
from ichcore.training.stages import fit
from tests.ichcore.training.test_systems import with_blend_signs
from tests.ichcore.training.toy import toy_cases

BODY = {"widths": [4, 4, 8, 8, 8], "depths": [1, 1, 1, 1, 1], "dropout": 0.0}
MOVES = {"flip": 0.5, "rotate_deg": 8.0, "noise_hu": 3.0}
OPTIMISER = {
    "epochs": 4,
    "batch": 5,  # two processes cannot share it evenly
    "learning_rate": 3e-3,
    "average": 0.5,
    "gradient_clip": 1.0,
    "mask_weight": 0.0,
    "attention_weight": 0.0,
    "keep_negative": 1.0,
    "precision": "32-true",
    "freeze_norm": True,
}
SLICES = """
extends = "window_fusion_compact"
name = "tiny"
[network]
widths = [4, 4, 8, 8, 8]
depths = [1, 1, 1, 1, 1]
fused = 8
dropout = 0.0
[grid]
size = 32
pixel_mm = 7.0
[data.train]
first_seed = 1
cases = 3
slices = 8
scan_size = 64
kinds = ["epidural", "intraparenchymal", "blank"]
[data.validation]
first_seed = 11
cases = 1
slices = 8
scan_size = 64
kinds = ["subdural"]
[data.test]
cases = 1
"""
TOYS = {
    "masks": (
        "shallow_cam_compact",
        {
            "stages": {
                "classifiers": {
                    "network": {"widths": [[4, 4, 4, 8, 8]] * 2, "depths": [[1] * 5] * 2, "dropout": 0.0},
                    "optimiser": OPTIMISER,
                    "augmentation": MOVES,
                    "trunk": "",
                },
                "u_net": {"network": {"widths": [4, 8]}, "optimiser": OPTIMISER},
            },
        },
    ),
    "blend": (
        "blend_sign_compact",
        {
            "network": BODY,
            "stages": {name: {"optimiser": OPTIMISER} for name in ("signs", "teacher", "student")},
        },
    ),
    "scans": (
        "xception_lstm_compact",
        {
            "network": {**BODY, "hidden": 8, "input_dropout": 0.0, "recurrent_dropout": 0.0},
            "optimiser": OPTIMISER,
            "stages": {
                "slices": {"optimiser": OPTIMISER, "trunk": ""},
                "scan": {"optimiser": {**OPTIMISER, "batch": 1}, "sequence": {"freeze": False}},
            },
        },
    ),
    "features": (
        "cnn_bilstm_compact",
        {
            "network": BODY,
            "stages": {
                "cnn": {"optimiser": OPTIMISER, "trunk": ""},
                "scan": {
                    "optimiser": {**OPTIMISER, "batch": 1, "epochs": 5},
                    "network": {"count": 6, "hidden": 8, "layers": 1, "head_dropout": 0.0},
                },
            },
        },
    ),
}


@contextmanager
def noted():
    """Every step's loss, in turn."""
    losses, plain = [], {task: task.training_step for task in (SliceTask, ScanTask)}

    def noting(step):
        def training_step(self, batch, index):
            loss = step(self, batch, index)
            losses.append(loss.item())
            return loss

        return training_step

    try:
        for task, step in plain.items():
            task.training_step = noting(step)
        yield losses
    finally:
        for task, step in plain.items():
            task.training_step = step


def tiny_recipe(root: Path):
    """Twenty steps of the slice task, with all the help that it knows, on a tiny set of phantoms."""
    if not (root / "tiny.toml").is_file():  # processes that start at once must not read it half written
        (root / "tiny.toml").write_text(SLICES)
    helped = {**OPTIMISER, "mask_weight": 1.0, "attention_weight": 1.0}
    return read_recipe(root / "tiny.toml", {"optimiser": helped, "augmentation": MOVES})


def losses_of_slices(root: Path, out: Path) -> list[float]:
    """As ``ichcore train`` does it: phantoms, training, card."""
    with noted() as losses:
        train(tiny_recipe(root), out / "slices", data_root=root / "phantoms")
    return losses


def losses_of_toys(root: Path, out: Path) -> dict[str, list[float]]:
    """The other tasks, on toys."""
    said = {}
    with processes.first_alone():
        sets = [with_blend_signs(toy_cases(root / name, 0, n)) for name, n in (("train", 4), ("check", 2))]
    for name, (recipe, change) in TOYS.items():
        with noted() as said[name]:
            fit(read_recipe(recipe, {**change, "augmentation": MOVES}), *sets, out / name)
    return said


def main() -> None:
    """Run all, and let the first process say what it noted."""
    torch.set_num_threads(1)
    root, out = Path(sys.argv[1]), Path(sys.argv[2])
    with processes.together():
        said = {"slices": losses_of_slices(root, out), **losses_of_toys(root, out)}
        if processes.number() == 0:
            (out / "losses.json").write_text(json.dumps({**said, "processes": processes.count()}))


if __name__ == "__main__":
    main()
