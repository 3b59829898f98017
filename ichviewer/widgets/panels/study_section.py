"""What the reader says of the whole study: six answers beside the model's probabilities, and a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ichcore.subtypes import CLASSES
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.widgets.controls.answer_control import AnswerControl
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.note_field import NoteField
from ichviewer.widgets.controls.probability_row import ProbabilityRow
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.answer_words import agrees, answer_sentence
from ichviewer.widgets.panels.key_labels import KeyLabels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


class StudySection(Section):
    """A row a class, as on the slice; thresholds are moved there."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Whole study"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.body.setSpacing(0)
        self.rows = [ProbabilityRow(index, self.content) for index in range(len(CLASSES))]
        self.answers = [AnswerControl(name, self.content) for name in CLASSES]
        for name, row, answer in zip(CLASSES, self.rows, self.answers, strict=True):
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(4)
            line.addWidget(row, 1)
            line.addWidget(answer)
            self.body.addLayout(line)
            answer.said.connect(self._sayer(name))
        self.note = NoteField(self.tr("Note on the study"), self.content)
        self.note.written.connect(lambda text: workspace.reading.labelling.write_note(None, text))
        self.accept = Chip(self.tr("Accept model"), "", self.content)
        self.accept.setToolTip(self.tr("Answer for every class as the model does for the study"))
        self.accept.clicked.connect(lambda: self.action_requested.emit("label.accept_study"))
        self.body.addSpacing(8)
        self.body.addWidget(self.note)
        self.body.addSpacing(8)
        row_of_chips = QHBoxLayout()
        row_of_chips.setContentsMargins(0, 0, 0, 0)
        row_of_chips.addWidget(self.accept)
        row_of_chips.addStretch(1)
        self.body.addLayout(row_of_chips)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._take_case)
        workspace.models.shown_changed.connect(self._soon.request)
        workspace.reading.labelling.changed.connect(self._soon.request)
        workspace.reading.readers.changed.connect(self._soon.request)
        KeyLabels(workspace.settings, {"label.accept_study": self.accept.set_key}, self)
        self._take_case()

    def _sayer(self, name: str) -> Callable[[str], None]:
        def say(answer: str) -> None:
            from ichcore.annotations.answer import Answer

            self._workspace.reading.labelling.say(None, name, Answer(answer) if answer else None)

        return say

    def _take_case(self) -> None:
        before, self._case = self._case, self._workspace.case
        follow_instead(before, self._case, answers_of, self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show the study's probabilities and answers."""
        case, labelling = self._case, self._workspace.reading.labelling
        prediction = None if case is None else case.prediction
        read = labelling.read
        may = case is not None and (read is None or not read.done)
        for c, (name, row, control) in enumerate(zip(CLASSES, self.rows, self.answers, strict=True)):
            row.show_values(
                np.nan if prediction is None else float(prediction.series_probabilities[c]),
                np.nan,
                predicted=prediction is None or not np.isnan(prediction.thresholds[c]),
                explanation="",
            )
            said = labelling.answer(None, name)
            control.show_answer(
                "" if said is None else str(said.answer), answer_sentence(said), agrees=agrees(said)
            )
            control.show_other(*self._workspace.reading.readers.answer(None, name))
            control.setEnabled(may)
        self.note.show_text(labelling.note(None))
        self.note.setReadOnly(not may)
        self.accept.setEnabled(may and bool(labelling.suggested(None)))
        answered = sum(bool(control.answer) for control in self.answers)
        self.set_aside(self.tr("{0} of 6 answered").format(answered) if answered else "")
