from __future__ import annotations

import pytest

from ichviewer.app import self_test
from ichviewer.app.main_window import MainWindow

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "SLICES", 4)
    monkeypatch.setattr(self_test, "SIZE", 64)


def test_every_step_is_said_and_passes(window: MainWindow, small) -> None:
    said: list[str] = []
    assert self_test.run_self_test(window, said.append) == 0, said
    assert said[-1] == "self-test passed"
    assert all(line.startswith("ok") for line in said[:-1])
    assert len(said) == 10


def test_what_fails_is_said_and_the_rest_is_still_tried(window: MainWindow, small, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ichviewer.documents.film.write_film", full)
    said: list[str] = []
    assert self_test.run_self_test(window, said.append) == 1
    assert [line for line in said if line.startswith("FAILED")] == [
        "FAILED  export a film: OSError: [Errno 28] No space left on device"
    ]
