"""The chosen model in short: what it is, its learned windows, its figures, and the way to its whole card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.panels.card_view import CardView
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from ichcore.models.card import Card
    from ichviewer.documents.workspace import Workspace


class ModelSection(Section):
    """Shows the card of the workspace's model."""

    action_requested = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Model card"), parent)
        self._workspace = workspace
        self._card: Card | None = None
        self._laid_out = False
        self._view = QWidget(self.content)
        QVBoxLayout(self._view)
        self.body.addWidget(self._view)
        self.whole = Chip(self.tr("Whole card…"), "", self.content)
        self.whole.clicked.connect(lambda: self.action_requested.emit("model.card"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self.whole)
        row.addStretch(1)
        self.body.addLayout(row)
        workspace.models.shown_changed.connect(self._refresh_if_seen)
        workspace.models.changed.connect(self._refresh_if_seen)
        self.refresh()

    def _refresh_if_seen(self) -> None:
        """A card takes longer to lay out than going to another model may take."""
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """The card of the model that was chosen meanwhile."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the card anew, if it is another."""
        card = self._workspace.models.card
        if card is self._card and self._laid_out:
            return
        self._card, self._laid_out = card, True
        self.body.removeWidget(self._view)
        self._view.hide()  # it goes only when the event loop comes round
        self._view.deleteLater()
        if card is None:
            self._view = wrapped("muted", self.content, self.tr("No model is installed."))
        else:
            self._view = CardView(card, self.content, short=True)
        self.body.insertWidget(0, self._view)
        self.whole.setVisible(card is not None)
