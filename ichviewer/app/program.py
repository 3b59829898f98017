"""The composition root: one application, one workspace, one window, and the ways to run them."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from ichcore.errors import IchError
from ichcore.files import resource
from ichviewer.app.main_window import MainWindow
from ichviewer.base.crash import CrashReporter
from ichviewer.base.log import start_logging
from ichviewer.base.settings import Settings
from ichviewer.documents.workspace import Workspace
from ichviewer.widgets.style import apply_theme, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PICTURE_SIZE = (1440, 900)
"""The window where no screen bounds it, pixels."""
PATIENCE_S = 300.0
"""A picture or a self-test waits at most this long for a prediction."""


class Program(QObject):
    """Builds everything, then runs it in one of its ways; every way returns an exit status."""

    _broke = Signal(object)
    """Path of a crash report, from whichever thread it came."""

    def __init__(self) -> None:
        start_logging()
        self._crashes = CrashReporter()
        self._crashes.install()
        application = QApplication.instance() or QApplication(sys.argv[:1])
        super().__init__()
        self._application = application
        QCoreApplication.setApplicationName("ichviewer")
        QApplication.setApplicationDisplayName("ichviewer")
        QApplication.setDesktopFileName("ichviewer")
        QApplication.setWindowIcon(QIcon(str(resource("icons", "ichviewer.png"))))
        self.settings = Settings()
        if isinstance(application, QApplication):
            prepare(application)
            apply_theme(application, self.settings.preferences.theme)
        self.workspace = Workspace(self.settings)
        self.window = MainWindow(self.workspace)
        self._broke.connect(self._tell)
        self._crashes.tell(self._broke.emit)
        self._stop_on_signals()

    # ways to run

    def run(self, path: Path | None) -> int:
        """Show the window, open ``path`` if there is one, until the user leaves."""
        self.window.show()
        QTimer.singleShot(0, self._first_run)
        if path is not None:
            QTimer.singleShot(0, lambda: self.workspace.open_path(path))
        return self._application.exec()

    def demo(self) -> int:
        """Show the window with the demo study, predicted, with overlay and learned window."""
        from ichviewer.app.demo import open_demo, show_demo

        self.window.show()
        workspace = self.workspace

        def predicted() -> None:
            workspace.inference.finished.disconnect(predicted)
            show_demo(workspace)

        workspace.inference.finished.connect(predicted)
        QTimer.singleShot(0, lambda: open_demo(workspace))
        return self._application.exec()

    def demo_pictures(self) -> int:
        """The demo where there is no display: the same steps, and their pictures in a folder."""
        from ichviewer.app.demo import make_demo, write_pictures
        from ichviewer.app.waiting import wait_settled
        from ichviewer.base.places import data_folder

        def run() -> int:
            folder = data_folder() / "demo-pictures"
            self._open_and_wait(make_demo())
            written = write_pictures(self.window, folder, lambda: wait_settled(self.workspace, PATIENCE_S))
            _say(f"There is no display, so the demo was drawn into {folder}:")
            for path in written:
                _say(f"  {path.name}")
            return 0

        return self._alone(run)

    def screenshot(self, path: Path | None, target: Path) -> int:
        """Open ``path`` (the demo study without one), wait until it is predicted, save the window, end."""
        from ichviewer.app.demo import make_demo, show_demo
        from ichviewer.app.file_commands import save_picture
        from ichviewer.app.waiting import wait_settled

        def run() -> int:
            self._open_and_wait(path if path is not None else make_demo())
            if path is None:
                show_demo(self.workspace)
                wait_settled(self.workspace, PATIENCE_S)
            save_picture(self.window.picture(), target)
            return 0

        return self._alone(run)

    def self_test(self) -> int:
        """Try every step on a phantom and say what failed."""
        from ichviewer.app.self_test import run_self_test

        return self._alone(lambda: run_self_test(self.window, _say))

    # inside

    def _open_and_wait(self, path: Path) -> None:
        """Open a path and wait until it is predicted.

        Raises:
            IchError: if it could not be opened or predicted.
        """
        from ichviewer.app.waiting import wait_settled

        said: list[str] = []
        self.workspace.notice_raised.connect(
            lambda level, sentence: said.append(sentence) if level == "error" else None
        )
        self.workspace.open_path(path)
        settled = wait_settled(self.workspace, PATIENCE_S)
        if said:
            raise IchError(said[0])
        if not settled:
            raise IchError(f"Nothing came of it within {PATIENCE_S:.0f} seconds.")

    def _alone(self, run: Callable[[], int]) -> int:
        """Run without a person: window shown, errors in one line, everything ended afterwards."""
        self.window.keeps_geometry = False
        if QApplication.platformName() == "offscreen":
            self.window.resize(*PICTURE_SIZE)
        self.window.show()
        try:
            return run()
        except (IchError, OSError) as error:
            sys.stderr.write(f"ichviewer: {error}\n")
            return 1
        finally:
            self.window.close()
            self.workspace.shut_down()

    def _first_run(self) -> None:
        if not self.settings.preferences.first_run_done:
            self.window.actions_book.run("help.research_use")

    def _tell(self, report: Path) -> None:
        """A calm word after a defect; one at a time is enough."""
        from ichviewer.widgets.dialogs.crash_notice import CrashNotice

        if self.window.findChild(CrashNotice) is None:
            notice = CrashNotice(report, self.window)
            notice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            notice.open()

    def _stop_on_signals(self) -> None:
        """Let Ctrl+C in a terminal, and a session's end, close the window properly."""
        for name in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError):  # not in the main thread (a test's)
                signal.signal(name, lambda *_: self.window.close())
        # Python handles a signal only between bytecodes; Qt's loop runs none while nothing happens.
        pulse = QTimer(self)
        pulse.timeout.connect(lambda: None)
        pulse.start(500)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
