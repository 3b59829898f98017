"""An image area on the test's own workspace, shown offscreen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from ichviewer.base.settings import Settings
from ichviewer.widgets.canvas import ImageArea
from ichviewer.widgets.canvas.slice_view import SliceView
from tests.ichviewer.widgets.canvas.stand_in import StandIn


def pixels(image: QImage) -> NDArray[np.uint8]:
    """``(rows, columns, 3)`` blue, green, red of an image."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), :3].copy()


@dataclass
class Bench:
    """The area with its workspace, and real mouse and wheel."""

    workspace: StandIn
    area: ImageArea
    qtbot: Any

    @property
    def view(self) -> SliceView:
        return self.area.active_view

    def screen(self) -> NDArray[np.uint8]:
        QApplication.processEvents()
        return pixels(self.area.grab().toImage())

    def at(self, row: float, column: float, view: SliceView | None = None) -> QPoint:
        viewport = (view or self.view).viewport()
        assert viewport is not None
        return viewport.point(row, column).toPoint()

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        view: SliceView | None = None,
    ) -> None:
        from PySide6.QtTest import QTest

        target = view or self.view
        self.qtbot.mousePress(target, button, pos=start)
        middle = QPoint((start.x() + end.x()) // 2, (start.y() + end.y()) // 2)
        for point in (middle, end):
            QTest.mouseMove(target, point)
            QApplication.processEvents()
        self.qtbot.mouseRelease(target, button, pos=end)

    def wheel(
        self,
        delta: int,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        at: QPointF | None = None,
    ) -> None:
        point = at or self.view.rect().toRectF().center()
        event = QWheelEvent(
            point,
            self.view.mapToGlobal(point),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)


@pytest.fixture
def bench(qtbot: Any, tmp_path: Path) -> Bench:
    """An image area of 800 × 600 without a case."""
    workspace = StandIn(Settings(tmp_path / "preferences.json"))
    area = ImageArea(workspace)  # type: ignore[arg-type]
    qtbot.addWidget(area)
    area.resize(800, 600)
    area.show()
    qtbot.waitExposed(area)
    return Bench(workspace, area, qtbot)
