"""The reader's word on the heat map on screen, and how the words add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ichcore.explain.method import TITLES
from ichcore.subtypes import hemorrhage_class
from ichviewer.documents.ratings import VERDICTS, RatedMap, Rating, shown_map, tally
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


class RatingSection(Section):
    """Three buttons, of which the one that holds is down; a second press takes it back."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Rating"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        texts = (self.tr("Correct"), self.tr("Partial"), self.tr("Incorrect"))
        self.buttons = {
            verdict: Chip(text, "", self.content) for verdict, text in zip(VERDICTS, texts, strict=True)
        }
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for verdict, button in self.buttons.items():
            button.setCheckable(True)
            button.clicked.connect(self._asker(f"rating.{verdict}"))
            row.addWidget(button)
        row.addStretch(1)
        self.subject = wrapped("small", self.content)
        self.tally = wrapped("", self.content)
        self.all = wrapped("small", self.content)
        self.body.addWidget(self.subject)
        self.body.addLayout(row)
        self.body.addWidget(self.tally)
        self.body.addWidget(self.all)
        self._soon = Soon(self.refresh, self)
        workspace.case_changed.connect(self._take_case)
        workspace.ratings.changed.connect(self._soon.request)
        workspace.inference.heatmaps.busy_changed.connect(self._soon.request)
        workspace.view.slice_changed.connect(self._soon.request)
        workspace.view.overlay_changed.connect(self._soon.request)
        keys = {f"rating.{verdict}": button.set_key for verdict, button in self.buttons.items()}
        KeyLabels(workspace.settings, keys, self)
        self._take_case()

    def _asker(self, identifier: str) -> Callable[[], None]:
        def ask() -> None:
            self.action_requested.emit(identifier)
            self.refresh()  # a click alone holds nothing down

        return ask

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.heatmaps_changed.connect(self._soon.request)
            self._case.prediction_changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show what would be rated, what it was called, and the tally."""
        ratings = self._workspace.ratings
        of = shown_map(self._case, self._workspace.view)
        holds = ratings.verdict(of)
        for verdict, button in self.buttons.items():
            button.setEnabled(of is not None)
            button.setChecked(verdict == holds)
        self.subject.setText(self._why_nothing() if of is None else self._described(of))
        every = ratings.ratings
        alike = [one for one in every if of is not None and _way(one.of) == _way(of)]
        self._show(self.tally, alike)
        self._show(self.all, every if len(every) > len(alike) else (), self.tr("All maps: "))
        self.set_aside(self.tr("{0} rated").format(len(every)) if every else "")

    def _why_nothing(self) -> str:
        if self._workspace.inference.heatmaps.busy is not None:
            return self.tr("The heat map is being computed.")
        return self.tr("No heat map is drawn on this slice.")

    def _described(self, of: RatedMap) -> str:
        classes = ", ".join(hemorrhage_class(name).short for name in of.classes)
        return f"{TITLES.get(of.method, of.method)} · {of.layer} · {classes}"

    def _show(self, label: QLabel, ratings: Sequence[Rating], before: str = "") -> None:
        counted = tally(ratings)
        label.setVisible(bool(counted.rated))
        correct, partial, incorrect = counted.percents
        words = self.tr("{0} % correct, {1} % partial, {2} % incorrect of {3} rated")
        label.setText(before + words.format(correct, partial, incorrect, counted.rated))


def _way(of: RatedMap) -> tuple[str, ...]:
    """Whose maps are counted together: one model's, of one method and layer."""
    return (of.model, of.model_sha256, of.method, of.layer)
