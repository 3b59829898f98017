"""What every test stands on: no display, no user settings, and real studies only where they are."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# before anything imports Qt or torch
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ["ICHVIEWER_HOME"] = tempfile.mkdtemp(prefix="ichviewer-tests-")

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("ICH_REAL_DATA", ROOT.parent / "shared" / "data"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked ``real`` skip, saying so, where the real studies are absent."""
    if REAL_DATA.is_dir():
        return
    skip = pytest.mark.skip(reason=f"the real studies are not at {REAL_DATA} (set ICH_REAL_DATA)")
    for item in items:
        if item.get_closest_marker("real"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real studies; for tests marked ``real``."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real studies are not at {REAL_DATA} (set ICH_REAL_DATA)")
    return REAL_DATA
