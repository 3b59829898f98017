from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "timm", "lightning", "torchvision")


@pytest.mark.parametrize("module", ["ichviewer.app", "ichviewer.app.program", "ichviewer.__main__"])
def test_the_window_is_up_before_torch_is_loaded(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert result.stdout.strip() == "[]"
