"""A scroll area whose contents keep their width whether the scroll bar shows or not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

BAR = 10
"""Width of the scroll bar in the style sheet, px."""


class SteadyScrollArea(QScrollArea):
    """Scrolls up and down only; the room of its bar is kept free while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._keep_width)
        self._keep_width(0, 0)

    def _keep_width(self, low: int, high: int) -> None:
        self.setViewportMargins(0, 0, 0 if high > low else BAR, 0)
