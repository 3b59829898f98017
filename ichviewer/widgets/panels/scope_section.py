"""That the series is not what the models were made for: why, and what became of scoring it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


class ScopeSection(Section):
    """There only for a series out of scope."""

    action_requested = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Out of scope"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.sentence = wrapped("", self.content)
        self.reasons = wrapped("small", self.content)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.reasons)
        self.score = Chip(self.tr("Score anyway…"), "", self.content)
        self.score.clicked.connect(lambda: self.action_requested.emit("model.predict"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 0)
        row.addWidget(self.score)
        row.addStretch(1)
        self.body.addLayout(row)
        workspace.case_changed.connect(self._take_case)
        self._take_case()

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.scope_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show whether and why the series is out of scope."""
        case = self._case
        there = case is not None and bool(case.refusal)
        self.setVisible(there)
        if case is None or not there:
            return
        self.sentence.setText(
            self.tr("Not scored. The models are made for plain axial CT of a head.")
            if case.refused
            else self.tr(
                "Scored because you asked for it. The models were not made for this; do not rely on it."
            )
        )
        self.reasons.setText("\n".join(finding.detail for finding in case.refusal))
        self.score.setVisible(case.refused)
        self.set_aside(self.tr("not scored") if case.refused else self.tr("scored anyway"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """An amber edge at the left, beside the words."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink().amber)
        painter.drawRect(QRectF(1, 8, 3, self.height() - 16))
