"""Labels as files: which formats, whose labels, with or without the patient; and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from ichviewer.documents.label_export import FORMATS
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.command_rows import command_rows
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.export.certificate import Certificate
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

NAMES = {
    "seg": "DICOM SEG",
    "sr": "DICOM SR",
    "pmap": "Parametric Map",
    "nifti": "NIfTI",
    "coco": "COCO",
    "rsna": "RSNA table",
    "nnunet": "nnU-Net",
    "bundle": "Bundle",
}
ROWS = ("file.export_labels", "file.import_labels")


class LabelFilesSection(Section):
    """Eight boxes in two columns, whose labels, a switch, two rows, and the certificate."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Labels"), parent)
        self._workspace, self._export = workspace, workspace.reading.export
        self._case: Case | None = None
        self.boxes = {name: QCheckBox(NAMES[name], self.content) for name in FORMATS}
        self.mine = Chip(self.tr("My annotation"), "", self.content)
        self.model = Chip(self.tr("The model's suggestion"), "", self.content)
        self.without_patient = Switch(self.tr("Take the patient out"), self.content)
        self.rows = command_rows(ROWS, self.action_requested.emit, workspace.settings, self.content)
        self.report = wrapped("small", self.content)
        self._build()
        self._listen()
        self._take_case()

    def _build(self) -> None:
        chips = QHBoxLayout()
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(4)
        for chip in (self.mine, self.model):
            chip.setCheckable(True)
            chips.addWidget(chip)
        chips.addStretch(1)
        grid = QGridLayout()
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        half = (len(FORMATS) + 1) // 2
        for number, box in enumerate(self.boxes.values()):
            grid.addWidget(box, number % half, number // half)
        self.without_patient.setToolTip(
            self.tr("Names, dates, UIDs and notes go (PS3.15, Basic Profile); a face in thin slices stays")
        )
        self.body.addLayout(chips)
        self.body.addLayout(grid)
        self.body.addWidget(self.without_patient)
        self.body.addWidget(self.rows["file.export_labels"])
        self.body.addWidget(self.report)
        self.body.addWidget(self.rows["file.import_labels"])

    def _listen(self) -> None:
        workspace, export = self._workspace, self._export
        self._soon = Soon(self.refresh, self, delay_ms=30)
        for name, box in self.boxes.items():
            box.toggled.connect(self._ticker(name))
        self.mine.clicked.connect(lambda: self._choose_source(from_model=False))
        self.model.clicked.connect(lambda: self._choose_source(from_model=True))
        self.without_patient.toggled.connect(lambda on: export.choose(deidentified=on))
        export.changed.connect(self._soon.request)
        workspace.busy_changed.connect(self._soon.request)
        workspace.reading.labelling.changed.connect(self._soon.request)
        workspace.saved_changed.connect(self._soon.request)
        workspace.case_changed.connect(self._take_case)

    def _ticker(self, name: str) -> Callable[[bool], None]:
        def tick(on: bool) -> None:
            formats = self._export.choice.formats
            self._export.choose(formats=formats | {name} if on else formats - {name})

        return tick

    def _choose_source(self, *, from_model: bool) -> None:
        self._export.choose(from_model=from_model)
        self.refresh()  # a click alone holds nothing down

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.prediction_changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show what is ticked, whether it can be exported, and what came of the last export."""
        export, case = self._export, self._case
        choice = export.choice
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in choice.formats)
            box.blockSignals(False)
        self.mine.setChecked(not choice.from_model)
        self.model.setChecked(choice.from_model)
        self.without_patient.set_quietly(choice.deidentified)
        why_not = export.why_not(case)
        self.rows["file.export_labels"].setEnabled(not why_not and export.busy is None)
        self.rows["file.import_labels"].setEnabled(case is not None)
        self.report.setText(self._report(why_not))
        self.report.setToolTip("" if export.certificate is None else _compared(export.certificate))
        self.report.setVisible(bool(self.report.text()))

    def _report(self, why_not: str) -> str:
        export = self._export
        if export.busy is not None:
            return self.tr("Writing, reading back, comparing; Esc stops it.")
        if export.certificate is not None and export.target is not None:
            return _certified(export.certificate, export.target.name)
        return export.trouble or (self.tr(why_not) if self._case is not None else "")


def _certified(certificate: Certificate, folder: str) -> str:
    """What was written, a line a format."""
    lines = [f"Written into {folder}, read back, {next(iter(certificate.formats.values())).result}:"]
    for name, one in certificate.formats.items():
        files = f"{len(one.files)} files" if len(one.files) > 1 else "1 file"
        size = QLocale().formattedDataSize(sum(record.bytes for record in one.files), 0)
        lines.append(f"{NAMES.get(name, name)} · {files} · {size}")
    return "\n".join(lines)


def _compared(certificate: Certificate) -> str:
    """What was compared, a line a format."""
    return "\n".join(f"{NAMES.get(name, name)}: {one.compared}" for name, one in certificate.formats.items())
