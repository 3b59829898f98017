"""The screen, and the synthetic study that is on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.screen import Screen, missing_tools, virtual_screen
from tests.ichviewer.conftest import systems_folder

__all__ = ["phantom_study", "screen", "systems_folder"]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """A virtual X screen, and a viewer's home of its own."""
    missing = missing_tools()
    if missing:
        pytest.skip(f"{missing} is not installed, so no real window can be driven")
    with virtual_screen(tmp_path) as started:
        yield started


@pytest.fixture(scope="session")
def phantom_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DICOM files of one synthetic head with an epidural hematoma, as a PACS would export them."""
    out = tmp_path_factory.mktemp("phantom")
    arguments = ["--cases", "1", "--seed", "7", "--subtype", "epidural", "--slices", "10", "--size", "192"]
    ichcore("phantom", out, *arguments)
    return next((out / "cases").iterdir()) / "dicom"


def ichcore(*arguments: str | Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ichcore.cli import main; raise SystemExit(main())",
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == expect, result.stderr
    return result
