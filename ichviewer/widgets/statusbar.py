"""The status bar: what this program is not, what goes on, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.soon import Soon

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

HEIGHT = 26


class StatusBar(QWidget):
    """One quiet line under everything."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._watched: Case | None = None
        self.setFixedHeight(HEIGHT)
        self._note = QLabel(self.tr("Research use only. Not a medical device."), self)
        self._doing = QLabel(self)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(120)
        self._state = QLabel(self)
        for label in (self._note, self._doing, self._state):
            label.setProperty("role", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 1)
        row.setSpacing(12)
        row.addWidget(self._note)
        row.addStretch(1)
        row.addWidget(self._doing)
        row.addWidget(self._progress, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self._state)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.busy_changed.connect(self._soon.request)
        workspace.case_changed.connect(self._watch)
        workspace.models.shown_changed.connect(self._soon.request)
        workspace.saved_changed.connect(self._soon.request)
        self._watch()

    def _watch(self) -> None:
        case = self._workspace.case
        if case is not None and case is not self._watched:
            case.prediction_changed.connect(self._soon.request)
        self._watched = case
        self.refresh()

    def refresh(self) -> None:
        """Say what is going on now."""
        busy = self._workspace.busy
        self._doing.setVisible(busy is not None)
        self._progress.setVisible(busy is not None)
        if busy is not None:
            count = f" {busy.done} / {busy.total}" if busy.total else ""
            self._doing.setText(f"{self.tr(busy.label)}{count}")
            self._progress.setRange(0, busy.total)
            self._progress.setValue(busy.done)
        self._state.setText("  ·  ".join(self._facts()))

    def _facts(self) -> list[str]:
        workspace, case = self._workspace, self._workspace.case
        if case is None:
            return []
        facts: list[str] = []
        prediction = case.prediction
        if prediction is not None:
            done, total = int(np.count_nonzero(prediction.done)), prediction.done.size
            facts += [prediction.device, self.tr("{0} of {1} slices").format(done, total)]
            if workspace.inference.seconds is not None:
                facts.append(f"{workspace.inference.seconds:.1f} s")
        elif case.model_hidden:
            facts.append(self.tr("model hidden"))
        elif workspace.models.shown and busy_free(workspace):
            facts.append(self.tr("not predicted · F5"))
        if case.measurements or workspace.annotating.exists:
            facts.append(self.tr("saved") if workspace.saved else self.tr("saving…"))
        return facts

    def paintEvent(self, _: QPaintEvent) -> None:
        """The panel's ground with a line above."""
        painter, colours = QPainter(self), ink()
        painter.fillRect(self.rect(), colours.panel)
        painter.setPen(colours.line)
        painter.drawLine(0, 0, self.width(), 0)


def busy_free(workspace: Workspace) -> bool:
    """Whether nothing is under way."""
    return workspace.busy is None
