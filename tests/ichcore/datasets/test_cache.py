import errno
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ichcore.datasets import cache
from ichcore.datasets.cache import cache_set
from ichcore.datasets.labelled import LabelledSeries, nothing_known
from ichcore.datasets.placing import Grid
from ichcore.datasets.terms import Terms
from ichcore.errors import CancelledError, InputError
from ichcore.progress import CancelToken
from ichcore.volume import Geometry, Volume

GRID = Grid(32, 7.0)


@dataclass(frozen=True)
class Disc:
    """A grey disc; its file says how bright. An empty file is a broken case."""

    path: Path
    facts: str = ""

    @property
    def name(self):
        return self.path.stem

    @property
    def patient(self):
        return self.path.stem[0]

    @property
    def files(self):
        return (self.path,)

    def open(self):
        text = self.path.read_text()
        if not text:
            raise InputError(f"{self.name} is empty.")
        rows, columns = np.ogrid[:64, :64]
        disc = np.hypot(rows - 31.5, columns - 31.5) < 25
        hu = np.where(disc, int(text), -1000).astype(np.int16)[None].repeat(10, 0)
        labels, known = nothing_known(10)
        labels[6:, 0], known[4:] = True, True
        truth = np.zeros(hu.shape, np.uint8)
        truth[6:, 30:40, 30:40] = 6
        geometry = Geometry.regular(hu.shape, (2.5, 3.5, 3.5))
        volume = Volume(hu, geometry, tuple(map(str, range(10))))
        return LabelledSeries(volume, labels, known, truth=truth)


TERMS = Terms("discs", "none")


@dataclass(frozen=True)
class Discs:
    root: Path
    name: str = "discs"
    terms: Terms = TERMS
    facts: str = ""

    def cases(self):
        return [Disc(path, self.facts) for path in sorted(self.root.glob("*.txt"))], []


@pytest.fixture
def discs(tmp_path):
    root = tmp_path / "source"
    root.mkdir()
    for name, text in (("a1", "30"), ("b1", ""), ("c1", "50")):
        (root / f"{name}.txt").write_text(text)
    return Discs(root)


def times(root):
    return {path.parent.name: path.stat().st_mtime_ns for path in root.rglob("hu.npy")}


def test_a_broken_case_does_not_stop_the_rest(discs, tmp_path):
    made = cache_set(discs, GRID, tmp_path / "cache")
    assert [case.patient for case in made.cases] == ["a", "c"]
    assert [(one.file, one.reason) for one in made.left_out] == [("b1", "b1 is empty.")]
    assert made.cases[1].hu[0, 16, 16] == 50


def test_thin_slices_are_averaged_and_their_labels_with_them(discs, tmp_path):
    case = cache_set(discs, GRID, tmp_path).cases[0]
    assert case.hu.shape == (5, 32, 32)
    assert case.labels[:, 0].tolist() == [False, False, False, True, True]
    assert case.known[:, 0].tolist() == [False, False, True, True, True]
    assert (case.truth[3] == 6).any()
    assert not case.truth[2].any()


def test_only_what_changed_is_made_again(discs, tmp_path):
    root = tmp_path / "cache"
    cache_set(discs, GRID, root)
    before = times(root)
    (discs.root / "b1.txt").write_text("40")
    changed = discs.root / "c1.txt"
    changed.write_text("60")
    os.utime(changed, ns=(1, 1))
    made = cache_set(discs, GRID, root)
    after = times(root)
    assert after["a1"] == before["a1"]
    assert after["c1"] != before["c1"]
    assert [int(case.hu[0, 16, 16]) for case in made.cases] == [30, 40, 60]
    cache_set(Discs(discs.root, facts="the table says otherwise"), GRID, root)
    assert times(root)["a1"] != before["a1"]


def test_an_unfinished_case_is_made_again_and_another_grid_is_another_cache(discs, tmp_path):
    root = tmp_path / "cache"
    made = cache_set(discs, GRID, root)
    about = next(root.rglob("about.json"))
    about.write_text(about.read_text()[:50])
    assert len(cache_set(discs, GRID, root).cases) == len(made.cases)
    assert cache_set(discs, Grid(16, 14.0), root).cases[0].hu.shape == (5, 16, 16)
    assert len(list(root.iterdir())) == 2


def test_a_full_disk_is_one_sentence_a_case_and_leaves_nothing_half_done(discs, tmp_path, monkeypatch):
    def full(folder, *_args, **_kwargs):
        (folder / "hu.npy").parent.mkdir(parents=True, exist_ok=True)
        (folder / "hu.npy").write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ichcore.datasets.placing.write_case", full)
    made = cache_set(discs, GRID, tmp_path / "cache")
    assert not made.cases
    assert "is full; make room" in made.left_out[0].reason
    assert not list((tmp_path / "cache").rglob("hu.npy"))


def test_several_workers_give_the_same(discs, tmp_path):
    alone = cache_set(discs, GRID, tmp_path / "one")
    told = []
    together = cache_set(
        discs,
        GRID,
        tmp_path / "two",
        workers=2,
        progress=lambda done, total, message="": told.append((done, total)),
    )
    assert [c.about["key"] for c in alone.cases] == [c.about["key"] for c in together.cases]
    assert all(np.array_equal(a.hu, b.hu) for a, b in zip(alone.cases, together.cases, strict=True))
    assert told[-1] == (3, 3)
    assert [one.reason for one in together.left_out] == ["b1 is empty."]


def test_it_stops_when_asked_and_goes_on(discs, tmp_path):
    token = CancelToken()
    with pytest.raises(CancelledError):
        cache_set(discs, GRID, tmp_path, progress=lambda *_: token.cancel(), cancel=token)
    assert len(times(tmp_path)) == 1
    assert len(cache_set(discs, GRID, tmp_path).cases) == 2


def test_a_file_that_is_gone_is_said(discs, tmp_path, monkeypatch):
    listed = discs.cases()[0]
    (discs.root / "a1.txt").unlink()
    monkeypatch.setattr(Discs, "cases", lambda _self: (listed, []))
    made = cache_set(discs, GRID, tmp_path)
    assert "cannot be read" in next(one.reason for one in made.left_out if one.file == "a1")
    assert cache.folder_name(Disc(Path("a b/../c:d.txt"))) == "c-d"
