"""A row for one step of the weak chain: its picture, its name, what it changed, and whether it is taken."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.step_picture import SIDE

HEIGHT = SIDE + 8
SWITCH_WIDTH = 32


class StepRow(PaintedButton):
    """A click shows the step on the image; the switch at its right end takes it or leaves it out."""

    switched = Signal(bool)

    def __init__(self, name: str, title: str, *, switchable: bool, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.name = name
        self._picture: QImage | None = None
        self._lines = ("", "")
        self._on = self._is_shown = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.switch = Switch("", self) if switchable else None
        if self.switch is not None:
            self.switch.setAccessibleName(title)
            self.switch.toggled.connect(self.switched)

    def show_state(self, picture: QImage | None, lines: tuple[str, str], *, on: bool, is_shown: bool) -> None:
        """Take the picture, two lines beside it, whether the step is taken and whether the image shows it."""
        self._picture, self._lines, self._on, self._is_shown = picture, lines, on, is_shown
        if self.switch is not None:
            self.switch.set_quietly(on)
        self.setAccessibleName(f"{self.text()}, {lines[0]}, {lines[1]}")
        self.update()

    @property
    def lines(self) -> tuple[str, str]:
        """What stands under the name."""
        return self._lines

    @property
    def is_shown(self) -> bool:
        """Whether the image shows this step."""
        return self._is_shown

    def sizeHint(self) -> QSize:
        """As high as its picture."""
        return QSize(280, HEIGHT)

    def resizeEvent(self, event: object) -> None:
        """The switch stays at the right end of the first line."""
        if self.switch is not None:
            self.switch.setGeometry(self.width() - SWITCH_WIDTH, 4, SWITCH_WIDTH, 24)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Nothing follows the mouse."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, name and two lines; the step that the image shows has a frame around its picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        frame = QRectF(0.5, 4.5, SIDE - 1, SIDE - 1)
        painter.fillRect(frame, colours.ground)
        if self._picture is not None:
            painter.setOpacity(1.0 if self._on else 0.35)
            painter.drawImage(QPointF(0, 4), self._picture)
            painter.setOpacity(1.0)
        shown = self._is_shown
        painter.setPen(QPen(colours.text if shown else colours.strong_line, 2.0 if shown else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
        left, right = SIDE + 12, self.width() - (SWITCH_WIDTH + 8 if self.switch is not None else 0)
        weight = QFont.Weight.DemiBold if shown else QFont.Weight.Normal
        painter.setFont(sized(self.font(), 13, weight=weight))
        off = blend(colours.panel, colours.muted, 0.7)
        painter.setPen(colours.text if self._on or self.hovered else off)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRect(left, 5, right - left, 20), middle, self.text())
        painter.setFont(sized(self.font(), 11))
        painter.setPen(colours.muted if self._on else off)
        for number, line in enumerate(self._lines):
            painter.drawText(QRect(left, 24 + 16 * number, self.width() - left, 16), middle, line)
        if self.hasFocus():
            paint_focus(painter, QRectF(self.rect()).adjusted(-1, 1, 1, -1))
