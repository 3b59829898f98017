"""The main window: puts the parts in their places and keeps actions and documents in step."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ichviewer.actions.book import ActionBook
from ichviewer.app.empty_state import EmptyState
from ichviewer.app.file_commands import FileCommands
from ichviewer.app.keyboard import FocusKeys, HoldToCompare
from ichviewer.app.label_commands import LabelCommands
from ichviewer.app.mask_commands import mask_handlers
from ichviewer.app.navigation_commands import NavigationCommands
from ichviewer.app.notices import Notice
from ichviewer.app.program_commands import ProgramCommands
from ichviewer.app.rating_commands import rating_handlers
from ichviewer.app.reader_commands import reader_handlers
from ichviewer.app.retraining_commands import RetrainingCommands
from ichviewer.app.state_of_actions import needs_met, show_switches
from ichviewer.app.view_commands import ViewCommands
from ichviewer.documents.person_name import readable_name
from ichviewer.widgets.browser import SeriesBrowser
from ichviewer.widgets.canvas import ImageArea
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.side_panel import SidePanel
from ichviewer.widgets.statusbar import StatusBar
from ichviewer.widgets.strip import ProbabilityStrip
from ichviewer.widgets.style import apply_theme
from ichviewer.widgets.topbar import TopBar

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

SMALLEST = (1024, 640)
STARTING = (1440, 900)


class MainWindow(QMainWindow):
    """The one window of the program."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.keeps_geometry = True
        self._watched: Case | None = None
        self.setAcceptDrops(True)
        self.setMinimumSize(*SMALLEST)
        self.actions_book = ActionBook(workspace.settings, self)

        self.image = ImageArea(workspace)
        self.browser = SeriesBrowser(workspace)
        self.strip = ProbabilityStrip(workspace)
        self.side = SidePanel(workspace)
        self.top = TopBar(workspace, self.actions_book)
        self.status = StatusBar(workspace)
        self.empty = EmptyState(workspace, self.actions_book)
        self.notice = Notice(self.image)
        self._place()

        self._navigation = NavigationCommands(workspace, self.image, self)
        self._files = FileCommands(workspace, self.image, self._with_identity, self)
        self._program = ProgramCommands(workspace, self)
        self._labels = LabelCommands(workspace, self)
        self._retraining = RetrainingCommands(workspace, self)
        self.actions_book.connect_handlers(
            {
                **ViewCommands(workspace, self.image).handlers(),
                **self._navigation.handlers(),
                **self._files.handlers(),
                **self._program.handlers(),
                **self._labels.handlers(),
                **self._retraining.handlers(),
                **rating_handlers(workspace),
                **reader_handlers(workspace),
                **mask_handlers(workspace, self.image),
            }
        )
        self.addActions(list(self.actions_book.actions.values()))
        QShortcut(QKeySequence("F10"), self, self.top.open_menu)
        self._hold = HoldToCompare(self.actions_book, workspace.view, self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._focus_keys = FocusKeys(application, self)

        self._soon = Soon(self.refresh, self)
        self._listen()
        self._restore_geometry()
        self.refresh()
        self._give_the_keyboard()

    # places

    def _place(self) -> None:
        self._stage = QStackedWidget(self)
        self._stage.addWidget(self.empty)
        self._stage.addWidget(self.image)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.browser)
        row.addWidget(self._stage, 1)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(row, 1)
        left.addWidget(self.strip)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addLayout(left, 1)
        middle.addWidget(self.side)
        whole = QWidget(self)
        whole.setProperty("role", "ground")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        # A click on a control leaves the arrow keys to the slices; Tab still reaches it.
        for kind in (QAbstractButton, QAbstractSlider, QTabBar):
            for control in self.findChildren(kind):
                if control.focusPolicy() & Qt.FocusPolicy.ClickFocus:
                    control.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _restore_geometry(self) -> None:
        stored = self.workspace.settings.preferences.window_geometry
        try:
            restored = bool(stored) and self.restoreGeometry(
                QByteArray(base64.b64decode(stored, validate=True))
            )
        except ValueError:
            restored = False
        if not restored:
            screen = self.screen().availableGeometry()
            self.resize(min(STARTING[0], screen.width()), min(STARTING[1], screen.height()))

    # listening

    def _listen(self) -> None:
        workspace, view = self.workspace, self.workspace.view
        for signal in (
            workspace.catalogue_changed,
            workspace.models.changed,
            workspace.models.shown_changed,
            workspace.history_changed,
            workspace.annotating.settings_changed,
            workspace.busy_changed,
            view.learned_changed,
            view.overlay_changed,
            view.display_changed,
            view.layout_changed,
            view.tool_changed,
            self.image.cine_changed,
        ):
            signal.connect(self._soon.request)
        self.actions_book.ran.connect(lambda _: self.refresh())
        workspace.case_changed.connect(self._watch)
        workspace.settings.changed.connect(self._setting_changed)
        workspace.notice_raised.connect(self._say)
        workspace.command_requested.connect(self.actions_book.run)
        self.side.action_requested.connect(self.actions_book.run)
        self.empty.recent_chosen.connect(self.open_path)

    def _watch(self) -> None:
        case = self.workspace.case
        if case is not None and case is not self._watched:
            case.prediction_changed.connect(self._soon.request)
        self._watched = case
        self.refresh()
        self._give_the_keyboard()

    def _give_the_keyboard(self) -> None:
        """To the image, so that Space resets the view and presses no button; without one to "Open folder".

        A reader who goes from card to card of the series keeps it there.
        """
        focused = self.focusWidget()
        if not (focused and self.browser.isAncestorOf(focused)):
            (self.image if self.workspace.case is not None else self.empty).setFocus()

    def _setting_changed(self, name: str) -> None:
        if name == "theme":
            application = QApplication.instance()
            if isinstance(application, QApplication):
                apply_theme(application, self.workspace.settings.preferences.theme)
        self._soon.request()

    def _say(self, level: str, sentence: str) -> None:
        place = self.image if self.workspace.case is not None else self.empty
        if self.notice.parentWidget() is not place:
            self.notice.deleteLater()
            self.notice = Notice(place)
        self.notice.say(level, sentence)

    def refresh(self) -> None:
        """Show the documents' state in actions, title and layout."""
        workspace = self.workspace
        open_ = workspace.case is not None
        self._stage.setCurrentWidget(self.image if open_ else self.empty)
        self.browser.setVisible(workspace.catalogue is not None or open_)
        self.strip.setVisible(open_)
        self.side.setVisible(open_ and workspace.settings.preferences.side_panel_shown)
        self.actions_book.enable(needs_met(workspace))
        show_switches(
            self.actions_book, workspace, cine=self.image.cine_playing, full_screen=self.isFullScreen()
        )
        self.top.refresh()
        self.setWindowTitle(self._title())

    def _title(self) -> str:
        """The window's title; without identity under privacy.

        It ends with the program's name, which Qt would append to any title that does not.
        """
        program = (self.tr("research use only"), "ichviewer")
        case = self.workspace.case
        if case is None or self.workspace.view.identity_hidden:
            return " · ".join(program)
        identity = case.volume.identity
        who = readable_name(identity.patient_name) or identity.patient_id
        what = identity.series_description or identity.modality
        return " · ".join(part for part in (who, what, *program) if part)

    def _with_identity(self) -> bool:
        return self.side.include_patient_text

    # opening

    def open_path(self, path: Path) -> None:
        """Open a folder, archive or file."""
        self.workspace.open_path(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; several files of one folder open that folder."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        same_folder = len(paths) > 1 and all(path.parent == paths[0].parent for path in paths)
        path = paths[0].parent if same_folder and all(p.is_file() for p in paths) else paths[0]
        # After the drop has returned, so that the file manager is not kept waiting.
        QTimer.singleShot(0, lambda: self.open_path(path))

    def picture(self) -> QImage:
        """The whole window as it stands."""
        return self.grab().toImage()

    # leaving

    def changeEvent(self, event: QEvent) -> None:
        """Full screen may be left by the window manager, too."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and hasattr(self, "_soon"):
            self._soon.request()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the geometry, save, stop all work."""
        if self.keeps_geometry:
            geometry = base64.b64encode(bytes(self.saveGeometry().data())).decode("ascii")
            self.workspace.settings.change(window_geometry=geometry)
        self.workspace.shut_down()
        event.accept()
