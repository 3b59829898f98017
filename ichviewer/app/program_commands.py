"""What the actions that concern the program itself do: settings, palette, help, model, demo, quit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ichviewer.app.film_export import KEY as FILM
from ichviewer.documents.view_state import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from ichviewer.app.main_window import MainWindow
    from ichviewer.documents.workspace import Workspace


DEMO = "demo"
"""Key of the job that makes the demo study."""


class ProgramCommands(QObject):
    """Handlers that open dialogs; each dialog is imported when it is first asked for."""

    def __init__(self, workspace: Workspace, window: MainWindow) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        workspace.inference.scope_questioned.connect(self.scope)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Handlers by action identifier."""
        return {
            "file.demo": self.demo,
            "file.settings": self.preferences,
            "file.quit": self.quit,
            "view.corner_text": self.toggle_corner_text,
            "view.side_panel": self.toggle_side_panel,
            "view.theme": self.toggle_theme,
            "view.full_screen": self.toggle_full_screen,
            "model.predict": self._workspace.inference.predict,
            "model.cancel": self.cancel,
            "model.next": self._workspace.models.choose_next,
            "model.card": self.card,
            "help.palette": self.palette,
            "help.shortcuts": self.shortcuts,
            "help.research_use": self.research_use,
            "help.about": self.about,
        }

    # switches

    def toggle_corner_text(self) -> None:
        """Show or hide the corner text."""
        settings = self._workspace.settings
        settings.change(corner_text=not settings.preferences.corner_text)

    def toggle_side_panel(self) -> None:
        """Fold or unfold the side panel."""
        settings = self._workspace.settings
        settings.change(side_panel_shown=not settings.preferences.side_panel_shown)

    def toggle_theme(self) -> None:
        """Dark or light."""
        settings = self._workspace.settings
        settings.change(theme="dark" if settings.preferences.theme == "light" else "light")

    def toggle_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    # work

    def demo(self) -> None:
        """Make (once) and open the demo study."""
        from ichviewer.app.demo import open_demo

        open_demo(self._workspace)

    def cancel(self) -> None:
        """Stop what is under way; with nothing under way, put the tool and the cine away."""
        aside = [key for key in (FILM, DEMO) if self._workspace.jobs.running(key)]
        for key in aside:
            self._workspace.jobs.cancel(key)
        busy, in_hand = self._workspace.busy, self._workspace.view.tool is not Tool.WINDOW
        # who puts a tool away does not mean the look at the worklist, which goes on behind for minutes
        if busy is not None and not (in_hand and busy is self._workspace.looking.busy):
            self._workspace.cancel()
        elif not aside:
            self._put_away()

    def _put_away(self) -> None:
        """Take the painted patch away; where there is none, stop the cine and take the window tool again."""
        if self._workspace.inference.probes.occlusion.clear() or self._window.image.hands.painting.cancel():
            return
        self._window.image.set_cine(False)
        self._workspace.view.set_tool(Tool.WINDOW)

    def quit(self) -> None:
        """Leave the program."""
        self._window.close()

    # dialogs

    def preferences(self) -> None:
        """Settings."""
        from ichviewer.widgets.dialogs.settings import SettingsDialog

        self._open(SettingsDialog(self._workspace, self._window))

    def palette(self) -> None:
        """Any command by its name."""
        from ichviewer.widgets.dialogs.palette import CommandPalette

        self._open(CommandPalette(self._workspace, self._window.actions_book, self._window))

    def shortcuts(self) -> None:
        """All keys."""
        from ichviewer.widgets.dialogs.shortcut_help import ShortcutHelp

        self._open(ShortcutHelp(self._workspace, self._window))

    def card(self) -> None:
        """The model's card."""
        from ichviewer.widgets.dialogs.model_card import ModelCardDialog

        card = self._workspace.models.card
        if card is not None:
            self._open(ModelCardDialog(card, self._window))

    def scope(self) -> None:
        """Whether a series out of scope is to be scored all the same."""
        from ichviewer.widgets.dialogs.scope_question import ScopeQuestion

        case = self._workspace.case
        if case is not None:
            self._open(ScopeQuestion(self._workspace, case, self._window))

    def research_use(self) -> None:
        """The note on research use."""
        from ichviewer.widgets.dialogs.first_run import ResearchUseNote

        self._open(ResearchUseNote(self._workspace.settings, self._window))

    def about(self) -> None:
        """What this is, which version, whose work it stands on."""
        from ichviewer.widgets.dialogs.about import AboutDialog

        self._open(AboutDialog(self._window))

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog over the window; it goes away with its last click."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Not every window manager gives the keyboard back by itself.
        dialog.finished.connect(self._window.activateWindow)
        dialog.open()
