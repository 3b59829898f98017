"""What each reader changed once the model was shown, and how far two readers agreed before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ichcore.annotations.answer import Answer
from ichcore.subtypes import hemorrhage_class
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.agreement_rows import dice_by_class, known
from ichviewer.widgets.panels.figures_by_class import FiguresByClass
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.between_stages import StageChange, Stages
    from ichviewer.documents.workspace import Workspace


class StagesSection(Section):
    """Shown where a read is over that began without the model."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Before and after the model"), parent)
        self._document = workspace.reading.stages
        self._shown: Stages | None = None
        self.tables = QWidget(self.content)
        self._tables = QVBoxLayout(self.tables)
        self._tables.setContentsMargins(0, 0, 0, 0)
        self._tables.setSpacing(4)
        self.body.addWidget(self.tables)
        self.save = Chip(self.tr("Save table…"), "", self.content)
        self.save.clicked.connect(lambda: self.action_requested.emit("readers.export"))
        self.body.addWidget(self.save)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._soon.request)
        self._document.changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show what changed between the locked stages."""
        stages = self._document.stages
        self.setVisible(stages is not None)
        if stages is self._shown:
            return
        self._shown = stages
        while (item := self._tables.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if stages is None:
            return
        for change in stages.changes:
            self._table(change.reader, self._rows(change))
            words = self._study(change)
            if words:
                self._tables.addWidget(wrapped("small", self.tables, words))
        if stages.first is not None and stages.second is not None:
            self._table(
                self.tr("Both readers"),
                [
                    (self.tr("κ without"), known(stages.first.slice_kappa)),
                    (self.tr("κ with model"), known(stages.second.slice_kappa)),
                    (self.tr("Dice without"), known(dice_by_class(stages.first))),
                    (self.tr("Dice with"), known(dice_by_class(stages.second))),
                ],
            )

    def _table(self, title: str, rows: list[tuple[str, Mapping[str, Any]]]) -> None:
        self._tables.addWidget(wrapped("muted", self.tables, title))
        self._tables.addWidget(FiguresByClass(rows, self.tables, intervals=False))

    def _rows(self, change: StageChange) -> list[tuple[str, Mapping[str, Any]]]:
        """Slices by what became of their answers, then how far the two stages agree."""
        rows: list[tuple[str, Mapping[str, Any]]] = [
            (self.tr("to yes"), change.changed[Answer.YES]),
            (self.tr("to no"), change.changed[Answer.NO]),
            (self.tr("to unsure"), change.changed[Answer.UNSURE]),
            (self.tr("added"), change.added),
        ]
        if any(change.taken_back.values()):
            rows.append((self.tr("taken back"), change.taken_back))
        found = change.agreement
        return [
            *rows,
            (self.tr("κ"), known(found.slice_kappa)),
            (self.tr("Dice"), known(dice_by_class(found))),
        ]

    def _study(self, change: StageChange) -> str:
        """Answers to the study that are others now."""
        if not change.study:
            return ""
        nothing = self.tr("nothing")
        parts = [
            f"{hemorrhage_class(name).short} {before or nothing} → {after or nothing}"
            for name, (before, after) in change.study.items()
        ]
        return self.tr("Study: {0}").format(", ".join(parts))
