"""A store in memory where the machine has such a folder: a commit waits for the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ichcore.annotations.store import Store


@pytest.fixture
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = Store.open(folder / "annotations.sqlite")
    yield opened
    opened.close()
