"""What the model says of the whole series, and the operating point it is read at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.slider import ThinSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.operating_point import REACH, shift_of, shifted
from ichviewer.widgets.panels.summary import caveat_sentence, findings_sentence, neighbours_sentence
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

STEPS = 20
"""Slider steps a logit."""


class SeriesSection(Section):
    """One sentence of findings, one of caveats, and a slider that moves every threshold."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Series"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.findings = wrapped("", self.content)
        self.neighbours = wrapped("muted", self.content)
        self.caveat = wrapped("small", self.content)
        self.slider = ThinSlider(self.content, centred=True)
        self.slider.setRange(round(-REACH * STEPS), round(REACH * STEPS))
        self.slider.setPageStep(STEPS // 2)
        self.slider.setAccessibleName(self.tr("Operating point"))
        self.slider.setToolTip(
            self.tr(
                "Operating point: moves every threshold. Left flags more; the model's own are in the middle"
            )
        )
        self.reset = Link(self.tr("Back to the model's"), self.content)
        self._build()
        self._soon = Soon(self.refresh, self, delay_ms=30)
        self.slider.valueChanged.connect(self._move)
        self.reset.clicked.connect(self._reset)
        workspace.case_changed.connect(self._take_case)
        workspace.models.shown_changed.connect(self._soon.request)
        self._take_case()

    def _build(self) -> None:
        self.body.addWidget(self.findings)
        self.body.addWidget(self.neighbours)
        self.body.addWidget(self.caveat)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(10)
        for widget in (
            wrapped("small", self.content, self.tr("sensitive")),
            self.slider,
            wrapped("small", self.content, self.tr("specific")),
        ):
            if isinstance(widget, QLabel):
                widget.setWordWrap(False)
            row.addWidget(widget, 1 if widget is self.slider else 0)
        self.body.addLayout(row)
        self.body.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignRight)

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.prediction_changed.connect(self._soon.request)
            self._case.thresholds_changed.connect(self._soon.request)
            self._case.scope_changed.connect(self._soon.request)
        self.refresh()

    def _move(self, steps: int) -> None:
        case = self._case
        if case is None or case.prediction is None:
            return
        by = steps / STEPS - shift_of(case.thresholds, case.prediction.thresholds)
        case.set_thresholds(shifted(case.thresholds, by) if steps else None)

    def _reset(self) -> None:
        if self._case is not None:
            self._case.set_thresholds(None)

    def _say_neighbours(self, sentence: str) -> None:
        self.neighbours.setText(sentence)
        self.neighbours.setVisible(bool(sentence))

    def refresh(self) -> None:
        """Say what is known now."""
        case = self._case
        prediction = case.prediction if case is not None else None
        self.slider.setEnabled(prediction is not None)
        self.reset.setVisible(case is not None and case.thresholds_are_own)
        if case is None or prediction is None:
            hidden = case is not None and case.model_hidden
            self.findings.setText(
                self.tr("Hidden until you lock your read.") if hidden else self.tr("Nothing is predicted.")
            )
            self._say_neighbours("")
            self.caveat.setText(self.tr("Research use only; not a diagnosis."))
            return
        self.findings.setText(findings_sentence(prediction, case.flags()))
        self._say_neighbours(neighbours_sentence(prediction, case.beyond.alone))
        self.caveat.setText(
            caveat_sentence(
                prediction,
                self._workspace.models.card,
                own_thresholds=case.thresholds_are_own,
                out_of_scope=bool(case.refusal),
            )
        )
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(shift_of(case.thresholds, prediction.thresholds) * STEPS))
            self.slider.blockSignals(False)
            self.slider.update()
