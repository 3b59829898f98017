"""What the actions of the File menu do: open, close, take pictures, films and findings away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from ichcore.errors import IchError
from ichcore.files import atomic_path
from ichviewer.app.film_export import FilmExport
from ichviewer.documents.agreement_export import write_agreement
from ichviewer.documents.findings import write_findings
from ichviewer.documents.rating_export import write_ratings
from ichviewer.widgets.figure.content import figure_of
from ichviewer.widgets.figure.writing import write_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas import ImageArea


class FileCommands(QObject):
    """Handlers with file dialogs.

    Args:
        workspace: the documents.
        image: where pictures come from.
        with_identity: whether the reader asked for patient text in pictures and films.
        window: parent of the dialogs.
    """

    def __init__(
        self, workspace: Workspace, image: ImageArea, with_identity: Callable[[], bool], window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._image = image
        self._with_identity = with_identity
        self._window = window
        self._film = FilmExport(workspace, image, self)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Handlers by action identifier."""
        return {
            "file.open": self.open_file,
            "file.open_folder": self.open_folder,
            "file.close": self._workspace.close_case,
            "file.screenshot": self.save_screenshot,
            "file.copy_picture": self.copy_picture,
            "file.export_film": self.export_film,
            "file.export_figure": self.export_figure,
            "file.export_findings": self.export_findings,
            "file.export_ratings": self.export_ratings,
            "readers.export": self.export_agreement,
        }

    # open

    def open_file(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open file"), str(self._folder()))
        self._open(name)

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        self._open(
            QFileDialog.getExistingDirectory(self._window, self.tr("Open folder"), str(self._folder()))
        )

    def _folder(self) -> Path:
        """Where a file dialog starts: where the last one ended, else at home."""
        last = self._workspace.settings.preferences.last_folder
        return Path(last) if last and Path(last).is_dir() else Path.home()

    def _open(self, name: str) -> None:
        self._window.activateWindow()
        if name:
            path = Path(name)
            self._workspace.settings.change(last_folder=str(path.parent))
            self._workspace.open_path(path)

    # take away

    def save_screenshot(self) -> None:
        """Ask where to, and save what is on screen."""
        name = f"head-ct-slice-{self._workspace.view.slice_index + 1}.png"
        target = self._ask(self.tr("Save screenshot"), name, self.tr("PNG picture (*.png)"))
        if target is not None:
            self._try(lambda: save_picture(self.picture(), target), target)

    def copy_picture(self) -> None:
        """Put what is on screen on the clipboard."""
        QGuiApplication.clipboard().setImage(self.picture())
        self._say(self.tr("The picture is on the clipboard."))

    def picture(self) -> QImage:
        """What is on screen, with patient text only if asked for."""
        return self._image.snapshot(with_identity=self._with_identity())

    def export_film(self) -> None:
        """Ask where to, and film a scroll in the background."""
        kinds = self.tr("GIF film (*.gif);;MP4 film (*.mp4)")
        target = self._ask(self.tr("Export film"), "head-ct-film.gif", kinds)
        if target is not None:
            self._film.start(target, with_identity=self._with_identity())

    def export_figure(self) -> None:
        """Ask where to, and write what is on screen as a figure for a paper."""
        case, image = self._workspace.case, self._image
        name = f"head-ct-figure-{self._workspace.view.slice_index + 1}.pdf"
        kinds = self.tr("PDF figure (*.pdf);;SVG figure (*.svg);;PNG figure, 300 dpi (*.png)")
        target = self._ask(self.tr("Export figure"), name, kinds)
        if target is not None and case is not None:
            asked = self._with_identity()
            figure = figure_of(self._workspace, case, image.active_view.camera, with_identity=asked)
            self._try(lambda: write_figure(figure, target), target)

    def export_findings(self) -> None:
        """Ask where to, and write probabilities and flags."""
        case = self._workspace.case
        kinds = self.tr("Table (*.csv);;JSON (*.json)")
        target = self._ask(self.tr("Export findings"), "head-ct-findings.csv", kinds)
        if target is not None and case is not None:
            self._try(lambda: write_findings(case, target), target)

    def export_ratings(self) -> None:
        """Ask where to, and write what the reader called the heat maps."""
        case, ratings = self._workspace.case, self._workspace.ratings.ratings
        target = self._ask(self.tr("Export ratings"), "head-ct-ratings.csv", self.tr("Table (*.csv)"))
        if target is not None and case is not None:
            self._try(lambda: write_ratings(case.volume, ratings, target), target)

    def export_agreement(self) -> None:
        """Ask where to, and write how far readers agree and what they changed."""
        target = self._ask(self.tr("Export agreement"), "head-ct-agreement.csv", self.tr("Table (*.csv)"))
        if target is not None:
            self._try(lambda: write_agreement(self._workspace.reading, target), target)

    def _ask(self, title: str, proposed: str, kinds: str) -> Path | None:
        """A target path with a suffix, or ``None`` if the reader thought better of it.

        Args:
            title: of the dialog.
            proposed: a file name that says what it holds but not of whom.
            kinds: the formats to choose from, as Qt has them.
        """
        name, kind = QFileDialog.getSaveFileName(self._window, title, str(self._folder() / proposed), kinds)
        # Not every window manager gives the keyboard back by itself.
        self._window.activateWindow()
        if not name:
            return None
        path = Path(name)
        self._workspace.settings.change(last_folder=str(path.parent))
        found = re.search(r"\*(\.\w+)", kind)
        of_kind = path.with_suffix(found.group(1) if found else Path(proposed).suffix)
        # another format chosen but our name left as it was; no file that the dialog did not ask about is lost
        left = path.name == proposed and not of_kind.exists()
        return path if path.suffix and not left else of_kind

    def _try(self, write: Callable[[], None], target: Path) -> None:
        try:
            write()
        except IchError as error:
            self._workspace.notice_raised.emit("error", str(error))
        except OSError as error:
            sentence = self.tr("{0} could not be written: {1}.").format(target.name, error.strerror or error)
            self._workspace.notice_raised.emit("error", sentence)
        else:
            self._say(self.tr("{0} is saved.").format(target.name))

    def _say(self, sentence: str) -> None:
        self._workspace.notice_raised.emit("info", sentence)


def save_picture(picture: QImage, target: Path) -> None:
    """Write a picture atomically, in the format its suffix names.

    Raises:
        OSError: if the folder cannot be written.
        IchError: if Qt cannot write this format.
    """
    with atomic_path(target) as temporary:
        if not picture.save(str(temporary)):
            raise IchError(f"A picture cannot be written as {target.suffix!r}; choose .png or .jpg.")
