"""A key as it looks on a keyboard, small and flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.ink import ink, sized

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPaintEvent

HEIGHT = 20


def cap_width(key: str, font: QFont) -> int:
    """Width of a key's cap, px."""
    return max(HEIGHT, QFontMetrics(sized(font, 11)).horizontalAdvance(key) + 12)


def paint_cap(painter: QPainter, area: QRectF, key: str, font: QFont) -> None:
    """A thin frame with the key's name in the middle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink().strong_line, 1.0))
    painter.setBrush(ink().ground)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(sized(font, 11))
    painter.setPen(ink().text)
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), key)


class KeyCap(QWidget):
    """One key, or one combination such as ``Ctrl+K``."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)

    def sizeHint(self) -> QSize:
        """As wide as the key's name."""
        return QSize(cap_width(self.key, self.font()), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cap."""
        painter = QPainter(self)
        paint_cap(painter, QRectF(self.rect()), self.key, self.font())
