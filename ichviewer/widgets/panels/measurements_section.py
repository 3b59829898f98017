"""Everything the reader measured; a click selects it and goes there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ichviewer.actions.bindings import first_key
from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.documents.measurements import reading
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.measurement_row import MeasurementRow

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.measurements import Measurement
    from ichviewer.documents.workspace import Workspace


TOOLS = ("tool.distance", "tool.angle", "tool.ellipse")


class MeasurementsSection(Section):
    """The list of measurements of the open case."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Measurements"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.rows: list[MeasurementRow] = []
        self.body.setSpacing(2)
        self._none = QLabel(self.content)
        self._none.setProperty("role", "small")
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self._list.setContentsMargins(-8, 0, -4, 0)
        self.copy = Link(self.tr("Copy all"), self.content)
        self.copy.clicked.connect(self._copy)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.copy)
        self.body.addWidget(self._none)
        self.body.addLayout(self._list)
        self.body.addLayout(foot)
        self._soon = Soon(self.refresh, self)
        workspace.case_changed.connect(self._take_case)
        workspace.view.slice_changed.connect(self._mark)
        workspace.view.selection_changed.connect(self._mark)
        workspace.settings.changed.connect(self._name_tools)
        self._name_tools()
        self._take_case()

    def _name_tools(self, name: str = "key_bindings") -> None:
        """Name the tools and their keys, for as long as nothing is measured."""
        if name == "key_bindings":
            own = self._workspace.settings.preferences.key_bindings
            hints = []
            for identifier in TOOLS:
                text = QCoreApplication.translate("actions", BY_IDENTIFIER[identifier].text)
                hints.append(f"{text} {first_key(identifier, own)}".rstrip())
            self._none.setText(" · ".join(hints))

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.measurements_changed.connect(self._soon.request)
            self._case.volume_completed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """List them as they are now; a row whose measurement merely changed stays, with its focus."""
        case = self._case
        there = case.measurements if case is not None else ()
        if [m.identifier for m in there] != [row.measurement.identifier for row in self.rows]:
            self._rebuild(there)
        if case is not None:
            for row, measurement in zip(self.rows, there, strict=True):
                row.show_measurement(measurement, reading(case.volume, measurement))
        self._none.setVisible(not self.rows)
        self.copy.setVisible(bool(self.rows))
        self.set_aside(str(len(self.rows)) if self.rows else "")
        self._mark()

    def _rebuild(self, measurements: tuple[Measurement, ...]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for measurement in measurements:
            row = MeasurementRow(measurement, self.content)
            row.chosen.connect(self._choose)
            row.renamed.connect(self._rename)
            row.deleted.connect(self._delete)
            self._list.addWidget(row)
            self.rows.append(row)

    def _choose(self, identifier: int) -> None:
        """Show its slice, and select it there as on the image."""
        view = self._workspace.view
        for row in self.rows:
            if row.measurement.identifier == identifier:
                view.go_to_slice(row.measurement.slice_index)
                view.select_measurement(identifier)

    def _delete(self, identifier: int) -> None:
        view = self._workspace.view
        if view.selected_measurement == identifier:
            view.select_measurement(None)
        if self._case is not None:
            self._case.remove_measurement(identifier)

    def _mark(self) -> None:
        view = self._workspace.view
        for row in self.rows:
            measurement = row.measurement
            row.mark(
                current=measurement.slice_index == view.slice_index,
                selected=measurement.identifier == view.selected_measurement,
            )

    def _rename(self, identifier: int, name: str) -> None:
        if self._case is not None:
            for measurement in self._case.measurements:
                if measurement.identifier == identifier:
                    self._case.put_measurement(replace(measurement, name=name))

    def as_text(self) -> str:
        """One line a measurement, tabs between kind, name, reading and slice; no patient text."""
        return "\n".join(
            "\t".join(
                (
                    row.measurement.kind,
                    row.measurement.name,
                    row.reading.text(),
                    str(row.measurement.slice_index + 1),
                )
            )
            for row in self.rows
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.as_text())
