"""Saving: what is on the disk afterwards, whatever happens meanwhile."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ichcore.files import atomic_path, write_text


def test_a_failed_save_leaves_the_last_good_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "case.json"
    write_text(target, "good")

    def save() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("bad")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        save()
    assert target.read_text() == "good"
    assert list(tmp_path.iterdir()) == [target]


def test_folders_are_made_and_the_suffix_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "new" / "mask.nii.gz"
    with atomic_path(target) as temporary:
        assert temporary.name.endswith(".nii.gz")
        temporary.write_bytes(b"x")
    assert target.read_bytes() == b"x"


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX only")
def test_the_file_is_synced_before_the_rename_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, synced = tmp_path / "case.json", []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        synced.append((kind, target.exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_text(target, "good")
    assert synced == [("file", False), ("folder", True)]


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX only")
def test_a_file_system_that_can_not_sync_folders_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def refusing(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refusing)
    write_text(tmp_path / "case.json", "good")
    assert (tmp_path / "case.json").read_text() == "good"
