"""Flat tabs of equal width with a line under the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.own_keys import SIDEWAYS, claims

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 40


class Tabs(QWidget):
    """Click, or arrow keys while focused, to choose."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._current = 0
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(names))

    @property
    def current(self) -> int:
        """The chosen tab."""
        return self._current

    def sizeHint(self) -> QSize:
        """One line of 40 px."""
        return QSize(80 * len(self._names), HEIGHT)

    def choose(self, index: int) -> None:
        """Choose a tab."""
        index = max(0, min(index, len(self._names) - 1))
        if index != self._current:
            self._current = index
            self.update()
            self.chosen.emit(index)

    def tab_rect(self, index: int) -> QRect:
        """Where a tab is."""
        count = len(self._names)
        left, right = index * self.width() // count, (index + 1) * self.width() // count
        return QRect(left, 0, right - left, self.height())

    def _at(self, x: float) -> int:
        return max(0, min(len(self._names) - 1, int(x * len(self._names) / max(1, self.width()))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tab under the mouse."""
        self.choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hovering is shown."""
        hovered = self._at(event.position().x())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hovering is over."""
        self._hovered = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        """Left and right are its own while it has the keyboard."""
        return claims(event, SIDEWAYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go to the neighbour."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.choose(self._current + way)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, and the line under the chosen one."""
        painter = QPainter(self)
        colours = ink()
        painter.fillRect(0, self.height() - 1, self.width(), 1, colours.line)
        for index, name in enumerate(self._names):
            area, on = self.tab_rect(index), index == self._current
            painter.setFont(
                sized(self.font(), 13, weight=QFont.Weight.DemiBold if on else QFont.Weight.Normal)
            )
            painter.setPen(colours.text if on or index == self._hovered else colours.muted)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), name)
            if on:
                painter.fillRect(QRectF(area.left(), self.height() - 2, area.width(), 2), colours.text)
                if self.hasFocus():
                    paint_focus(painter, area.adjusted(6, 6, -6, -7))
