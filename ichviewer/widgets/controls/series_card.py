"""One series as a thumbnail with its name and number of slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.own_keys import UPRIGHT, claims
from ichviewer.widgets.controls.painted_button import PaintedButton

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

SIDE = 70
"""Width of the card and of its square picture, px."""
CAPTION = 34
LINE = 14


class SeriesCard(PaintedButton):
    """Picture over two lines of caption; checked while its series is shown.

    Args:
        uid: of the series.
        slices: how many it has.
        number: its place in the list, from 1; its name where no description is shown.
        proposed: whether it is the one that the program proposes.
        doubt: why it is a poor choice, in a few words; it is then greyed.
        parent: the widget it stands in.
    """

    def __init__(
        self,
        uid: str,
        slices: int,
        number: int,
        *,
        proposed: bool = False,
        doubt: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.uid, self.slices, self.number = uid, slices, number
        self.proposed, self.doubt = proposed, doubt
        self._description = ""
        self._pixmap: QPixmap | None = None
        self.setCheckable(True)
        self.setFixedSize(QSize(SIDE, SIDE + CAPTION + (LINE if doubt else 0)))

    def nextCheckState(self) -> None:
        """The workspace says which series is shown; a click only asks."""

    def set_thumbnail(self, grey: NDArray[np.uint8] | None) -> None:
        """Take a uint8 ``(h, w)`` picture, or ``None`` while there is none."""
        if grey is not None:
            data = np.ascontiguousarray(grey)
            height, width = data.shape
            image = QImage(data.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
            self._pixmap = QPixmap.fromImage(image)
        self.update()

    def set_description(self, description: str, tip: str) -> None:
        """Show a description, or the series' number where it is empty."""
        self._description = description
        self.setToolTip(tip)
        self.setAccessibleName(self.caption)
        self.update()

    @property
    def caption(self) -> str:
        """What stands under the picture."""
        return self._description or self.tr("Series {number}").format(number=self.number)

    def event(self, event: QEvent) -> bool:
        """Up and Down go to the neighbour, by the column it stands in."""
        return claims(event, UPRIGHT) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, caption, frame; a star marks the proposed one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours, on = ink(), self.isChecked()
        frame = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        path = QPainterPath()
        path.addRoundedRect(frame, 5, 5)
        painter.fillPath(path, colours.hover if self.hovered else colours.raised)
        painter.save()
        painter.setClipPath(path)
        picture = QRect(0, 0, self.width(), SIDE)
        painter.fillRect(picture, Qt.GlobalColor.black)
        if self._pixmap is not None:
            painter.setOpacity(0.45 if self.doubt and not on else 1.0)
            painter.drawPixmap(_fitted(self._pixmap.size(), picture), self._pixmap)
            painter.setOpacity(1.0)
        painter.restore()
        self._paint_caption(painter)
        if self.proposed:
            _paint_star(painter, QPointF(self.width() - 11, 11))
        painter.setPen(QPen(colours.accent if on else colours.strong_line, 1.5 if on else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 5, 5)
        if self.hasFocus():
            paint_focus(painter, self.rect().adjusted(2, 2, -2, -2), 4)

    def _paint_caption(self, painter: QPainter) -> None:
        colours = ink()
        painter.setFont(sized(self.font(), 11))
        count = self.tr("1 slice") if self.slices == 1 else self.tr("{count} slices")
        lines = [self.caption, count.format(count=self.slices)]
        if self.doubt:
            lines.append(self.doubt)
        for row, line in enumerate(lines):
            area = QRect(6, SIDE + 3 + row * LINE, self.width() - 10, LINE)
            text = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, area.width())
            strong = row == 0 and (not self.doubt or self.isChecked())
            painter.setPen(colours.text if strong else colours.muted)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)


def _fitted(size: QSize, area: QRect) -> QRect:
    """The largest rectangle of the picture's shape in the middle of ``area``."""
    scaled = size.scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(area.topLeft(), scaled)
    place.moveCenter(area.center())
    return place


def _paint_star(painter: QPainter, middle: QPointF) -> None:
    """Four-pointed, light on the black of the picture."""
    path = QPainterPath()
    for index in range(8):
        radius = 5.5 if index % 2 == 0 else 2.0
        angle = index * np.pi / 4
        point = middle + QPointF(radius * float(np.sin(angle)), -radius * float(np.cos(angle)))
        path.moveTo(point) if index == 0 else path.lineTo(point)
    path.closeSubpath()
    painter.fillPath(path, Qt.GlobalColor.white)
