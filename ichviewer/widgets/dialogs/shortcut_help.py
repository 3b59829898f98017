"""Every key and mouse habit, grouped and searchable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ichviewer.actions.bindings import keys_of, shown
from ichviewer.actions.table import ACTIONS, GROUPS, MOUSE
from ichviewer.widgets.controls.key_cap import KeyCap
from ichviewer.widgets.controls.steady_scroll import SteadyScrollArea
from ichviewer.widgets.dialogs.fuzzy import contains
from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace

Line = tuple[str, tuple[str, ...]]
"""What is done, and the keys or the mouse gesture that do it."""


class ShortcutHelp(Sheet):
    """Two columns of groups; typing narrows them down."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Keyboard and mouse"), parent, width=860)
        self._groups = _groups(workspace)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Search"))
        self.field.setClearButtonEnabled(False)
        self.body.addWidget(self.field)
        self._area = SteadyScrollArea(self)
        self._area.setMinimumHeight(460)
        self.body.addWidget(self._area)
        self.field.textChanged.connect(self.search)
        self.search("")
        self.field.setFocus()

    @property
    def lines(self) -> list[str]:
        """What is listed now."""
        return [label.text() for label in self._area.findChildren(QLabel, "line")]

    def search(self, query: str) -> None:
        """List the lines that fit a few letters."""
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(40)
        columns = [QVBoxLayout(), QVBoxLayout()]
        heights = [0, 0]
        for column in columns:
            column.setSpacing(20)
            row.addLayout(column, 1)
        for title, lines in self._groups:
            kept = [line for line in lines if contains(query, f"{line[0]} {' '.join(line[1])} {title}")]
            if kept:
                side = 0 if heights[0] <= heights[1] else 1
                columns[side].addLayout(_group(inner, title, kept))
                heights[side] += len(kept) + 2
        for column in columns:
            column.addStretch(1)
        if not any(heights):
            columns[0].insertWidget(0, wrapped("muted", inner, self.tr("Nothing is called that.")))
        self._area.setWidget(inner)


def _groups(workspace: Workspace) -> list[tuple[str, list[Line]]]:
    own = workspace.settings.preferences.key_bindings
    groups: list[tuple[str, list[Line]]] = []
    for group in GROUPS:
        lines: list[Line] = []
        for spec in ACTIONS:
            keys = tuple(shown(key) for key in keys_of(spec.identifier, own))
            if spec.group == group and keys:
                lines.append((QCoreApplication.translate("actions", spec.text), keys))
        groups.append((QCoreApplication.translate("actions", group), lines))
    mouse: list[Line] = [(QCoreApplication.translate("actions", text), (gesture,)) for gesture, text in MOUSE]
    groups.append((QCoreApplication.translate("actions", "Mouse"), mouse))
    # long groups first, so that the two columns come out even
    return sorted(groups, key=lambda group: -len(group[1]))


def _group(parent: QWidget, title: str, lines: list[Line]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(wrapped("heading", parent, title.upper()))
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, (text, keys) in enumerate(lines):
        label = wrapped("", parent, text)
        label.setObjectName("line")
        grid.addWidget(label, row, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        caps.addStretch(1)
        for key in keys:
            caps.addWidget(KeyCap(key, parent))
        grid.addLayout(caps, row, 1)
    column.addLayout(grid)
    return column
