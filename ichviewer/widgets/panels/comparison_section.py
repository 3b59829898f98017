"""Compare explanations: the way in, how far the maps of the shown slice agree, one pane more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ichcore.explain.agreement import PEAKS_TOGETHER_MM
from ichviewer.actions.bindings import first_key
from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.documents.comparison import MOST, Asked
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.canvas.explained_scene import method_title
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.agreement_matrix import AgreementMatrix
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.explain.agreement import Agreement
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

ACTION = "view.compare"


class ComparisonSection(Section):
    """Small until the comparison is on screen; then what its panes say of each other."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Compare"), parent)
        self._workspace = workspace
        self._comparison = workspace.inference.comparison
        self._case: Case | None = None
        self.compare = Chip(self.tr("Compare explanations"), "", self.content)
        self.compare.setCheckable(True)
        self.compare.setToolTip(self.tr(BY_IDENTIFIER[ACTION].tip))
        self.add = Chip(self.tr("Add"), "", self.content)
        self.add.setToolTip(self.tr("One more explanation; six panes at most"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.compare)
        row.addWidget(self.add)
        row.addStretch(1)
        self.votes = Switch(self.tr("Agreement pane"), self.content)
        self.votes.setToolTip(self.tr("How many of the maps exceed the threshold, at each pixel"))
        self.matrix = AgreementMatrix(self.content)
        self.peaks = wrapped("", self.content)
        self.note = wrapped("small", self.content)
        self.note.setText(
            self.tr(
                "Right of the diagonal: Dice of the masks above the threshold; left of it: rank correlation "
                "of the activation. Maps that agree can be wrong together."
            )
        )
        self.body.addLayout(row)
        self._details = (self.votes, self.matrix, self.peaks, self.note)
        for widget in self._details:
            self.body.addWidget(widget)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        self._connect()
        self._take_case()

    def _connect(self) -> None:
        workspace, view = self._workspace, self._workspace.view
        self.compare.clicked.connect(lambda: self.action_requested.emit(ACTION))
        self.add.clicked.connect(self._comparison.add)
        self.votes.toggled.connect(self._comparison.show_votes)
        for signal in (
            self._comparison.changed,
            self._comparison.arrived,
            view.layout_changed,
            view.slice_changed,
            view.overlay_changed,
            workspace.inference.layers_changed,
            workspace.settings.changed,
        ):
            signal.connect(self._soon.request)
        workspace.case_changed.connect(self._take_case)

    def _take_case(self) -> None:
        before, self._case = self._case, self._workspace.case
        follow_instead(before, self._case, answers_of, self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show the comparison, or the way to it."""
        workspace, case, comparison = self._workspace, self._case, self._comparison
        self.compare.set_key(first_key(ACTION, workspace.settings.preferences.key_bindings))
        on = workspace.view.layout is Layout.COMPARE and case is not None
        self.compare.setChecked(on)
        self.compare.setEnabled(case is not None and case.prediction is not None)
        self.add.setVisible(on)
        self.add.setEnabled(comparison.panes < MOST)
        self.votes.set_quietly(comparison.votes_shown)
        self.votes.setEnabled(comparison.votes_shown or comparison.panes < MOST)
        for widget in self._details:
            widget.setVisible(on)
        if on and case is not None:
            index = workspace.view.slice_index
            asked = Asked.of(case, comparison, index, workspace.view.overlay.threshold)
            said = comparison.agreement(index, asked)
            names = tuple(method_title(each.method) for each in comparison.explanations)
            self.matrix.show_agreement(names, said)
            self.peaks.setText(self._of_peaks(said))

    def _of_peaks(self, said: Agreement | None) -> str:
        """Whether the maps point at one place."""
        if said is None:
            return self.tr("Their agreement stands here once the maps are there.")
        if said.voters < 2:
            return self.tr("Fewer than two maps on this slice: nothing to compare.")
        if np.isnan(said.farthest_mm):
            return self.tr("The distance of the peaks is unknown: the series states no pixel spacing.")
        near = self.tr("Peaks within {limit:.0f} mm of each other: at most {far:.1f} mm apart.")
        apart = self.tr("Peaks farther apart than {limit:.0f} mm: up to {far:.1f} mm.")
        words = near if said.peaks_together else apart
        return words.format(limit=PEAKS_TOGETHER_MM, far=said.farthest_mm)
