"""A full disk and a read-only folder give one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import event

from ichcore.annotations.store import Store
from ichcore.errors import StoreError
from tests.conftest import ROOT
from tests.ichcore.annotations._cases import SERIES, scripted, seen, stroke

LIMITED = """
import resource, sys
from pathlib import Path
from ichcore.annotations.store import Store
from ichcore.errors import StoreError
from tests.ichcore.annotations._cases import SERIES, scripted, seen

path = Path(sys.argv[1])
annotation = Store.open(path).annotate(SERIES, "ada")
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
number = 0
while not annotation.pending:
    try:
        annotation.commit(scripted(annotation.contents, number))
    except StoreError as error:
        print(error)
    number += 1
shown, revision = seen(annotation.contents), annotation.revision
other = Store.open(path).annotate(SERIES, "ada")
assert other.revision == revision, "what was stored is there, and the rest is not"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert seen(annotation.contents) == shown
assert annotation.store_pending() == revision + 1
assert seen(Store.open(path).annotate(SERIES, "ada").contents) == shown
"""

READ_ONLY = """
import os, sys, tempfile
from pathlib import Path
from ichcore.annotations.store import Store
from ichcore.errors import StoreError
from tests.ichcore.annotations._cases import SERIES

with tempfile.TemporaryDirectory() as warm:  # what is imported late is in before the rights are gone
    Store.open(Path(warm) / "store.sqlite").annotate(SERIES, "ada")
if os.geteuid() == 0:
    os.setuid(65534)
for path in sys.argv[1:]:
    try:
        Store.open(Path(path)).annotate(SERIES, "ada")
        print("it was opened")
    except StoreError as error:
        print(error)
"""


def run(script: str, *arguments: Path) -> list[str]:
    """Lines that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_full_database_is_said_and_the_step_can_be_stored_later(store):
    annotation = store.annotate(SERIES, "ada")
    annotation.commit(scripted(annotation.contents, 3))
    pages = {"most": 1}

    @event.listens_for(store._database._engine, "begin")
    def _limit(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages['most']}")

    big = scripted(annotation.contents, 1).changes[0]
    step = type(scripted(annotation.contents, 1))("Note", None, (type(big)(None, None, "long " * 20_000),))
    with pytest.raises(StoreError, match=r"disk or a quota is full.*free some room, then store again"):
        annotation.commit(step)
    assert annotation.pending == "Note"
    assert annotation.contents.notes[None].startswith("long"), "what is shown stays"
    with pytest.raises(StoreError, match="is not stored yet"):
        annotation.commit(stroke(annotation.contents, 0))
    assert store.annotate(SERIES, "ada").revision == 1
    pages["most"] = 1_000_000
    assert annotation.store_pending() == 2
    assert seen(store.annotate(SERIES, "ada").contents) == seen(annotation.contents)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file")
def test_a_full_disk_loses_nothing(tmp_path):
    (sentence,) = run(LIMITED, tmp_path / "store.sqlite")
    assert "the disk or a quota is full" in sentence
    assert str(tmp_path / "store.sqlite") in sentence


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are of another kind there")
def test_a_read_only_folder_and_file_are_said():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store.open(folder / "store.sqlite")
        store.annotate(SERIES, "ada")
        store.close()
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        for file in folder.iterdir():
            file.chmod(stat.S_IRUSR | stat.S_IROTH)
        said = run(
            READ_ONLY, folder / "store.sqlite", folder / "new.sqlite", folder / "deeper" / "new.sqlite"
        )
        folder.chmod(stat.S_IRWXU)
    assert len(said) == 3
    assert all("Give yourself the right" in s or "need the right" in s or "give" in s for s in said), said


def test_a_folder_that_cannot_be_made_is_said(folder):
    (folder / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(folder / "file" / "store.sqlite")


def test_a_server_that_is_not_there_is_said():
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        Store.open("postgresql://ada:secret@127.0.0.1:1/ich")
    assert "secret" not in str(caught.value)


def test_a_busy_store_is_said(store, folder, monkeypatch):
    monkeypatch.setattr("ichcore.annotations.database._EACH_SQLITE_CONNECTION", ("PRAGMA busy_timeout=10",))
    other = Store.open(folder / "annotations.sqlite")
    annotation = other.annotate(SERIES, "ada")
    with store._database.writing(), pytest.raises(StoreError, match="being written by another program"):
        annotation.commit(stroke(annotation.contents, 0))
    assert annotation.store_pending() == 1
