"""What stands where no slice can be shown yet: a few quiet words in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from ichviewer.base.theme import DARK
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.halo_text import Block, HaloText, line_height, plain, size_of
from ichviewer.widgets.canvas.ink import GROUND, Tone, colour, pen

if TYPE_CHECKING:
    from ichviewer.widgets.canvas.viewport import Viewport


def draw_words(painter: QPainter, text: HaloText, bounds: QRectF, title: str, detail: str) -> None:
    """A title and a muted second line, centred."""
    upper = Block((plain(title),), 15, weight=QFont.Weight.Medium, width=bounds.width() - 32)
    lower = Block((plain(detail, Tone.MUTED),), 13, width=bounds.width() - 32)
    y = bounds.center().y() - (line_height(15) + 6 + line_height(13)) / 2
    text.draw(painter, upper, QPointF(bounds.center().x() - size_of(upper).width() / 2, y))
    y += line_height(15) + 6
    text.draw(painter, lower, QPointF(bounds.center().x() - size_of(lower).width() / 2, y))


def draw_welcome(painter: QPainter, text: HaloText, bounds: QRectF) -> None:
    """No study is open."""
    painter.fillRect(bounds, GROUND)
    frame = QRectF(0, 0, min(360.0, bounds.width() - 48), min(168.0, bounds.height() - 48))
    frame.moveCenter(bounds.center())
    stroke = pen(colour(DARK.strong_line), 1)
    stroke.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(stroke)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    draw_words(
        painter,
        text,
        frame,
        tr("Drop a head CT here"),
        tr("Folder, zip, DICOM, NIfTI or pictures · Ctrl+O"),
    )


def draw_waiting(painter: QPainter, text: HaloText, viewport: Viewport, index: int) -> None:
    """The slice's pixels are not in yet."""
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    painter.setPen(pen(colour(DARK.line), 1))
    painter.drawRect(viewport.rect.adjusted(0.5, 0.5, -0.5, -0.5))
    words = Block((plain(tr("Reading slice {i} …").format(i=index + 1), Tone.MUTED),), 13)
    size = size_of(words)
    text.draw(
        painter,
        words,
        QPointF(bounds.center().x() - size.width() / 2, bounds.center().y() - size.height() / 2),
    )
