"""The frame that plots of probabilities share: lines at 0, ½ and 1, ticks below, names at the lines' ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ichviewer.widgets.controls.ink import ink, sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

LEFT, TOP, BOTTOM = 18.0, 8.0, 16.0
SMALL_PX = 10
LINE_PX = 11.0
"""Names at the ends of lines stay this far apart."""


class EndName(NamedTuple):
    """The name of a line, written where it ends."""

    probability: float
    text: str
    colour: QColor


class ProbabilityAxes:
    """Where a plot's picture lies in a widget, and how a probability becomes a height.

    Args:
        width: of the widget, px.
        height: of the widget.
        right: room for the names of lines.
    """

    def __init__(self, width: float, height: float, right: float) -> None:
        self._width = width
        self.area = QRectF(LEFT, TOP, max(1.0, width - LEFT - right), max(1.0, height - TOP - BOTTOM))

    def y(self, probability: float) -> float:
        """The height of a probability, px from above."""
        return self.area.bottom() - min(max(probability, 0.0), 1.0) * self.area.height()

    def paint(self, painter: QPainter, font: QFont, ticks: Sequence[tuple[float, str]]) -> None:
        """Lines, their probabilities, and ``(x, text)`` ticks below, all of them within the widget."""
        colours = ink()
        painter.setFont(sized(font, SMALL_PX))
        metrics = QFontMetricsF(painter.font())
        for probability, text in ((0.0, "0"), (0.5, "½"), (1.0, "1")):
            y = round(self.y(probability)) + 0.5
            painter.setPen(QPen(colours.strong_line if probability == 0 else colours.line, 1.0))
            painter.drawLine(QPointF(self.area.left(), y), QPointF(self.area.right(), y))
            painter.setPen(colours.muted)
            box = QRectF(0, y - 7, LEFT - 5, 14)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        for x, text in ticks:
            painter.setPen(QPen(colours.strong_line, 1.0))
            painter.drawLine(QPointF(x, self.area.bottom() + 1), QPointF(x, self.area.bottom() + 4))
            painter.setPen(colours.muted)
            wide = metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, 0.0), self._width - wide)
            painter.drawText(QPointF(left, self.area.bottom() + 4 + metrics.ascent()), text)

    def paint_names(self, painter: QPainter, font: QFont, names: Sequence[EndName]) -> None:
        """Names right of the picture, beside their lines' ends and never over each other."""
        painter.setFont(sized(font, SMALL_PX))
        metrics = QFontMetricsF(painter.font())
        middle = -LINE_PX
        lowest = self.area.bottom() + 2
        placed: list[tuple[float, EndName]] = []
        for name in sorted(names, key=lambda name: -name.probability):
            middle = max(self.y(name.probability), middle + LINE_PX)
            placed.append((middle, name))
        # pushed out below: all that stand too low move up together, as far as they must
        below = lowest
        for at in range(len(placed) - 1, -1, -1):
            middle = min(placed[at][0], below)
            placed[at] = (middle, placed[at][1])
            below = middle - LINE_PX
        for middle, name in placed:
            painter.setPen(name.colour)
            painter.drawText(
                QPointF(self.area.right() + 6, middle + (metrics.ascent() - metrics.descent()) / 2), name.text
            )
