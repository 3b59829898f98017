"""The settings' page of keys: every action with its keys, searchable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ichviewer.actions.bindings import conflicts, keys_of, reset, shown
from ichviewer.actions.table import ACTIONS, GROUPS
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.steady_scroll import SteadyScrollArea
from ichviewer.widgets.dialogs.fuzzy import contains
from ichviewer.widgets.dialogs.key_row import KeyRow
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.base.settings import Settings


class KeysPage(QWidget):
    """A row an action, under the table's headings."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.rows: dict[str, KeyRow] = {}
        self._headings: dict[str, QWidget] = {}
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Search actions and keys"))
        self.field.textChanged.connect(self.search)
        all_default = Link(self.tr("All back to default"), self)
        all_default.clicked.connect(lambda: reset(settings))
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.field, 1)
        top.addWidget(all_default)
        self.clash = wrapped("badge", self)
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 6, 0)
        rows.setSpacing(4)
        for group in GROUPS:
            heading = wrapped("heading", inner, QCoreApplication.translate("actions", group).upper())
            heading.setContentsMargins(0, 8, 0, 2)
            self._headings[group] = heading
            rows.addWidget(heading)
            for spec in ACTIONS:
                if spec.group == group:
                    row = KeyRow(spec, settings, inner)
                    self.rows[spec.identifier] = row
                    rows.addWidget(row)
        rows.addStretch(1)
        area = SteadyScrollArea(self)
        area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(
            wrapped(
                "small",
                self,
                self.tr("Click a key, then press another. Backspace takes it away, Esc keeps it."),
            )
        )
        column.addWidget(self.clash)
        column.addWidget(area, 1)
        settings.changed.connect(self._changed)
        self._changed("key_bindings")

    def _changed(self, name: str) -> None:
        if name != "key_bindings":
            return
        for row in self.rows.values():
            row.refresh()
        # a hand-edited file can hold what the dialog would have refused
        doubled = conflicts(self._settings.preferences.key_bindings)
        self.clash.setVisible(bool(doubled))
        self.clash.setText(
            self.tr("Bound twice, so they do nothing: {keys}").format(
                keys=", ".join(shown(k) for k in doubled)
            )
        )

    def search(self, query: str) -> None:
        """Show the actions that fit a few letters."""
        own = self._settings.preferences.key_bindings
        left: set[str] = set()
        for identifier, row in self.rows.items():
            keys = " ".join(shown(key) for key in keys_of(identifier, own))
            fits = contains(query, f"{row.spec.text} {row.spec.group} {keys}")
            row.setVisible(fits)
            if fits:
                left.add(row.spec.group)
        for group, heading in self._headings.items():
            heading.setVisible(group in left)
