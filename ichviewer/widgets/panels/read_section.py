"""Whose read it is, whether the model is hidden from it, and what is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ichviewer.documents.annotation_opening import reader_name
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.annotations.blinding import Read
    from ichviewer.documents.workspace import Workspace


class ReadSection(Section):
    """One sentence on the read, and a button that locks it."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("My read"), parent)
        self._workspace = workspace
        self.state = wrapped("", self.content)
        self.lock = Chip(self.tr("Lock my read"), "", self.content)
        self.hide_model = Switch(self.tr("Hide the model from new reads"), self.content)
        self.hide_model.setToolTip(
            self.tr("In series that nobody has read yet: until the first read is locked; both are kept")
        )
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.lock)
        row.addStretch(1)
        self.body.addWidget(self.state)
        self.body.addLayout(row)
        self.body.addWidget(self.hide_model)
        self.lock.clicked.connect(lambda: self.action_requested.emit("label.lock"))
        self.hide_model.toggled.connect(lambda on: workspace.settings.change(model_hidden=on))
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._soon.request)
        workspace.reading.labelling.changed.connect(self._soon.request)
        workspace.settings.changed.connect(lambda _: self._soon.request())
        self.refresh()

    def refresh(self) -> None:
        """Say how the read stands."""
        workspace = self._workspace
        read = workspace.reading.labelling.read
        self.set_aside(reader_name(workspace.settings.preferences))
        self.hide_model.set_quietly(workspace.settings.preferences.model_hidden)
        self.state.setText(self._state(read))
        adjudicating = self._workspace.reading.adjudicating.on
        self.lock.setVisible(read is not None and not read.done and not adjudicating)
        if read is not None and not read.done:
            first = read.model_hidden and not read.locks
            self.lock.setText(self.tr("Lock my first read") if first else self.tr("Lock my read"))

    def _state(self, read: Read | None) -> str:
        if read is None:
            return self.tr("Not begun: it begins with your first answer or stroke.")
        if self._workspace.reading.adjudicating.on:
            return (
                self.tr("Your adjudication, locked {0} UTC.").format(_time(read.locks[-1].at))
                if read.done
                else self.tr("Locked. What you draw and answer now goes into your adjudication.")
            )
        if read.done:
            return self.tr("Locked {0} UTC; it is not changed any more.").format(_time(read.locks[-1].at))
        if not read.model_shown:
            return self.tr("First read: the model is hidden until you lock it.")
        if read.locks:
            return self.tr("Second read, with the model. The first was locked {0} UTC and is kept.").format(
                _time(read.locks[0].at)
            )
        return self.tr("Open; the model is shown.")


def _time(at: str) -> str:
    return at.replace("T", " ").removesuffix("Z")
