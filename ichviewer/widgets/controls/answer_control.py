"""Yes, no, unsure, or nothing said: three small cells, of which the one that holds is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.own_keys import claims

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

YES, NO, UNSURE = "yes", "no", "unsure"
ORDER = (YES, NO, UNSURE)
CELL, GAP = 19, 2
KEYS = {
    Qt.Key.Key_Y: YES,
    Qt.Key.Key_Plus: YES,
    Qt.Key.Key_N: NO,
    Qt.Key.Key_Minus: NO,
    Qt.Key.Key_U: UNSURE,
    Qt.Key.Key_Question: UNSURE,
    Qt.Key.Key_Backspace: "",
    Qt.Key.Key_Delete: "",
}
"""Keys while it has the keyboard."""


class AnswerControl(QWidget):
    """A click says it, a second click takes it back; by keys Y, N, U and Backspace.

    Args:
        name: of what is answered, for a screen reader.
        parent: the widget it stands in.
    """

    said = Signal(str)
    """``yes``, ``no``, ``unsure``, or empty where the answer is taken back."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer, self._detail, self._over = "", "", -1
        self._agrees: bool | None = None
        self._other = self._other_reader = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def answer(self) -> str:
        """What holds; empty where nothing is said."""
        return self._answer

    def show_answer(self, answer: str, detail: str = "", *, agrees: bool | None = None) -> None:
        """Show what is said.

        Args:
            answer: as :attr:`answer`.
            detail: who said it, when, and what became of the suggestion, for the tooltip.
            agrees: whether it agrees with the model; ``None`` where the model said nothing.
        """
        if (answer, detail, agrees) != (self._answer, self._detail, self._agrees):
            self._answer, self._detail, self._agrees = answer, detail, agrees
            self.setAccessibleDescription(detail or self.tr("nothing said"))
            self.update()

    def show_other(self, answer: str, reader: str) -> None:
        """Mark what another reader says by a bar under its cell; nothing where the answer is empty.

        Args:
            answer: as :attr:`answer`.
            reader: whose, for the tooltip.
        """
        if (answer, reader) != (self._other, self._other_reader):
            self._other, self._other_reader = answer, reader
            self.update()

    @property
    def other(self) -> str:
        """What another reader says; empty where nothing is shown."""
        return self._other

    def _other_words(self) -> str:
        titles = {YES: self.tr("yes"), NO: self.tr("no"), UNSURE: self.tr("unsure"), "": self.tr("no answer")}
        return f"{self._other_reader}: {titles[self._other]}" if self._other_reader else ""

    def sizeHint(self) -> QSize:
        """Three cells in a row of 24 px."""
        return QSize(3 * CELL + 2 * GAP, 24)

    def cell(self, index: int) -> QRectF:
        """Where a cell is."""
        return QRectF(index * (CELL + GAP), (self.height() - CELL) / 2, CELL, CELL)

    def _at(self, x: float) -> int:
        return next((i for i in range(3) if self.cell(i).left() <= x <= self.cell(i).right()), -1)

    def _say(self, answer: str) -> None:
        self.said.emit("" if answer == self._answer else answer)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say it, or take it back."""
        at = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0 and self.isEnabled():
            self._say(ORDER[at])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the cell under the mouse."""
        self._light(self._at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """No cell is under the mouse."""
        self._light(-1)
        super().leaveEvent(event)

    def _light(self, cell: int) -> None:
        if cell != self._over:
            self._over = cell
            self.update()

    def event(self, event: QEvent) -> bool:
        """Its keys are its own; the tooltip says who said what."""
        if claims(event, KEYS):
            return True
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            titles = (self.tr("Yes"), self.tr("No"), self.tr("Unsure"))
            at = self._at(event.pos().x())
            lines = [titles[at] if at >= 0 else "", self._detail, self._other_words()]
            QToolTip.showText(event.globalPos(), "\n".join(line for line in lines if line), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say it by a key."""
        answer = KEYS.get(Qt.Key(event.key()))
        if answer is None or not self.isEnabled():
            super().keyPressEvent(event)
        elif answer or self._answer:
            self.said.emit(answer)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Thin cells; the one that holds is filled, and a dot marks an answer against the model."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        for index, answer in enumerate(ORDER):
            holds, area = answer == self._answer, self.cell(index)
            ground = colours.text if holds else colours.panel
            mark = colours.panel if holds else colours.muted
            line = ground if holds else colours.line
            if not self.isEnabled():
                mark, line = blend(colours.panel, mark, 0.5), colours.line
                ground = blend(colours.panel, ground, 0.5)
            elif index == self._over and not holds:
                mark, line = colours.text, colours.strong_line
            painter.setPen(QPen(line, 1.0))
            painter.setBrush(ground)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            self._paint_mark(painter, answer, area, mark)
            if holds and self._agrees is False:
                painter.setPen(QPen(colours.panel, 1.5))
                painter.setBrush(colours.amber)
                painter.drawEllipse(QPointF(area.right() - 3.0, area.top() + 3.0), 3.5, 3.5)
            if self._other == answer:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colours.text)
                painter.drawRect(QRectF(area.left() + 2, area.bottom() + 1, area.width() - 4, 2))
        if self.hasFocus():
            paint_focus(painter, self.rect())

    def _paint_mark(self, painter: QPainter, answer: str, area: QRectF, colour: QColor) -> None:
        """A tick, a cross or a question mark."""
        painter.setPen(QPen(colour, 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = area.center().x(), area.center().y()
        if answer == YES:
            painter.drawPolyline(
                QPolygonF([QPointF(x - 4, y + 0.5), QPointF(x - 1.2, y + 3.4), QPointF(x + 4.2, y - 3.4)])
            )
        elif answer == NO:
            painter.drawLine(QPointF(x - 3.2, y - 3.2), QPointF(x + 3.2, y + 3.2))
            painter.drawLine(QPointF(x + 3.2, y - 3.2), QPointF(x - 3.2, y + 3.2))
        else:
            painter.setFont(sized(self.font(), 13, weight=QFont.Weight.DemiBold))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), "?")
