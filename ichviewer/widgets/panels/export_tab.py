"""Pictures, films and findings to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from ichviewer.actions.bindings import keys_of, shown
from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.widgets.controls.command_row import CommandRow
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

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
        workspace.settings.changed.connect(self._show_keys)
        self._show_keys()
        self._take_case()

    @property
    def include_patient_text(self) -> bool:
        """Whether the reader asked for patient text in pictures and films."""
        return self.include_text.isChecked()

    def _section(self, title: str, identifiers: tuple[str, ...]) -> Section:
        section = Section(title, self)
        section.body.setSpacing(4)
        for identifier in identifiers:
            spec = BY_IDENTIFIER[identifier]
            row = CommandRow(self.tr(spec.text), self.tr(spec.tip), section.content)
            row.clicked.connect(self._asker(identifier))
            section.body.addWidget(row)
            self.rows[identifier] = row
        section.body.addSpacing(4)
        return section

    def _asker(self, identifier: str) -> Callable[[], None]:
        return lambda: self.action_requested.emit(identifier)

    def _show_keys(self, name: str = "key_bindings") -> None:
        if name == "key_bindings":
            own = self._workspace.settings.preferences.key_bindings
            for identifier, row in self.rows.items():
                keys = keys_of(identifier, own)
                row.set_key(shown(keys[0]) if keys else "")

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
