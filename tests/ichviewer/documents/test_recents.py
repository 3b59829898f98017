from __future__ import annotations

from pathlib import Path

import pytest

from ichviewer.documents.recents import KEPT, read_recents, with_recent, write_recents


def test_recents_are_there_at_the_next_start_newest_first(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    recents = with_recent(with_recent(with_recent((), one, "One"), two, "Two"), one, "One again")
    write_recents(recents)
    assert [(r.path, r.title) for r in read_recents()] == [(one, "One again"), (two, "Two")]


def test_what_is_gone_is_not_offered(tmp_path: Path) -> None:
    write_recents(with_recent((), tmp_path / "gone", "Gone"))
    assert read_recents() == ()


def test_the_list_stays_short(tmp_path: Path) -> None:
    recents = ()
    for i in range(30):
        recents = with_recent(recents, tmp_path / str(i), str(i))
    assert len(recents) == KEPT


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"path": 3}]', "[[]]"])
def test_a_damaged_list_is_an_empty_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "recents.json"
    file.write_text(content)
    assert read_recents(file) == ()
