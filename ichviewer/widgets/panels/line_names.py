"""Names written on the lines of a plot, each where its line is alone, so that colour is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from ichviewer.widgets.controls.ink import ink, sized, words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

SMALL_PX = 10
ALONE_PX = 24.0
"""A line that is this far from all others is as good as alone."""


class NamedLine(NamedTuple):
    """A line and what it is called.

    Attributes:
        text: its name.
        colour: of the line.
        points: (x, y) in the widget; all lines of a plot have the same x.
    """

    text: str
    colour: QColor
    points: tuple[tuple[float, float], ...]


def paint_names(painter: QPainter, font: QFont, area: QRectF, lines: Sequence[NamedLine]) -> None:
    """Write every name beside its line, on a thin edge of the ground so that it reads over other lines."""
    small = sized(font, SMALL_PX)
    metrics = QFontMetricsF(small)
    ground = ink().panel
    for line, box in zip(lines, boxes(area, lines, metrics), strict=True):
        path = QPainterPath()
        path.addText(QPointF(box.left(), box.bottom() - metrics.descent()), small, line.text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ground, 3.0, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(path, words_in(line.colour))


def boxes(area: QRectF, lines: Sequence[NamedLine], metrics: QFontMetricsF) -> list[QRectF]:
    """Where each name goes: near its line, far from the others, never over a name that is there already."""
    placed: list[QRectF] = []
    for number, line in enumerate(lines):
        others = [other for at, other in enumerate(lines) if at != number]
        size = (metrics.horizontalAdvance(line.text), metrics.ascent() + metrics.descent())
        best, best_merit = QRectF(), float("-inf")
        for at, (x, y) in enumerate(line.points):
            gap = min((abs(y - other.points[at][1]) for other in others), default=ALONE_PX)
            for above in (True, False):
                top = y - size[1] - 2 if above else y + 2
                box = QRectF(x - size[0] / 2, top, *size)
                left = min(max(box.left(), area.left() + 8), area.right() - size[0])
                box.moveLeft(left)
                crowded = sum(box.intersects(other) for other in placed)
                outside = top < area.top() - 4 or box.bottom() > area.bottom() + 2
                # high parts of a line are what it is about
                merit = min(gap, ALONE_PX) + 0.15 * (area.bottom() - y) - 1000.0 * (crowded + outside)
                if merit > best_merit:
                    best, best_merit = box, merit
        placed.append(best)
    return placed
