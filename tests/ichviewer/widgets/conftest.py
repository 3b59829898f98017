"""A workspace with a 30-slice case, a prediction and a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ichcore.models.card import Card
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_card, make_prediction, make_volume


@pytest.fixture
def workspace(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[QuietWorkspace]:
    cards: list[Card] = [make_card()]
    monkeypatch.setattr("ichcore.models.catalogue.installed", lambda: list(cards))
    monkeypatch.setattr("ichviewer.documents.heatmap_flow.HeatmapFlow._submit", lambda *_, **__: None)
    monkeypatch.setattr("ichviewer.documents.window_sweep_flow.WindowSweepFlow.set_wanted", lambda *_: None)
    room = QuietWorkspace(tmp_path, cards)
    room.show_case(make_volume(30), first=18).set_prediction(make_prediction(30))
    yield room
    room.shut_down()
