"""kill −9 at any moment leaves the last good file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

WRITER = """
import sys
from ichviewer.base.settings import Settings
from ichviewer.documents.measurement_store import save_measurements
from ichviewer.documents.measurements import Measurement

settings = Settings()
drawn = [Measurement(i, "distance", i % 30, ((1.0, 2.0), (3.0, float(i)))) for i in range(1, 800)]
settings.change(last_folder="x" * 20_000, cine_fps=1.0)
save_measurements("1.2.3", drawn[:400])
print("saving", flush=True)  # from here on there is a last good file
for turn in range(1, 1_000_000):
    settings.change(last_folder="x" * 20_000, cine_fps=float(turn))
    save_measurements("1.2.3", drawn[: 400 + turn % 400])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("delay_s", [0.05, 0.11, 0.23])
def test_settings_and_measurements_survive_being_killed_while_saving(tmp_path: Path, delay_s: float) -> None:
    environment = {**os.environ, "ICHVIEWER_HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER], env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "saving\n"
    time.sleep(delay_s)
    process.kill()
    process.wait()
    process.stdout.close()

    preferences = json.loads((tmp_path / "config" / "preferences.json").read_text(encoding="utf-8"))
    assert preferences["cine_fps"] >= 1
    assert preferences["last_folder"] == "x" * 20_000
    stored = [
        json.loads(f.read_text())
        for f in (tmp_path / "data" / "measurements").glob("*.json")
        if f.name[0] != "."
    ]
    assert len(stored) == 1
    assert len(stored[0]["measurements"]) >= 400


@pytest.mark.skipif(os.name == "nt", reason="folders are not made read-only this way on Windows")
def test_a_failed_save_leaves_the_last_good_file(tmp_path: Path) -> None:
    from ichcore.files import atomic_path, write_text

    target = tmp_path / "findings.json"
    write_text(target, "good")

    def fail_half_way() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("half of")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fail_half_way()
    assert target.read_text() == "good"
    assert [p.name for p in tmp_path.iterdir()] == ["findings.json"]
