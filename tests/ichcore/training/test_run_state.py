"""What a run says of itself."""

import pytest

from ichcore.errors import CancelledError, InputError
from ichcore.training import self_report
from ichcore.training.run_state import Phase, ask_to_stop, read_state
from ichcore.training.self_report import SelfReport


def test_progress_and_the_end_are_there_to_read(tmp_path):
    with SelfReport(tmp_path, "old") as tell:
        tell.enter(Phase.TRAINING)
        tell.progress(3, 10, "epoch 1 of 2")
        there = read_state(tmp_path)
        assert (there.phase, there.done, there.total, there.old) == (Phase.TRAINING, 3, 10, "old")
        assert there.goes_on()
        with pytest.raises(InputError, match="goes on in"):
            SelfReport(tmp_path, "old")
        assert not there.goes_on(there.at + 100)
        tell.enter(Phase.DONE, compared=({"data": "x"},))
    end = read_state(tmp_path)
    assert end.phase is Phase.DONE
    assert end.compared == ({"data": "x"},)
    assert not end.goes_on()


def work_until_stopped(tell):
    ask_to_stop(tell.folder)
    while True:
        tell.cancel.raise_if_cancelled()


def test_a_file_stops_it_and_an_error_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(self_report, "ALIVE_EVERY_S", 0.01)
    with pytest.raises(CancelledError), SelfReport(tmp_path, "old") as tell:
        work_until_stopped(tell)
    assert read_state(tmp_path).phase is Phase.STOPPED
    with pytest.raises(InputError), SelfReport(tmp_path, "old"):
        raise InputError("There are no bundles.")
    assert (read_state(tmp_path).phase, read_state(tmp_path).message) == (
        Phase.FAILED,
        "There are no bundles.",
    )


def test_a_damaged_state_says_so(tmp_path):
    assert read_state(tmp_path) is None
    (tmp_path / "state.json").write_text('{"schema": "ichcore.retraining/1", "phase": "dancing"}')
    with pytest.raises(InputError, match="damaged"):
        read_state(tmp_path)
