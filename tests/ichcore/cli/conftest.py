"""Runs the command line inside this process, on a study written once, with a small model as the default."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ichcore.cli.app import app
from ichcore.nifti import write_nifti
from tests.ichcore.tiny_model import make_volume, tiny_folder, tiny_model

__all__ = ["tiny_folder", "tiny_model"]


@dataclass(frozen=True)
class Outcome:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it must be; NaN is none."""

        def refuse(name: str) -> float:
            raise AssertionError(f"{name} in the JSON")

        found = json.loads(self.out, parse_constant=refuse)
        assert isinstance(found, dict)
        return found


def command(*arguments: object) -> Outcome:
    """Run ``ichcore`` with these arguments."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(autouse=True)
def only_tiny(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny checkpoint is the only one installed."""
    monkeypatch.setattr("ichcore.models.catalogue.folders", lambda: [tiny_folder])


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head of 9 slices as NIfTI."""
    volume = make_volume()
    path = tmp_path_factory.mktemp("study") / "head.nii.gz"
    write_nifti(path, volume.hu, volume.geometry)
    return path
