"""A small switch with its label on the left: on or off, shown by place and shape as well as shade."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton

TRACK = QSize(28, 16)


class Switch(PaintedButton):
    """A checkable row: label, its key, and the switch at the right end."""

    def __init__(self, text: str, parent: QWidget | None = None, *, key: str = "") -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_quietly(self, on: bool) -> None:
        """Show a state that somebody else chose."""
        self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(False)
        self.update()

    def set_key(self, key: str) -> None:
        """Write another key on it."""
        self._key = key
        self.update()

    def sizeHint(self) -> QSize:
        """A row of 24 px."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 64, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Label, key and switch."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, on = ink(), self.isChecked()
        text = colours.text if self.isEnabled() else blend(colours.panel, colours.muted, 0.6)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(text)
        painter.drawText(self.rect(), int(align), self.text())
        if self._key:
            left = painter.fontMetrics().horizontalAdvance(self.text()) + 8
            painter.setFont(sized(self.font(), 10))
            painter.setPen(colours.muted)
            painter.drawText(self.rect().adjusted(left, 1, 0, 1), int(align), self._key)
        track = QRectF(
            self.width() - TRACK.width() - 0.5,
            (self.height() - TRACK.height()) / 2 + 0.5,
            TRACK.width() - 1,
            TRACK.height() - 1,
        )
        ground = blend(colours.muted, colours.text, 0.2) if on else colours.panel
        line = ground if on else blend(colours.line, colours.muted, 0.5)
        if not self.isEnabled():
            ground = line = colours.line
        if self.hovered:
            line = colours.text
        painter.setPen(QPen(line, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(track, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.panel if on else colours.muted)
        x = track.right() - 7.5 if on else track.left() + 7.5
        painter.drawEllipse(QPointF(x, track.center().y()), 4.5, 4.5)
        if self.hasFocus():
            paint_focus(painter, track.adjusted(-3, -3, 3, 3), 10)
