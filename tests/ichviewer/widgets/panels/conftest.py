"""A workspace with a 30-slice case, a prediction and a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ichviewer.widgets.controls.fake_workspace import (
    FakeWorkspace,
    make_card,
    make_prediction,
    make_volume,
)


@pytest.fixture
def workspace(qtbot: QtBot, tmp_path: Path) -> FakeWorkspace:
    room = FakeWorkspace(tmp_path)
    room.install(make_card())
    case = room.show_case(make_volume(30), first=18)
    case.set_prediction(make_prediction(30))
    return room
