"""A wide flat button: what it does, one line on it, and its key at the right end."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton


class CommandRow(PaintedButton):
    """Two lines of text in a thin frame."""

    def __init__(self, text: str, detail: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._detail, self._key = detail, ""
        self.setToolTip(detail)
        self.setAccessibleDescription(detail)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_key(self, key: str) -> None:
        """The key that does the same."""
        self._key = key
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(240, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame, two lines, key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, enabled = ink(), self.isEnabled()
        over = self.hovered
        painter.setPen(QPen(colours.strong_line if enabled else colours.line, 1.0))
        painter.setBrush(colours.hover if over else colours.raised if enabled else colours.panel)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        area = self.rect().adjusted(12, 6, -12, -7)
        half = area.height() // 2
        top = QRect(area.left(), area.top(), area.width(), half)
        below = QRect(area.left(), area.top() + half, area.width(), half)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colours.text if enabled else colours.faint)
        painter.drawText(top, int(align | Qt.AlignmentFlag.AlignLeft), self.text())
        painter.setFont(sized(self.font(), 11))
        painter.setPen(colours.muted if enabled else colours.faint)
        painter.drawText(top, int(align | Qt.AlignmentFlag.AlignRight), self._key)
        detail = painter.fontMetrics().elidedText(self._detail, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, int(align | Qt.AlignmentFlag.AlignLeft), detail)
        if self.hasFocus():
            paint_focus(painter, self.rect(), 5)
