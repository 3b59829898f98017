"""The note on research use: accepted once before the first study, and shown again when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.base.settings import Settings


class ResearchUseNote(Sheet):
    """Says what the program is not.

    Args:
        settings: where acceptance is kept (``first_run_done``); while it is not accepted, neither Esc nor a
            cross closes the note.
        parent: the window it stands over.
    """

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        accepted = settings.preferences.first_run_done
        super().__init__(self.tr("For research use only"), parent, width=520, closable=accepted)
        self._settings = settings
        for sentence in (
            self.tr(
                "ichviewer is research software. It is not a medical device, has not been cleared by any "
                "authority, and must not be used to diagnose or treat anybody."
            ),
            self.tr(
                "Its models may have been trained on synthetic heads. Their probabilities can be wrong in "
                "both directions, and activation shows where a model looked, not where blood is."
            ),
            self.tr(
                "Studies stay on this computer. Pictures, films and logs carry no patient text unless you "
                "ask for it; text burnt into pixels is not removed."
            ),
        ):
            self.body.addWidget(wrapped("", self, sentence))
        if accepted:
            button = self.add_button(self.tr("Close"), primary=True)
        else:
            self.check = QCheckBox(self.tr("I understand that this is not for clinical use"), self)
            self.body.addSpacing(4)
            self.body.addWidget(self.check)
            button = self.add_button(self.tr("Continue"), primary=True, accent=True)
            button.setEnabled(False)
            self.check.toggled.connect(button.setEnabled)
        self.button = button
        button.clicked.connect(self._accept)

    def _accept(self) -> None:
        self._settings.change(first_run_done=True)
        self.accept()
