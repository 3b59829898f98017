"""Six probabilities of the shown slice, each with its operating point and the reader's own answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ichcore.subtypes import CLASSES
from ichviewer.documents.model_letters import model_letters
from ichviewer.widgets.controls.answer_control import AnswerControl
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.note_field import NoteField
from ichviewer.widgets.controls.probability_row import OtherValue, ProbabilityRow
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.answer_words import agrees, answer_sentence
from ichviewer.widgets.panels.key_labels import KeyLabels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.predict.prediction import Prediction
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


AFTER_IMAGE_MS = 20


class SliceSection(Section):
    """What the shown model says of this slice, and compared ones, and what the reader says of it.

    Drag a tick to move a threshold; click a tick, cross or question mark to answer.
    """

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("This slice"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.body.setSpacing(0)
        self.rows = [ProbabilityRow(index, self.content) for index in range(len(CLASSES))]
        self.answers = [AnswerControl(name, self.content) for name in CLASSES]
        for row, answer in zip(self.rows, self.answers, strict=True):
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(4)
            line.addWidget(row, 1)
            line.addWidget(answer)
            self.body.addLayout(line)
            row.threshold_moved.connect(self._threshold_mover(row.class_index))
            answer.said.connect(self._sayer(CLASSES[row.class_index]))
        self._note = QLabel(self.content)
        self._note.setProperty("role", "small")
        self._note.setWordWrap(True)
        self._note.setContentsMargins(0, 6, 0, 0)
        self.body.addWidget(self._note)
        self.note = NoteField(self.tr("Note on this slice"), self.content)
        self.note.written.connect(self._write_note)
        self._noted = 0
        self.accept = Chip(self.tr("Accept model"), "", self.content)
        self.done = Chip(self.tr("Slice done"), "", self.content)
        self.done.setCheckable(True)
        self._add_own()
        # a little later than the image, which is painted first
        self._soon = Soon(self.refresh, self, delay_ms=AFTER_IMAGE_MS)
        workspace.case_changed.connect(self._take_case)
        workspace.models.shown_changed.connect(self._soon.request)
        workspace.models.changed.connect(self._soon.request)
        workspace.busy_changed.connect(self._soon.request)
        workspace.view.slice_changed.connect(self._leave_note)
        workspace.view.slice_changed.connect(self._soon.request)
        workspace.reading.labelling.changed.connect(self._soon.request)
        workspace.reading.readers.changed.connect(self._soon.request)
        KeyLabels(
            workspace.settings,
            {"label.accept_slice": self.accept.set_key, "label.done": self.done.set_key},
            self,
        )
        self._take_case()

    def _add_own(self) -> None:
        """Below the rows: the note, and one click for the whole slice."""
        self.body.addSpacing(8)
        self.body.addWidget(self.note)
        self.body.addSpacing(8)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.accept)
        row.addWidget(self.done)
        row.addStretch(1)
        self.body.addLayout(row)
        self.accept.setToolTip(self.tr("Answer for every class as the model does"))
        self.done.setToolTip(
            self.tr("What is drawn is there, and what you have not spoken of is not; goes to the next slice")
        )
        self.accept.clicked.connect(lambda: self.action_requested.emit("label.accept_slice"))
        self.done.clicked.connect(self._finish)

    def _finish(self) -> None:
        self.action_requested.emit("label.done")
        self.refresh()  # a click alone holds nothing down

    def _sayer(self, name: str) -> Callable[[str], None]:
        def say(answer: str) -> None:
            from ichcore.annotations.answer import Answer

            index = self._workspace.view.slice_index
            self._workspace.reading.labelling.say(index, name, Answer(answer) if answer else None)

        return say

    def _write_note(self, text: str) -> None:
        self._workspace.reading.labelling.write_note(self._noted, text)

    def _leave_note(self, index: int) -> None:
        """What is written belongs to the slice that it was written on."""
        self.note.take()
        self._noted = index

    def _show_own(self, index: int) -> None:
        """What the reader says of the slice."""
        labelling, there = self._workspace.reading.labelling, self._case is not None
        read = labelling.read
        may = there and (read is None or not read.done)
        for name, answer in zip(CLASSES, self.answers, strict=True):
            said = labelling.answer(index, name)
            answer.show_answer(
                "" if said is None else str(said.answer), answer_sentence(said), agrees=agrees(said)
            )
            answer.show_other(*self._workspace.reading.readers.answer(index, name))
            answer.setEnabled(may)
        self._noted = index
        self.note.show_text(labelling.note(index))
        self.note.setReadOnly(not may)
        self.accept.setEnabled(may and bool(labelling.suggested(index)))
        self.done.setEnabled(may)
        self.done.setChecked(there and labelling.finished(index))

    def _threshold_mover(self, class_index: int) -> Callable[[float], None]:
        def move(value: float) -> None:
            if self._case is not None:
                thresholds = self._case.thresholds.copy()
                thresholds[class_index] = value
                self._case.set_thresholds(thresholds)

        return move

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.prediction_changed.connect(self._soon.request)
            self._case.other_prediction_changed.connect(self._soon.request)
            self._case.scope_changed.connect(self._soon.request)
            self._case.thresholds_changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show the shown slice's probabilities."""
        case = self._case
        prediction = case.prediction if case is not None else None
        index = self._workspace.view.slice_index
        self._show_own(index)
        others = self._others(index)
        if case is None or prediction is None or index >= prediction.probabilities.shape[0]:
            for row, said in zip(self.rows, others, strict=True):
                row.show_values(np.nan, np.nan, predicted=self._in_card(row), explanation="", others=said)
            self.set_aside("")
            self._say(self._why_nothing())
            return
        alone = case.beyond.alone
        heard = alone is not None and alone.complete
        for c, (row, said) in enumerate(zip(self.rows, others, strict=True)):
            row.show_values(
                float(prediction.probabilities[index, c]),
                float(case.thresholds[c]),
                predicted=not np.isnan(prediction.thresholds[c]),
                explanation=self._source(case, prediction, c),
                alone=float(alone.probabilities[index, c]) if alone is not None and heard else np.nan,
                others=said,
            )
        self.set_aside(self.tr("threshold at the line"))
        self._say("" if prediction.done[index] else self.tr("This slice is still waiting for the model."))

    def _in_card(self, row: ProbabilityRow) -> bool:
        """Whether the model will speak of a row's class, as far as its card tells."""
        card = self._workspace.models.card
        return card is None or CLASSES[row.class_index] in card.classes

    def _source(self, case: Case, prediction: Prediction, c: int) -> str:
        """Where a class's threshold comes from."""
        model = prediction.thresholds[c]
        if case.thresholds_are_own and not np.isclose(case.thresholds[c], model):
            return self.tr("set by you (the model's is {value:.2f})").format(value=model)
        return self.tr("from the card of {name}").format(name=prediction.model_name)

    def _others(self, index: int) -> list[tuple[OtherValue, ...]]:
        """For each class what compared models say beside the shown one; nothing where none predicts it."""
        workspace, case = self._workspace, self._case
        letters = model_letters(workspace.models.ticked)
        letters.pop(workspace.models.shown, None)
        out: list[tuple[OtherValue, ...]] = [()] * len(CLASSES)
        for card in workspace.models.cards:
            if card.name not in letters:
                continue
            values, hits = np.full(len(CLASSES), np.nan), np.zeros(len(CLASSES), bool)
            if case is not None and card.name in case.predictions.said:
                values, hits = case.predictions.slice(card.name, index)
            for c, name in enumerate(CLASSES):
                if name in card.classes:
                    out[c] = (*out[c], OtherValue(letters[card.name], float(values[c]), bool(hits[c])))
        return out

    def _why_nothing(self) -> str:
        if self._workspace.case is None:
            return self.tr("Open a study to see what the model says.")
        if not self._workspace.models.shown:
            return self.tr("No model is installed.")
        if self._case is not None and self._case.refused:
            return self.tr("Not scored: the series is out of the models' scope.")
        if self._case is not None and self._case.model_hidden:
            return self.tr("The model is hidden until you lock your read.")
        if self._workspace.busy is not None:
            return self.tr("The first slices come in a moment.")
        return self.tr("Not predicted yet; F5 runs the model.")

    @property
    def said(self) -> str:
        """The sentence under the rows; empty where the rows say it all."""
        return self._note.text()

    def _say(self, sentence: str) -> None:
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))
