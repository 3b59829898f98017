"""Pictures, films and findings to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.panels.command_rows import command_rows
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.controls.command_row import CommandRow

PICTURES = ("file.screenshot", "file.copy_picture", "file.export_figure", "file.export_film")
FINDINGS = ("file.export_findings", "file.export_ratings")


class ExportTab(QWidget):
    """Rows that run the export actions, and whether patient text goes with them."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.rows: dict[str, CommandRow] = {}
        self.include_text = QCheckBox(self.tr("Include patient text"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        pictures = self._section(self.tr("Pictures"), PICTURES)
        pictures.body.addWidget(self.include_text)
        pictures.body.addWidget(
            wrapped(
                "small",
                pictures.content,
                self.tr(
                    "Unless this is on, pictures, figures and films carry no name, number, institution or "
                    "date. Text burnt into the pixels, and a face in thin slices, are not removed."
                ),
            )
        )
        findings = self._section(self.tr("Findings"), FINDINGS)
        findings.body.addWidget(
            wrapped(
                "small",
                findings.content,
                self.tr(
                    "Six probabilities and flags of every slice with the thresholds in use, the model's "
                    "name and digest; or your ratings of heat maps with their shares. Slices are named "
                    "by their UIDs, which a hospital can trace. "
                    "Not a diagnosis."
                ),
            )
        )
        column.addWidget(pictures)
        column.addWidget(findings)
        column.addStretch(1)
        workspace.case_changed.connect(self._take_case)
        self._take_case()

    @property
    def include_patient_text(self) -> bool:
        """Whether the reader asked for patient text in pictures and films."""
        return self.include_text.isChecked()

    def _section(self, title: str, identifiers: tuple[str, ...]) -> Section:
        section = Section(title, self)
        section.body.setSpacing(4)
        ask, settings = self.action_requested.emit, self._workspace.settings
        rows = command_rows(identifiers, ask, settings, section.content)
        for row in rows.values():
            section.body.addWidget(row)
        self.rows |= rows
        section.body.addSpacing(4)
        return section

    def _take_case(self) -> None:
        self._case = self._workspace.case
        # what to include is asked for each case anew, so that it is never left on by accident
        self.include_text.setChecked(False)
        if self._case is not None:
            self._case.prediction_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer what can be exported now."""
        case = self._case
        for identifier, row in self.rows.items():
            needs_prediction = BY_IDENTIFIER[identifier].needs == "prediction"
            row.setEnabled(case is not None and (case.prediction is not None or not needs_prediction))
        self.include_text.setEnabled(case is not None)
