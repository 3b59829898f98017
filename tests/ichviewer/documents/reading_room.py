"""A workspace with a reader, whose annotations are in a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_card


@pytest.fixture
def workspace(tmp_path: Path, qtbot, monkeypatch):
    cards = [make_card()]
    monkeypatch.setattr("ichcore.models.catalogue.installed", lambda: list(cards))
    monkeypatch.setattr("ichviewer.documents.heatmap_flow.HeatmapFlow._submit", lambda *_, **__: None)
    made = QuietWorkspace(tmp_path, cards)
    made.settings.change(reader_name="Ada")
    yield made
    made.shut_down()


def stored(workspace: QuietWorkspace, qtbot) -> None:
    """Wait until everything asked for is on the disk."""
    labelling = workspace.reading.labelling
    qtbot.waitUntil(lambda: labelling.contents is not None and workspace.saved, timeout=60_000)
