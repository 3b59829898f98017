"""Six probabilities of the shown slice, each with its operating point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from ichcore.subtypes import CLASSES
from ichviewer.widgets.controls.probability_row import ProbabilityRow
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


AFTER_IMAGE_MS = 20


class SliceSection(Section):
    """What the model says of this slice; drag a tick to move that class's threshold."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("This slice"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.body.setSpacing(0)
        self.rows = [ProbabilityRow(index, self.content) for index in range(len(CLASSES))]
        for row in self.rows:
            self.body.addWidget(row)
            row.threshold_moved.connect(self._threshold_mover(row.class_index))
        self._note = QLabel(self.content)
        self._note.setProperty("role", "small")
        self._note.setWordWrap(True)
        self._note.setContentsMargins(0, 6, 0, 0)
        self.body.addWidget(self._note)
        # a little later than the image, which is painted first
        self._soon = Soon(self.refresh, self, delay_ms=AFTER_IMAGE_MS)
        workspace.case_changed.connect(self._take_case)
        workspace.model_changed.connect(self._soon.request)
        workspace.busy_changed.connect(self._soon.request)
        workspace.view.slice_changed.connect(self._soon.request)
        self._take_case()

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
            self._case.thresholds_changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show the shown slice's probabilities."""
        case = self._case
        prediction = case.prediction if case is not None else None
        index = self._workspace.view.slice_index
        if case is None or prediction is None or index >= prediction.probabilities.shape[0]:
            for row in self.rows:
                row.show_values(np.nan, np.nan, predicted=True, explanation="")
            self.set_aside("")
            self._say(self._why_nothing())
            return
        probabilities, thresholds, model = (
            prediction.probabilities[index],
            case.thresholds,
            prediction.thresholds,
        )
        for c, row in enumerate(self.rows):
            own = case.thresholds_are_own and not np.isclose(thresholds[c], model[c])
            source = (
                self.tr("set by you (the model's is {value:.2f})").format(value=model[c])
                if own
                else self.tr("from the card of {name}").format(name=prediction.model_name)
            )
            row.show_values(
                float(probabilities[c]),
                float(thresholds[c]),
                predicted=not np.isnan(model[c]),
                explanation=source,
            )
        self.set_aside(self.tr("threshold at the line"))
        self._say("" if prediction.done[index] else self.tr("This slice is still waiting for the model."))

    def _why_nothing(self) -> str:
        if self._workspace.case is None:
            return self.tr("Open a study to see what the model says.")
        if not self._workspace.model_name:
            return self.tr("No model is installed.")
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
