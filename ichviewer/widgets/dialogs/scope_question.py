"""Whether a series that is out of scope is to be scored all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


class ScopeQuestion(Sheet):
    """Says why not, and asks; Enter and Esc leave it unscored.

    Args:
        workspace: gets the answer.
        case: the series that the question is about; another one open by then is not scored.
        parent: the window it stands over.
    """

    def __init__(self, workspace: Workspace, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Score a series out of scope?"), parent)
        self._workspace, self._case = workspace, case
        for finding in case.refusal:
            self.body.addWidget(wrapped("", self, finding.detail))
        self.body.addWidget(
            wrapped(
                "muted",
                self,
                self.tr(
                    "The models are made for plain axial CT of a head. What they say of anything else is not "
                    "known to mean anything; it will be marked as scored out of scope, on screen and in what "
                    "you export."
                ),
            )
        )
        self.anyway = self.add_button(self.tr("Score anyway"))
        self.leave = self.add_button(self.tr("Leave unscored"), primary=True)
        self.anyway.clicked.connect(self.accept)
        self.leave.clicked.connect(self.reject)
        self.accepted.connect(self._score)
        self.leave.setFocus()

    def _score(self) -> None:
        if self._workspace.case is self._case:
            self._workspace.inference.score_anyway()
