"""The geometry passport: what was found and repaired when the series was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.volume.passport import Finding
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


class PassportSection(Section):
    """Each finding with its code and one sentence; the prediction's warnings stand with them."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Geometry passport"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self._shown: tuple[Finding, ...] | None = None
        self._list = QWidget(self.content)
        QVBoxLayout(self._list)
        self.body.addWidget(self._list)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._take_case)
        self._take_case()

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.volume_completed.connect(self._soon.request)
            self._case.prediction_changed.connect(self._soon.request)
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        """List the findings anew, if there are others."""
        case = self._case
        findings: tuple[Finding, ...] = case.volume.passport if case is not None else ()
        if case is not None and case.prediction is not None:
            findings += tuple(w for w in case.prediction.warnings if w not in findings)
        if findings == self._shown:
            return
        self._shown = findings
        self.set_aside(str(len(findings)) if findings else "")
        self.body.removeWidget(self._list)
        self._list.deleteLater()
        self._list = QWidget(self.content)
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for finding in findings:
            entry = QVBoxLayout()
            entry.setSpacing(1)
            entry.addWidget(wrapped("small", self._list, finding.code.replace("_", " ")))
            entry.addWidget(wrapped("", self._list, finding.detail))
            column.addLayout(entry)
        if not findings:
            nothing = self.tr("No series is open.") if case is None else self.tr("Nothing unusual was found.")
            column.addWidget(wrapped("muted", self._list, nothing))
        self.body.addWidget(self._list)
