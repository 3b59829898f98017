"""Headers come in order, whether one thread reads them or several."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ichcore.dicom import reading
from ichcore.dicom.reading import read_series
from ichcore.errors import CancelledError
from ichcore.progress import CancelToken
from ichcore.sources import ByteSource, DiskFile
from tests.ichcore.dicom.ct_file import ct, save_all

SLICES = 3 * reading.BATCH


@dataclass
class Readers:
    """Who reads, and how many at once at most."""

    threads: set[str] = field(default_factory=set)
    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, change: int) -> None:
        with self.lock:
            self.threads.add(threading.current_thread().name)
            self.now += change
            self.most = max(self.most, self.now)


@dataclass(frozen=True)
class FarFile(DiskFile):
    """A file that takes its time to come, as over a network."""

    delay_s: float = 0.0
    readers: Readers = field(default_factory=Readers)

    def head(self, count: int) -> bytes:
        self.readers.count(1)
        time.sleep(self.delay_s)
        try:
            return super().head(count)
        finally:
            self.readers.count(-1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_all(tmp_path, [ct(i) for i in range(SLICES)], names=[f"{i:03d}" for i in range(SLICES)])
    return tmp_path


def files(folder: Path, readers: Readers, delay_s: float) -> list[ByteSource]:
    return [FarFile(path, path.name, delay_s, readers) for path in sorted(folder.iterdir())]


def test_files_that_are_slow_to_come_are_fetched_several_at_once(folder: Path) -> None:
    readers, steps = Readers(), []
    found, left = read_series(
        files(folder, readers, 0.005), progress=lambda done, total, message="": steps.append((done, total))
    )
    assert readers.most > 1
    assert [len(series.frames) for series in found] == [SLICES]
    assert left == []
    assert steps == [(reading.BATCH * n, SLICES) for n in (1, 2, 3)]


def test_several_readers_find_what_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SLOW_S", float("inf"))
    alone, together = Readers(), Readers()
    (one,), _ = read_series(files(folder, alone, 0.005))
    monkeypatch.setattr(reading, "SLOW_S", 0.0)
    (several,), _ = read_series(files(folder, together, 0.005))
    assert len(alone.threads) == 1 < len(together.threads)
    assert one.sop_instance_uids == several.sop_instance_uids
    assert [frame.label for frame in one.frames] == [frame.label for frame in several.frames]


@pytest.mark.parametrize("delay_s", [0.0, 0.005])
def test_reading_can_be_cancelled(folder: Path, delay_s: float) -> None:
    cancel, readers = CancelToken(), Readers()

    def stop(done: int, total: int, message: str = "") -> None:
        cancel.cancel()

    with pytest.raises(CancelledError):
        read_series(files(folder, readers, delay_s), progress=stop, cancel=cancel)
