"""The model chooser: every installed model with what it is and says; one is shown, several may be ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from ichviewer.documents.models_in_use import MOST
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton
from ichviewer.widgets.panels.model_words import readable, terms_in_short, what_it_is, what_it_says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from ichcore.models.card import Card
    from ichviewer.documents.workspace import Workspace

WIDTH, HEIGHT = 460, 46
TICK = 14
TEXT_LEFT = 38
"""A click left of this ticks; right of it, it shows the model."""


class ModelRow(PaintedButton):
    """One model: a box to tick it with, its name, and below what it is, says and may be used for."""

    ticked = Signal(bool)

    def __init__(self, card: Card, parent: QWidget | None = None, *, shown: bool, ticked: bool) -> None:
        super().__init__(readable(card.name), parent)
        self.card = card
        self.is_shown, self.is_ticked = shown, ticked
        self._what = f"{what_it_is(card)} · {what_it_says(card)}"
        self._terms = terms_in_short(card)
        self.setToolTip(card.title)
        self.setAccessibleName(f"{self.text()}, {self._what}, {self._terms}")
        self.setAccessibleDescription(
            self.tr("Enter shows it; Space runs it beside the shown one, or no longer.")
        )

    @property
    def words(self) -> str:
        """What stands below its name."""
        return self._what

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(WIDTH, HEIGHT)

    def mark(self, *, shown: bool, ticked: bool) -> None:
        """Show another state."""
        if (shown, ticked) != (self.is_shown, self.is_ticked):
            self.is_shown, self.is_ticked = shown, ticked
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """On the box: tick; elsewhere: show. The menu would close on a release that it got itself."""
        self.setDown(False)
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            if event.position().x() < TEXT_LEFT:
                self.ticked.emit(not self.is_ticked)
            else:
                self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks, Enter shows; up and down are the menu's."""
        if event.key() == Qt.Key.Key_Space:
            self.ticked.emit(not self.is_ticked)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, name, what it is; at the right whether it is shown, and its terms."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        if self.hovered or self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.hover)
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        self._paint_box(painter)
        left, right = int(Qt.AlignmentFlag.AlignLeft), int(Qt.AlignmentFlag.AlignRight)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        first = self.rect().adjusted(TEXT_LEFT, 5, -12, -self.height() // 2)
        second = self.rect().adjusted(TEXT_LEFT, self.height() // 2 - 1, -12, -5)
        weight = QFont.Weight.DemiBold if self.is_shown else QFont.Weight.Normal
        painter.setFont(sized(self.font(), 13, weight=weight))
        painter.setPen(colours.text)
        painter.drawText(first, left | middle, self.text())
        painter.setFont(sized(self.font(), 12))
        painter.setPen(colours.muted)
        if self.is_shown:
            painter.drawText(first, right | middle, self.tr("shown"))
        metrics = painter.fontMetrics()
        terms = metrics.elidedText(self._terms, Qt.TextElideMode.ElideRight, second.width() // 3)
        painter.drawText(second, right | middle, terms)
        room = second.width() - metrics.horizontalAdvance(terms) - 16
        what = metrics.elidedText(self._what, Qt.TextElideMode.ElideRight, room)
        painter.drawText(second, left | middle, what)
        if self.hasFocus():
            paint_focus(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_box(self, painter: QPainter) -> None:
        colours = ink()
        box = QRectF(12.5, (self.height() - TICK) / 2 + 0.5, TICK - 1, TICK - 1)
        painter.setPen(QPen(colours.muted if self.is_ticked else colours.strong_line, 1.0))
        painter.setBrush(colours.line if self.is_ticked else colours.ground)
        painter.drawRoundedRect(box, 4, 4)
        if self.is_ticked:
            pen = QPen(colours.text, 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            x, y = box.left(), box.top()
            tick = [QPointF(x + 3, y + 7), QPointF(x + 5.5, y + 9.5), QPointF(x + 10, y + 4)]
            painter.drawPolyline(QPolygonF(tick))


class ModelMenu(QMenu):
    """Rows of the installed models, then the actions that concern a model."""

    def __init__(
        self, workspace: Workspace, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._actions = actions
        self.rows: list[ModelRow] = []
        workspace.models.changed.connect(self.refresh)
        workspace.models.shown_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show which models there are and which are in use; open rows stay where they are."""
        workspace = self._workspace
        if [row.card for row in self.rows] != list(workspace.models.cards) or self.isEmpty():
            self._rebuild()
        for row in self.rows:
            name = row.card.name
            row.mark(shown=name == workspace.models.shown, ticked=name in workspace.models.ticked)

    def _rebuild(self) -> None:
        workspace = self._workspace
        self.clear()
        self.rows = []
        for card in workspace.models.cards:
            row = ModelRow(card, self, shown=False, ticked=False)
            row.clicked.connect(lambda _=False, name=card.name: self._show(name))
            row.ticked.connect(lambda on, name=card.name: workspace.models.tick(name, on=on))
            entry = QWidgetAction(self)
            entry.setDefaultWidget(row)
            entry.setText(card.name)
            self.addAction(entry)
            self.rows.append(row)
        if not self.rows:
            self.addAction(self.tr("No model is installed")).setEnabled(False)
        elif len(self.rows) > 1:
            hint = self.tr("Tick up to {most} models to run them side by side").format(most=MOST)
            self.addAction(hint).setEnabled(False)
        self.addSeparator()
        self.addActions(list(self._actions))

    def _show(self, name: str) -> None:
        self.close()
        self._workspace.models.choose(name)
