"""A team's store in PostgreSQL: two annotators in two processes on one study, on a private server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ichcore.annotations.store import Store
from ichcore.annotations.worklist import Argument
from ichcore.errors import ConflictError, StoreError
from tests.conftest import ROOT
from tests.ichcore.annotations._cases import SERIES, STUDY, scripted, seen, stroke

STROKES = 25

ANNOTATOR = """
import sys
from ichcore.annotations.store import Store
from tests.ichcore.annotations._cases import STUDY, scripted

url, reader, first, strokes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
opened = [Store.open(url).annotate(series, reader) for series in STUDY]
print("ready", flush=True)
sys.stdin.readline()
for number in range(strokes):
    for annotation in opened:
        annotation.commit(scripted(annotation.contents, first + number))
for annotation in opened:
    annotation.undo()
"""


def programs() -> Path | None:
    """Folder of the server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Of an empty database; the server is private to this folder and listens on a socket in it alone."""
    pytest.importorskip("psycopg", reason="psycopg (extra team) is not installed")
    folder_of_programs = programs()
    if folder_of_programs is None:
        pytest.skip("the programs of a PostgreSQL server are not installed")
    as_user: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.geteuid() == 0:
        if shutil.which("runuser") is None:
            pytest.skip("a server does not run as root, and there is no runuser")
        try:
            shutil.chown(folder, "postgres")
        except LookupError:
            pytest.skip("a server does not run as root, and there is no account postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    initdb = [str(folder_of_programs / "initdb"), "-D", str(data), "-U", "ich", "-A", "trust", "--no-sync"]
    subprocess.run([*as_user, *initdb], cwd=folder, check=True, capture_output=True)
    server = subprocess.Popen(
        [
            *as_user,
            str(folder_of_programs / "postgres"),
            *("-D", str(data), "-k", str(folder), "-c", "listen_addresses=", "-F"),
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"postgresql://ich@/postgres?host={folder}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                Store.open(address).close()
                break
            except StoreError:
                if time.monotonic() > until or server.poll() is not None:
                    raise
                time.sleep(0.1)
        yield address
    finally:
        stop = [str(folder_of_programs / "pg_ctl"), "stop", "-D", str(data), "-m", "immediate"]
        subprocess.run([*as_user, *stop], cwd=folder, capture_output=True)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def test_two_annotators_on_one_study_never_overwrite_each_other(url, folder):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ANNOTATOR, url, reader, str(first), str(STROKES)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for reader, first in (("ada", 0), ("bo", 1000))
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    for child in children:
        child.communicate(b"go\n", timeout=120)
        assert child.returncode == 0
    alone = Store.open(folder / "alone.sqlite")
    for reader, first in (("ada", 0), ("bo", 1000)):
        expected = alone.annotate(SERIES, reader)
        for number in range(STROKES):
            expected.commit(scripted(expected.contents, first + number))
        expected.undo()
        for series in STUDY:
            found = Store.open(url).annotate(series, reader)
            assert not found.damage
            assert seen(found.contents) == seen(expected.contents)
            assert len(found.history) == STROKES


def test_one_reader_on_two_machines_is_told(url):
    here, there = (Store.open(url).annotate(SERIES, "cy") for _ in range(2))
    there.commit(stroke(there.contents, 0, label=1))
    with pytest.raises(ConflictError, match="reload the annotation"):
        here.commit(stroke(here.contents, 20, label=2))
    mine = here.reload()
    here.commit(mine.onto(here.contents))
    here.close()
    again = Store.open(url).annotate(SERIES, "cy")
    assert seen(again.contents) == seen(here.contents)
    assert again.revision == 2


def test_the_rest_of_a_store_is_the_same_there(url):
    store = Store.open(url)
    with pytest.raises(StoreError, match="only appended"), store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM journal")
    store.register(STUDY[1], model_hidden=True)
    dan = store.annotate(STUDY[0], "dan")
    dan.spend(1, 2.5)
    dan.lock_read()
    assert dan.snapshot().seconds == {1: 2.5}
    assert store.may_see(STUDY[0].series_instance_uid, "dan", "ada")
    store.worklist.add("1", "/a", Argument(0.5))
    store.worklist.add("1", "/b", Argument(0.6))
    entry = store.worklist.next("dan")
    assert entry is not None
    assert entry.path == "/b"
    with pytest.raises(StoreError, match=r"cannot be reached.*\"nowhere\" does not exist"):
        Store.open(url.replace("/postgres?", "/nowhere?"))
