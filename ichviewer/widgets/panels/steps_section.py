"""The named list of what was done to the mask; a click goes to that step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ichviewer.documents.workspace import Workspace

SHOWN = 200
"""Of a longer history the last ones are listed."""
ROW = 24
ROWS = 6


class StepsSection(Section):
    """Lists the steps, oldest first; those that are undone are grey."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("History"), parent)
        self._annotating = workspace.annotating
        self._first = 0
        self.steps = QListWidget(self.content)
        self.steps.setAccessibleName(self.tr("Steps of the mask"))
        self.steps.setUniformItemSizes(True)
        self.body.addWidget(self.steps)
        self._soon = Soon(self.refresh, self)
        self._annotating.history_changed.connect(self._soon.request)
        self.steps.itemClicked.connect(self._go)
        self.steps.itemActivated.connect(self._go)
        self.refresh()

    def refresh(self) -> None:
        """Show the steps."""
        names, position = self._annotating.names, self._annotating.position
        self.setVisible(bool(names))
        self._first = max(0, len(names) - SHOWN)
        rows = [self.tr("Beginning"), *names] if self._first == 0 else list(names[self._first - 1 :])
        self.steps.blockSignals(True)
        self.steps.clear()
        for at, name in enumerate(rows, start=self._first):
            item = QListWidgetItem(name)
            item.setForeground(QColor(ink().text if at <= position else ink().faint))
            self.steps.addItem(item)
        self.steps.setCurrentRow(position - self._first)
        self.steps.scrollToItem(self.steps.currentItem())
        self.steps.blockSignals(False)
        self.steps.setFixedHeight(ROW * min(ROWS, max(2, len(rows))) + 8)
        self.set_aside(f"{position} / {len(names)}" if names else "")

    def _go(self, item: QListWidgetItem) -> None:
        self._annotating.go_to(self.steps.row(item) + self._first)
