"""The whole window, offscreen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ichcore.volume import Volume
from ichviewer.app.main_window import MainWindow
from ichviewer.documents.workspace import Workspace
from ichviewer.widgets.style import apply_theme, prepare
from tests.ichviewer.conftest import predicted


@pytest.fixture(scope="session")
def styled(qapp: QApplication) -> None:
    """Fonts and style sheet, once: setting them goes through every widget there is."""
    prepare(qapp)
    apply_theme(qapp, "dark")


@pytest.fixture
def no_heatmaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window asks for none, so torch stays away."""
    monkeypatch.setattr("ichviewer.documents.heatmap_flow.HeatmapFlow._submit", lambda *_, **__: None)


@pytest.fixture
def window(room: Workspace, qapp: QApplication, styled: None) -> Iterator[MainWindow]:
    room.settings.change(predict_on_open=False, first_run_done=True)
    made = MainWindow(room)
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    # a window that outlives its test is some 20 MB, and every later change of theme goes through it
    assert not any(isinstance(widget, MainWindow) for widget in qapp.topLevelWidgets())


@pytest.fixture
def reading(window: MainWindow, tiny_volume: Volume) -> MainWindow:
    """A case is open and predicted: subdural on slice 4, epidural on slice 1; slice 2 is shown."""
    window.workspace.show_volume(tiny_volume)
    case = window.workspace.case
    assert case is not None
    case.set_prediction(predicted(high={1: "epidural", 4: "subdural"}))
    window.refresh()
    return window
