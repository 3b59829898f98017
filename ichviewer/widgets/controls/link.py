"""A quiet text button, underlined under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton


class Link(PaintedButton):
    """Text that does something when clicked."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as its text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 4, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text alone."""
        painter = QPainter(self)
        font = sized(self.font(), 12)
        font.setUnderline(self.hovered)
        painter.setFont(font)
        painter.setPen(ink().text if self.hovered else ink().muted)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(self.rect(), int(align), self.text())
        if self.hasFocus():
            paint_focus(painter, self.rect(), 3)
