"""Keys written on the widgets of a panel, as the reader binds them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ichviewer.actions.bindings import first_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ichviewer.base.settings import Settings


class KeyLabels(QObject):
    """Writes the first key of each action where the panel shows it, now and whenever keys are bound anew."""

    def __init__(
        self, settings: Settings, writers: Mapping[str, Callable[[str], None]], parent: QObject
    ) -> None:
        """Write the keys and follow them for as long as the panel lives.

        Args:
            settings: that hold the reader's keys.
            writers: for the identifier of an action, what takes its key; an empty text where it has none.
            parent: the panel.
        """
        super().__init__(parent)
        self._settings, self._writers = settings, writers
        settings.changed.connect(self._follow)
        self._write()

    def _follow(self, preference: str) -> None:
        if preference == "key_bindings":
            self._write()

    def _write(self) -> None:
        own = self._settings.preferences.key_bindings
        for identifier, write in self._writers.items():
            write(first_key(identifier, own))
