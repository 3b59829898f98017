"""A label of the mask to choose: its colour and its short name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


LIGHTEST = 0.85
"""Of a colour that can be told from a light panel."""


class LabelChip(PaintedButton):
    """Raised and underlined in its colour while it is the current label."""

    def __init__(self, text: str, name: str, colour: QColor, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._colour = colour
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Six of them in a row of the panel."""
        return QSize(42, 28)

    @property
    def ink(self) -> QColor:
        """Its colour; the text's where that is nearly white and would be lost on a light panel."""
        colours = ink()
        return colours.text if not colours.dark and self._colour.lightnessF() > LIGHTEST else self._colour

    def paintEvent(self, event: QPaintEvent) -> None:
        """Short name over a bar of the colour."""
        painter, colours, on, own = QPainter(self), ink(), self.isChecked(), self.ink
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = blend(colours.panel, own, 0.28) if on else colours.panel
        if self.hovered or self.isDown():
            ground = blend(ground, colours.text, 0.08)
        painter.setPen(QPen(own if on else colours.line, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(sized(self.font(), 11))
        painter.setPen(colours.text if on else colours.muted)
        painter.drawText(self.rect().adjusted(0, 0, 0, -6), int(Qt.AlignmentFlag.AlignCenter), self.text())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(own)
        painter.drawRoundedRect(QRectF(8, self.height() - 7, self.width() - 16, 3), 1.5, 1.5)
        if self.hasFocus():
            paint_focus(painter, self.rect())
