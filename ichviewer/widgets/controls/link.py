"""A quiet text button, underlined under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized


class Link(QAbstractButton):
    """Text that does something when clicked."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as its text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 4, 20)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter acts like Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hovering is shown."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hovering is over."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text alone."""
        painter = QPainter(self)
        font = sized(self.font(), 12)
        font.setUnderline(self.underMouse() and self.isEnabled())
        painter.setFont(font)
        painter.setPen(ink().text if self.underMouse() else ink().muted)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(self.rect(), int(align), self.text())
        if self.hasFocus():
            paint_focus(painter, self.rect(), 3)
