"""A process killed with −9 at any moment while it edits loses at most the step that it was storing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ichcore.annotations.store import Store
from tests.conftest import ROOT
from tests.ichcore.annotations._cases import SERIES, seen
from tests.ichcore.annotations._editing import act


def killed(path: Path, seed: int) -> int:
    """Revision of the last commit that was acknowledged before the kill."""
    dice = random.Random(-seed - 1)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.ichcore.annotations._editing", str(path), str(seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    said = b""
    for _ in range(dice.randint(1, 60)):
        said += child.stdout.readline()
    time.sleep(dice.random() * 0.02)
    child.kill()
    said += child.stdout.read()
    child.wait()
    child.stdout.close()
    return int(said.splitlines()[-1])


def states_of(folder: Path, seed: int, count: int) -> list[tuple[object, ...]]:
    """What a process that nobody kills has after each revision."""
    annotation = Store.open(folder / "unharmed.sqlite").annotate(SERIES, "ada")
    dice = random.Random(seed)
    states = [seen(annotation.contents)]
    for number in range(count):
        act(annotation, dice, number)
        annotation.store_pending()
        states.append(seen(annotation.contents))
    return states


def check(folder: Path, seed: int) -> None:
    path = folder / "store.sqlite"
    acknowledged = killed(path, seed)
    annotation = Store.open(path).annotate(SERIES, "ada")
    assert not annotation.damage
    assert annotation.revision in {acknowledged, acknowledged + 1}
    states = states_of(folder, seed, annotation.revision)
    assert seen(annotation.contents) == states[-1]
    lines = annotation.history
    done = sum(line.done for line in lines)
    for _ in range(done):
        assert annotation.undo() is not None
    assert annotation.undo() is None
    assert seen(annotation.contents) == states[0]
    for _ in lines:
        assert annotation.redo() is not None
    for _ in range(len(lines) - done):
        annotation.undo()
    assert seen(annotation.contents) == states[-1]
    assert seen(Store.open(path).annotate(SERIES, "ada").contents) == states[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="no signal 9")
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_a_random_moment(folder, seed):
    check(folder, seed)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100, 300))
def test_killed_two_hundred_times(tmp_path, seed):
    check(tmp_path, seed)
