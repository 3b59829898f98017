"""The house keeps its shape: one concept a file, names of the field, packages that are installed."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("ichcore", "ichviewer")
MOST_LINES = 600
MEDIAN_LINES = 150
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "__pycache__" not in path.parts
    ]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_600_lines() -> None:
    found = sources(*PACKAGES, "tests", "benchmarks", "packaging", "resources")
    too_long = {str(p.relative_to(ROOT)): lines(p) for p in found if lines(p) > MOST_LINES}
    assert not too_long


def test_the_median_file_is_short() -> None:
    lengths = [lines(p) for p in sources(*PACKAGES) if p.name != "__init__.py"]
    assert statistics.median(lengths) <= MEDIAN_LINES


def test_no_module_is_a_drawer_of_odds_and_ends() -> None:
    named = [
        str(p.relative_to(ROOT))
        for p in sources(*PACKAGES)
        if FORBIDDEN_NAMES & {part.removesuffix(".py") for part in p.relative_to(ROOT).parts}
        or p.stem.endswith(("_utils", "_helpers", "_manager"))
    ]
    assert not named


def test_every_package_is_in_the_distribution() -> None:
    """A folder that pyproject does not list works in the checkout and is missing once installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    stated = set(project["tool"]["setuptools"]["packages"])
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in PACKAGES
        for path in (ROOT / package).rglob("__init__.py")
    }
    assert stated == folders | {"ichcore.resources"}
    without_init = {p.parent for p in sources(*PACKAGES)} - {
        p.parent for p in sources(*PACKAGES) if p.name == "__init__.py"
    }
    assert not without_init


def test_nothing_that_a_patient_could_be_in_has_entered() -> None:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout, so there is no list of what has entered")
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    result = subprocess.run(
        [sys.executable, "packaging/admission.py", *names], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("scan.dcm", b"x", "study"),
        ("IM0001", b"\0" * 128 + b"DICM", "DICOM"),
        ("docs/head.png", b"x", "picture"),
        ("weights.pt", b"x", "pickle"),
        ("model.safetensors", b"\0" * (16 * 2**20 + 1), "MB"),
    ],
)
def test_admission_refuses_with_a_reason(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    script = str(ROOT / "packaging" / "admission.py")
    result = subprocess.run([sys.executable, script, name], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 1
    assert name in result.stderr
    assert word in result.stderr
