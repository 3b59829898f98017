"""A titled part of a panel that folds."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton

MARGIN = 16
"""Distance of everything in a panel from its left side, px."""
RIGHT_MARGIN = 6
"""On the right the panel keeps 10 px more for its scroll bar, whether it shows or not."""


class SectionHeader(PaintedButton):
    """The line with the title, which folds its section on click, Space and Enter."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._aside = ""

    def set_aside(self, text: str) -> None:
        """A few quiet words at the right end."""
        if text != self._aside:
            self._aside = text
            self.update()

    @property
    def aside(self) -> str:
        """The words at the right end."""
        return self._aside

    def sizeHint(self) -> QSize:
        """One line of 32 px."""
        return QSize(200, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title in small capitals, the aside, and a chevron that says whether the section is open."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        area = self.rect().adjusted(MARGIN, 8, -RIGHT_MARGIN, 0)
        font = sized(self.font(), 11, weight=QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.7)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        painter.setFont(font)
        painter.setPen(colours.text if self.underMouse() else colours.muted)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, int(align | Qt.AlignmentFlag.AlignLeft), self.text())
        used = painter.fontMetrics().horizontalAdvance(self.text()) + 12
        self._paint_chevron(painter, area)
        if self._aside:
            painter.setFont(sized(self.font(), 11))
            painter.setPen(colours.muted)
            rest = QRect(area.left() + used, area.top(), area.width() - used - 16, area.height())
            text = painter.fontMetrics().elidedText(self._aside, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, int(align | Qt.AlignmentFlag.AlignRight), text)
        if self.hasFocus():
            paint_focus(painter, self.rect().adjusted(10, 10, 0, -2))

    def _paint_chevron(self, painter: QPainter, area: QRect) -> None:
        x, y = area.right() - 4.0, area.center().y() + 0.5
        points = (
            [QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]
            if self.isChecked()
            else [QPointF(x - 2, y - 4), QPointF(x + 2, y), QPointF(x - 2, y + 4)]
        )
        shade = ink().text if self.underMouse() else ink().muted
        painter.setPen(QPen(shade, 1.3, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF(points))


class Section(QWidget):
    """A header and a body; put contents into :attr:`body`."""

    folded = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, opened: bool = True) -> None:
        super().__init__(parent)
        self.header = SectionHeader(title, self)
        self.content = QWidget(self)
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(MARGIN, 4, RIGHT_MARGIN, 14)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 1)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.content)
        self.header.toggled.connect(self._show_content)
        self.header.setChecked(opened)
        self.setAccessibleName(title)

    def _show_content(self, shown: bool) -> None:
        self.content.setVisible(shown)
        self.folded.emit(not shown)

    def set_aside(self, text: str) -> None:
        """A few quiet words at the right end of the header."""
        self.header.set_aside(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line below, as between all sections."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, ink().line)
