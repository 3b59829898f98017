"""What may import what: the window is up before torch is loaded, and the engine never meets Qt."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = ("torch", "torchvision", "timm", "lightning")


def loaded_after(statement: str) -> set[str]:
    """Top-level packages in ``sys.modules`` of a fresh interpreter after a statement."""
    code = (
        f"import sys, json\n{statement}\nprint(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


SLOW = ("scipy", "skimage", "pyqtgraph", "pydicom", "imageio", "nibabel", "matplotlib")
"""What else would keep the window waiting; each costs a good part of a second."""


@pytest.mark.parametrize("module", ["ichviewer.app", "ichviewer.__main__", "ichviewer.app.program"])
def test_the_window_needs_no_torch(module: str) -> None:
    assert not loaded_after(f"import {module}") & {*HEAVY, *SLOW}


@pytest.mark.parametrize(
    "module",
    [
        "ichcore",
        "ichcore.cli",
        "ichcore.predict.prediction",
        "ichcore.explain.heatmap",
        "ichcore.models.card",
        "ichcore.models.catalogue",
    ],
)
def test_light_modules_of_the_engine_load_neither_torch_nor_qt(module: str) -> None:
    assert not loaded_after(f"import {module}") & {*HEAVY, "PySide6", "pyqtgraph", "ichviewer"}


def imports_of(path: Path) -> set[str]:
    """Every module named by an import statement of a file, at any depth."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return named


def test_only_widgets_and_app_import_qt_widgets() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for layer in ("base", "documents", "actions")
        for path in (ROOT / "ichviewer" / layer).rglob("*.py")
        if any(name.startswith(("PySide6.QtWidgets", "pyqtgraph")) for name in imports_of(path))
    ]
    assert not guilty


def test_no_pickle_anywhere() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for package in ("ichcore", "ichviewer")
        for path in (ROOT / package).rglob("*.py")
        if imports_of(path) & {"pickle", "joblib", "dill", "shelve"}
    ]
    assert not guilty


def test_import_contracts_hold() -> None:
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if tool is None:
        pytest.skip("import-linter is not installed (extra dev)")
    result = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
