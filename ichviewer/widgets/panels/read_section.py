"""Whose read it is, whether the model is hidden from it, what is locked, and what other readers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ichcore.subtypes import CLASSES, hemorrhage_class
from ichviewer.documents.annotation_opening import reader_name
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.blinding import Read
    from ichviewer.documents.workspace import Workspace


class ReadSection(Section):
    """One sentence on the read, a button that locks it, and the others once it is over."""

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
        self.others = wrapped("small", self.content)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.lock)
        row.addStretch(1)
        self.body.addWidget(self.state)
        self.body.addLayout(row)
        self.body.addWidget(self.hide_model)
        self.body.addWidget(self.others)
        self.lock.clicked.connect(lambda: self.action_requested.emit("label.lock"))
        self.hide_model.toggled.connect(lambda on: workspace.settings.change(model_hidden=on))
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._soon.request)
        workspace.reading.labelling.changed.connect(self._soon.request)
        workspace.reading.blind.changed.connect(self._soon.request)
        workspace.settings.changed.connect(lambda _: self._soon.request())
        workspace.view.slice_changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Say how the read stands."""
        workspace = self._workspace
        read, others = workspace.reading.labelling.read, workspace.reading.blind.others
        self.set_aside(reader_name(workspace.settings.preferences))
        self.hide_model.set_quietly(workspace.settings.preferences.model_hidden)
        self.state.setText(self._state(read))
        self.lock.setVisible(read is not None and not read.done)
        if read is not None and not read.done:
            first = read.model_hidden and not read.locks
            self.lock.setText(self.tr("Lock my first read") if first else self.tr("Lock my read"))
        self.others.setVisible(bool(others.names))
        if others.annotations:
            index = workspace.view.slice_index
            self.others.setText("\n".join(_said(one, index) for one in others.annotations))
        elif others.names:
            self.others.setText(
                self.tr("{0} other readers; what they say is hidden until your read is locked.").format(
                    len(others.names)
                )
                if len(others.names) > 1
                else self.tr("One other reader; what they say is hidden until your read is locked.")
            )

    def _state(self, read: Read | None) -> str:
        if read is None:
            return self.tr("Not begun: it begins with your first answer or stroke.")
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


def _said(annotation: Annotation, index: int) -> str:
    """What another reader says of the study and of the shown slice, in one line."""
    marks = {"yes": "✓", "no": "✗", "unsure": "?"}
    study = [
        f"{hemorrhage_class(name).short} {marks[str(annotation.study[name].answer)]}"
        for name in CLASSES
        if name in annotation.study
    ]
    here = [
        f"{hemorrhage_class(name).short} {marks[str(annotation.slices[index, name].answer)]}"
        for name in CLASSES
        if (index, name) in annotation.slices
    ]
    parts = [
        *([f"study {', '.join(study)}"] if study else []),
        *([f"slice {', '.join(here)}"] if here else []),
    ]
    return f"{annotation.reader}: {'; '.join(parts) or 'no answers'}"
