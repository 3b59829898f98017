from __future__ import annotations

from pathlib import Path

import pytest

from ichviewer.app import demo
from ichviewer.app.main_window import MainWindow
from ichviewer.app.waiting import wait_settled

pytestmark = pytest.mark.usefixtures("engine")


def test_the_demo_is_made_once_and_whole(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    calls: list[Path] = []

    def write(out: Path, *_: object, **__: object) -> None:
        calls.append(out)
        (out / "cases" / "0001" / "dicom").mkdir(parents=True)
        (out / "labels.csv").write_text("")

    monkeypatch.setattr("ichcore.phantom.write_cases", write)
    first = demo.make_demo()
    assert first.is_dir()
    assert home in first.parents
    assert demo.make_demo() == first
    assert len(calls) == 1


def test_half_a_demo_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(out: Path, *_: object, **__: object) -> None:
        (out / "cases").mkdir(parents=True)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ichcore.phantom.write_cases", fail)
    with pytest.raises(OSError, match="No space"):
        demo.make_demo()
    assert not demo.demo_folder().exists()


def test_without_a_display_the_steps_become_pictures(reading: MainWindow, tmp_path: Path) -> None:
    written = demo.write_pictures(reading, tmp_path, lambda: wait_settled(reading.workspace, 30))
    assert [path.stat().st_size > 2000 for path in written] == [True] * 4
    assert reading.workspace.view.learned_on
    assert reading.workspace.view.slice_index in {1, 4}
