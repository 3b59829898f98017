"""A scroll area whose contents keep their width whether the scroll bar shows or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class QuietScrollBar(QScrollBar):
    """Draws nothing while there is nothing to scroll, but keeps its room."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar, if it has a use."""
        if self.maximum() > self.minimum():
            super().paintEvent(event)


class SteadyScrollArea(QScrollArea):
    """Scrolls up and down only; the room of its bar is kept free while there is none.

    The bar is always there rather than shown as needed: text that breaks its lines would be laid out anew
    at every change, and a height that just fits would never come to rest.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBar(QuietScrollBar(Qt.Orientation.Vertical, self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
