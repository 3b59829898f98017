"""Whether a read is over; a locked one is not changed any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ichcore.annotations.blinding import Read
    from ichviewer.documents.workspace import Workspace


class LockQuestion(Sheet):
    """Says what a lock does, and asks; Enter and Esc leave the read open.

    Args:
        workspace: whose read it is.
        read: as it stands.
        parent: the window it stands over.
    """

    def __init__(self, workspace: Workspace, read: Read, parent: QWidget | None = None) -> None:
        first = read.model_hidden and not read.locks
        adjudicating = workspace.reading.adjudicating.on
        if adjudicating:
            title = self.tr("Lock my adjudication?")
        else:
            title = self.tr("Lock my first read?") if first else self.tr("Lock my read?")
        super().__init__(title, parent)
        words = (
            self.tr(
                "What you have said so far is kept as your first read, made without the model. Then the "
                "model is shown, and you go on with it in your second read."
            )
            if first
            else self._of_adjudication(workspace)
            if adjudicating
            else self.tr(
                "Your answers, notes and mask of this series are not changed any more, not even by undo. "
                "Then you see what other readers of the series say."
            )
        )
        self.body.addWidget(wrapped("", self, words))
        self.lock = self.add_button(self.tr("Lock"))
        self.leave = self.add_button(self.tr("Not yet"), primary=True)
        self.lock.clicked.connect(self.accept)
        self.leave.clicked.connect(self.reject)
        self.accepted.connect(workspace.reading.labelling.lock)
        self.leave.setFocus()

    def _of_adjudication(self, workspace: Workspace) -> str:
        work = workspace.reading.adjudicating
        left = sum(each.index not in work.settled for each in work.queue)
        words = self.tr("It is the final label of this series from then on and is not changed any more.")
        if left:
            words += " " + self.tr("Not decided yet: {0} of {1} differences.").format(left, len(work.queue))
        return words
