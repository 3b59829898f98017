"""A run of its own process, as the window sees it."""

import sys
import time
from dataclasses import replace

import pytest

from ichcore.training.run_state import STOP, Phase, RunState, write_state
from ichviewer.documents.retraining import LOG, Request, Retraining, launch_detached

COMPARED = ({"data": "held back", "patients": 5, "differences": {}},)


@pytest.fixture
def launched():
    return []


@pytest.fixture
def retraining(qtbot, tmp_path, launched):
    return Retraining(tmp_path / "runs", lambda command, log: launched.append((command, log)))


def test_a_run_is_started_watched_and_found_again_by_the_next_window(retraining, launched, qtbot, tmp_path):
    retraining.start(Request("/bundles", judge=("drifted_phantoms",)))
    (command, log), run = launched[0], retraining.run
    assert command[1:5] == ["-m", "ichcore.cli", "retrain", "/bundles"]
    assert command[-2:] == ["--judge", "drifted_phantoms"]
    assert log == run / LOG
    assert retraining.running
    assert not retraining.can_use
    write_state(run, RunState(Phase.TRAINING, "epoch 1 of 3", 10, 50))
    retraining.look()
    assert retraining.state.done == 10

    later = Retraining(tmp_path / "runs", lambda *_: None)
    assert later.running
    assert later.state.message == "epoch 1 of 3"
    later.stop()
    assert (run / STOP).exists()
    write_state(run, RunState(Phase.DONE, old="a", compared=COMPARED))
    later.look()
    assert later.can_use
    assert not later.running


def test_a_killed_run_goes_on_by_the_same_command(retraining, launched):
    retraining.start(Request("/bundles"))
    run = retraining.run
    state = write_state(run, RunState(Phase.TRAINING))
    dead = replace(state, at=time.time() - 60)
    assert dead.killed
    (run / "state.json").write_text(
        (run / "state.json").read_text().replace(str(state.at), str(dead.at)), encoding="utf-8"
    )
    again = Retraining(retraining.run.parent, lambda command, log: launched.append((command, log)))
    assert again.can_go_on
    again.go_on()
    assert launched[1] == launched[0]


def test_a_second_run_waits_for_the_first_and_nothing_is_used_before_it_was_compared(retraining, qtbot):
    retraining.start(Request("/bundles"))
    with qtbot.waitSignal(retraining.failed):
        retraining.start(Request("/other"))
    write_state(retraining.run, RunState(Phase.DONE))
    retraining.look()
    assert not retraining.can_use


def test_a_launched_process_is_of_a_session_of_its_own(tmp_path):
    words = "import os; print(os.getsid(0) == os.getpid(), flush=True)"
    launch_detached([sys.executable, "-c", words], tmp_path / LOG)
    until = time.monotonic() + 20
    while not (tmp_path / LOG).read_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert (tmp_path / LOG).read_text().strip() == "True"
