"""Importing torch beside a live interface leaves the interpreter as it was."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ichviewer.documents import torch_import
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def thaw() -> Iterator[None]:
    """What a test froze may be collected again."""
    yield
    gc.unfreeze()


def test_the_engine_is_there_and_the_interpreter_as_before() -> None:
    code = """
import gc, json, sys
from ichviewer.documents.torch_import import ENGINE, import_engine
assert "torch" not in sys.modules
interval = sys.getswitchinterval()
import_engine()
import torch
print(json.dumps({
    "missing": [name for name in ENGINE if name not in sys.modules],
    "collects": gc.isenabled(),
    "same_turns": sys.getswitchinterval() == interval,
    "frozen": gc.get_freeze_count() > 100_000,
    "sum": float(torch.ones(3).sum()),
}))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == {
        "missing": [],
        "collects": True,
        "same_turns": True,
        "frozen": True,
        "sum": 3.0,
    }


def test_a_failed_import_leaves_the_interpreter_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_import, "ENGINE", ("ichcore.no_such_module",))
    interval = sys.getswitchinterval()
    with pytest.raises(ModuleNotFoundError):
        torch_import.import_engine()
    assert gc.isenabled()
    assert sys.getswitchinterval() == interval


def test_a_collector_that_was_off_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_import, "ENGINE", ("ichcore.no_such_module",))
    gc.disable()
    try:
        with pytest.raises(ModuleNotFoundError):
            torch_import.import_engine()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_where_torch_is_not_installed_the_import_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(torch_import, "ENGINE", ("ichcore.no_such_module",))
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        torch_import.import_engine()
