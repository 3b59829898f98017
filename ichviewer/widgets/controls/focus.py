"""The ring that shows where the keyboard is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ichviewer.widgets.controls.ink import ink

if TYPE_CHECKING:
    from PySide6.QtCore import QRect


def paint_focus(painter: QPainter, area: QRect | QRectF, radius: float = 4.0) -> None:
    """A thin ring just inside ``area``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink().muted, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()
