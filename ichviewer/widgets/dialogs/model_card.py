"""The whole card of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.widgets.controls.steady_scroll import SteadyScrollArea
from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.card_view import CardView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ichcore.models.card import Card


class ModelCardDialog(Sheet):
    """Everything that a checkpoint's card states, in words."""

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Model card"), parent, width=600)
        area = SteadyScrollArea(self)
        area.setMinimumHeight(480)
        area.setWidget(CardView(card))
        self.body.addWidget(area)
        close = self.add_button(self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)
