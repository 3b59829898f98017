"""The program's own main window with a phantom in it, and the hand that works it."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from _display import display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QMouseEvent

    from ichcore.volume import Volume
    from ichviewer.app.main_window import MainWindow
    from ichviewer.documents.workspace import Workspace

SLICES, SIZE = 36, 512
STEPS = 400
WARM_UP = 40
WAIT_S = 5.0


@dataclass
class Stage:
    """The shown window."""

    workspace: Workspace
    window: MainWindow
    screen: str
    computed_ms: list[float] = field(default_factory=list)
    """Of every timed event, what the Qt thread itself computed: on a busy machine the rest is waiting."""

    def settle(self, seconds: float = 0.4) -> None:
        """Let everything that is under way come to rest."""
        from PySide6.QtWidgets import QApplication

        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            QApplication.processEvents()
            time.sleep(0.002)

    def timed(self, act: Callable[[], None], *, rest_s: float = 0.002) -> float:
        """Milliseconds from before an event is posted until the active view has painted to the end."""
        from PySide6.QtWidgets import QApplication

        view = self.window.image.active_view
        seen: list[tuple[float, float]] = []

        def painted() -> None:
            seen.append((time.perf_counter(), time.thread_time()))

        view.painted.connect(painted)
        started, own = time.perf_counter(), time.thread_time()
        act()
        while not seen and time.perf_counter() - started < WAIT_S:
            QApplication.processEvents()
        view.painted.disconnect(painted)
        if not seen:
            raise RuntimeError("the image area painted nothing after an event")
        QApplication.processEvents()
        time.sleep(rest_s)
        self.computed_ms.append((seen[0][1] - own) * 1000)
        return (seen[0][0] - started) * 1000

    def wheel(self, notches: int) -> None:
        """Turn the wheel over the middle of the active view."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        view = self.window.image.active_view
        at = view.rect().center().toPointF()
        event = QWheelEvent(
            at,
            view.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.postEvent(view, event)

    def mouse(self, kind: str, dx: float, dy: float) -> None:
        """Press, move or release the left button, so far from the middle of the active view."""
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        view = self.window.image.active_view
        at = view.rect().center().toPointF() + QPointF(dx, dy)
        types = {
            "press": QEvent.Type.MouseButtonPress,
            "move": QEvent.Type.MouseMove,
            "release": QEvent.Type.MouseButtonRelease,
        }
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        event: QMouseEvent = QMouseEvent(
            types[kind],
            at,
            view.mapToGlobal(at),
            none if kind == "move" else left,
            none if kind == "release" else left,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.postEvent(view, event)


@contextmanager
def stage(*, models: Path | None = None, volume: Volume | None = None) -> Iterator[Stage]:
    """Show the main window with a phantom, everything that is drawn over a slice switched on.

    Args:
        models: folder of checkpoints; without one there is none, and heat maps are made up here.
        volume: what to show; by default a phantom of 36 slices, 512².
    """
    with tempfile.TemporaryDirectory() as home, display() as screen:
        os.environ["ICHVIEWER_HOME"] = home
        if models is None:
            os.environ["ICHCORE_MODELS"] = home
        from PySide6.QtWidgets import QApplication

        from ichcore.phantom import make_case
        from ichviewer.app.main_window import MainWindow
        from ichviewer.base.settings import Settings
        from ichviewer.documents.workspace import Workspace
        from ichviewer.widgets.style import apply_theme, prepare

        application = QApplication.instance() or QApplication([])
        prepare(application)
        apply_theme(application, "dark")
        settings = Settings(Path(home) / "preferences.json")
        settings.change(predict_on_open=False, first_run_done=True)
        workspace = Workspace(settings)
        window = MainWindow(workspace)
        window.resize(1600, 1012)
        window.show()
        shown = volume or make_case(3, subtypes=("epidural", "subarachnoid"), slices=SLICES, size=SIZE).volume
        workspace.show_volume(shown)
        made = Stage(workspace, window, screen)
        made.settle(1.0)
        gc.collect()
        try:
            yield made
        finally:
            window.close()
            workspace.shut_down()
            application.processEvents()


def draw_everything(stage_: Stage, *, kept: int | None = None) -> None:
    """Two joint heat maps and their boxes on every slice, and a region with its statistics on each.

    Args:
        stage_: the shown window.
        kept: heat maps on the first so many slices only.
    """
    from ichcore.explain.heatmap import Box, Heatmap
    from ichviewer.documents.measurements import Measurement

    case = stage_.workspace.case
    if case is None:
        raise RuntimeError("no case is open")
    slices, rows, columns = case.volume.shape
    yy, xx = np.mgrid[:rows, :columns].astype(np.float32)
    grid = np.array([[rows / 32, 0, rows / 64 - 0.5], [0, columns / 32, columns / 64 - 0.5]])
    for index in range(slices if kept is None else min(kept, slices)):
        maps, boxes = [], []
        for name, row, column in (("epidural", 0.45, 0.7), ("subarachnoid", 0.6, 0.45)):
            y, x = rows * row, columns * column + index
            activation = np.exp(-(((yy - y) / 60) ** 2) - ((xx - x) / 40) ** 2)
            activation[activation < 0.05] = 0
            raw = activation[:: rows // 32, :: columns // 32].copy()
            maps.append(Heatmap("layercam", "block4", name, index, activation, raw, 1.0, grid))
            boxes.append(Box(index, name, (int(y) - 76, int(x) - 51, int(y) + 76, int(x) + 51), 1.0))
        case.set_heatmaps(index, maps, boxes)
        ellipse = Measurement(index + 1, "ellipse", index, ((200.0, 180.0), (240.0, 230.0)))
        case.put_measurement(ellipse)
    stage_.workspace.view.change_overlay(visible=True, boxes=True, class_name=None, opacity=0.5)
    stage_.settle(1.0)
