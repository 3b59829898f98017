"""Two processes that ``torchrun`` starts do what one does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.ichcore.training.together import TOYS, losses_of_slices, losses_of_toys

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.timeout(900)  # several processes start, on a machine that may be busy


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Losses and folders of one process, and of two."""
    root = tmp_path_factory.mktemp("together")
    one, two = root / "one", root / "two"
    one.mkdir()
    two.mkdir()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        alone = {"slices": losses_of_slices(root, one), **losses_of_toys(root, one)}
    finally:
        torch.set_num_threads(threads)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    started = subprocess.run(
        [*command, "-m", "tests.ichcore.training.together", str(root), str(two)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert started.returncode == 0, started.stderr
    together = json.loads((two / "losses.json").read_text())
    assert together.pop("processes") == 2
    return alone, together, one, two


@pytest.mark.parametrize("task", ["slices", *TOYS])
def test_two_processes_follow_the_loss_of_one(both, task):
    alone, together, *_ = both
    assert len(alone[task]) >= 20
    np.testing.assert_allclose(together[task], alone[task], rtol=0, atol=1e-4)
    assert np.ptp(alone[task]) > 1e-2, "a loss that never moves would follow anything"


def test_two_processes_write_one_checkpoint_and_it_is_that_of_one(both):
    *_, one, two = both
    weights = [load_file(folder / "slices" / "model.safetensors") for folder in (one, two)]
    for name, value in weights[0].items():
        torch.testing.assert_close(weights[1][name], value, atol=1e-4, rtol=1e-3, msg=name)
    cards = [json.loads((folder / "slices" / "card.json").read_text()) for folder in (one, two)]
    assert cards[0]["thresholds"] == pytest.approx(cards[1]["thresholds"], abs=0.01)
    assert [log.name for log in (two / "slices" / "run").glob("log-*")] == ["log-1"]
