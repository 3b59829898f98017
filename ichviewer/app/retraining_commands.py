"""What is done before a new model is used: looking at it beside the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ichviewer.documents.held_back import HeldBackCases
from ichviewer.documents.old_and_new import OldAndNew
from ichviewer.documents.old_and_new_maps import OldAndNewMaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.app.main_window import MainWindow
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.dialogs.old_and_new import OldAndNewDialog


class RetrainingCommands(QObject):
    """Keeps what both models said while the sheet is closed; there is one sheet at a time."""

    def __init__(self, workspace: Workspace, window: MainWindow) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        self._said = OldAndNew(workspace, self)
        self._maps = OldAndNewMaps(workspace, self._said, self)
        self._held_back = HeldBackCases(workspace, self._said, self)
        self._sheet: OldAndNewDialog | None = None

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Handlers by action identifier."""
        return {"model.old_and_new": self.look}

    def look(self) -> None:
        """Show both on the open case; the window below stays in use."""
        from ichviewer.widgets.dialogs.old_and_new import OldAndNewDialog

        self._workspace.retraining.look()
        gone = self._workspace.retraining.gone
        if gone:
            self._workspace.notice_raised.emit("warning", gone)
            return
        if self._sheet is None:
            held_back = self._held_back
            self._sheet = OldAndNewDialog(self._workspace, self._said, self._maps, held_back, self._window)
            self._sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._sheet.finished.connect(self._closed)
            self._sheet.show()
        self._sheet.raise_()
        self._sheet.activateWindow()

    def _closed(self) -> None:
        self._sheet = None
        self._window.activateWindow()
