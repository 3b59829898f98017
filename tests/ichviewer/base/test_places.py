from __future__ import annotations

from pathlib import Path

import pytest

from ichviewer.base.places import config_folder, data_folder, log_folder


def test_one_variable_moves_everything(home: Path) -> None:
    assert {config_folder().parent, data_folder().parent, log_folder().parent} == {home}


def test_without_it_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ICHVIEWER_HOME")
    assert "ichviewer" in str(config_folder())
    assert "ichviewer" in str(data_folder())
