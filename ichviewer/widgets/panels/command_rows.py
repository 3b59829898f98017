"""Rows that run actions of the table: their words, their keys, and what a click asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.widgets.controls.command_row import CommandRow
from ichviewer.widgets.panels.key_labels import KeyLabels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QWidget

    from ichviewer.base.settings import Settings


def command_rows(
    identifiers: Iterable[str], ask: Callable[[str], None], settings: Settings, parent: QWidget
) -> dict[str, CommandRow]:
    """A row for each action, under its identifier; they are yet to be laid out.

    Args:
        identifiers: of actions in the table.
        ask: gets the identifier of a row that was clicked.
        settings: that hold the reader's keys.
        parent: on which the rows stand.
    """
    rows = {identifier: _row(identifier, ask, parent) for identifier in identifiers}
    KeyLabels(settings, {identifier: row.set_key for identifier, row in rows.items()}, parent)
    return rows


def _row(identifier: str, ask: Callable[[str], None], parent: QWidget) -> CommandRow:
    spec = BY_IDENTIFIER[identifier]
    text, tip = (QCoreApplication.translate("actions", words) for words in (spec.text, spec.tip))
    row = CommandRow(text, tip, parent)
    row.clicked.connect(lambda: ask(identifier))
    return row
