"""The table's actions as Qt actions, with their keys, their state and what they do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from ichviewer.actions.bindings import keys_of, shown
from ichviewer.actions.table import ACTIONS, BY_IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ichviewer.base.settings import Settings


class ActionBook(QObject):
    """One ``QAction`` for every line of the table; keys follow the settings."""

    ran = Signal(str)
    """An action has been done; what shows state looks again, since a switch may have refused."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(_tr(spec.text), self)
            action.setObjectName(spec.identifier)
            action.setCheckable(spec.checkable)
            action.setAutoRepeat(spec.repeats)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setMenuRole(_ROLES.get(spec.identifier, QAction.MenuRole.NoRole))
            self._actions[spec.identifier] = action
        self._bind()
        settings.changed.connect(self._setting_changed)

    def __getitem__(self, identifier: str) -> QAction:
        """The action called ``identifier``."""
        return self._actions[identifier]

    @property
    def actions(self) -> Mapping[str, QAction]:
        """All actions by identifier, in table order."""
        return self._actions

    def of_group(self, group: str) -> list[tuple[str, QAction]]:
        """Identifiers and actions of a heading, in table order."""
        return [(s.identifier, self._actions[s.identifier]) for s in ACTIONS if s.group == group]

    def connect_handlers(self, handlers: Mapping[str, Callable[[], None]]) -> None:
        """Say what every action does.

        Raises:
            KeyError: if an action has no handler, or a handler no action.
        """
        missing = [name for name in self._actions if name not in handlers]
        unknown = [name for name in handlers if name not in self._actions]
        if missing or unknown:
            raise KeyError(f"actions without handler: {missing}; handlers without action: {unknown}")
        for identifier, handler in handlers.items():
            self._actions[identifier].triggered.connect(partial(self._do, identifier, handler))

    def _do(self, identifier: str, handler: Callable[[], None], *_: object) -> None:
        # triggered carries `checked`; handlers read the documents instead, so that they cannot disagree.
        handler()
        self.ran.emit(identifier)

    def enable(self, present: frozenset[str]) -> None:
        """Enable the actions whose need is among ``present`` (``case``, ``prediction``, …)."""
        for spec in ACTIONS:
            self._actions[spec.identifier].setEnabled(not spec.needs or spec.needs in present)

    def check(self, identifier: str, on: bool) -> None:
        """Show a switch's state without running it."""
        self._actions[identifier].setChecked(on)

    def keys(self, identifier: str) -> tuple[str, ...]:
        """Keys that run an action now, as this platform writes them."""
        own = self._settings.preferences.key_bindings
        return tuple(shown(key) for key in keys_of(identifier, own))

    def run(self, identifier: str) -> None:
        """Do an action as if its key had been pressed; nothing happens while it is disabled."""
        action = self._actions.get(identifier)
        if action is not None:
            action.trigger()

    def _setting_changed(self, name: str) -> None:
        if name == "key_bindings":
            self._bind()

    def _bind(self) -> None:
        own = self._settings.preferences.key_bindings
        for identifier, action in self._actions.items():
            keys = keys_of(identifier, own)
            action.setShortcuts([QKeySequence(key) for key in keys])
            spec = BY_IDENTIFIER[identifier]
            tip = _tr(spec.tip) if spec.tip else _tr(spec.text)
            action.setToolTip(f"{tip} ({shown(keys[0])})" if keys else tip)
            action.setStatusTip(_tr(spec.tip))


_ROLES = {
    "file.quit": QAction.MenuRole.QuitRole,
    "file.settings": QAction.MenuRole.PreferencesRole,
    "help.about": QAction.MenuRole.AboutRole,
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)
