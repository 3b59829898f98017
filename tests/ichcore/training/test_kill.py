"""A training that is killed (−9), whenever that is, ends with the weights of one that was not."""

import multiprocessing
import signal

import pytest
import torch

from ichcore.training.safe_state import SafeState
from ichcore.training.stages import DONE
from tests.ichcore.training.killed import training

pytestmark = pytest.mark.timeout(900)  # several processes start, on a machine that may be busy

MOMENTS = [
    ("step", 3),  # within the first epoch
    ("writing", 1),  # the third step's state, the half of which stays behind
    ("written", 2),  # the best epoch's state is there and that of the last not yet
    ("written", 1),
    ("step", 2),  # within the second epoch
    ("written", 4),  # between the stages, or about there
    ("writing", 1),
    ("step", 2),  # within the second stage
    ("writing", 3),
]


def test_a_training_killed_at_any_moment_ends_with_the_weights_of_one_that_was_not(tmp_path):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.ichcore.training.killed"])

    def run(*arguments):
        process = processes.Process(target=training, args=(tmp_path, *arguments))
        process.start()
        process.join()
        return process.exitcode

    assert run(tmp_path / "whole") == 0
    for moment in MOMENTS:
        assert run(tmp_path / "killed", *moment) == -signal.SIGKILL, moment
    assert list((tmp_path / "killed").rglob(".*")), "nothing was killed in the middle of writing"
    assert run(tmp_path / "killed") == 0
    assert not list((tmp_path / "killed").rglob(".*")), "what was half written is cleared away"
    for stage in ("cnn", "scan"):
        one, other = (
            SafeState().load_checkpoint(tmp_path / name / stage / DONE)["state_dict"]
            for name in ("whole", "killed")
        )
        for name, value in one.items():
            assert torch.equal(other[name], value), (stage, name)
