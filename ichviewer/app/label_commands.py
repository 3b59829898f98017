"""What the actions of the Labels menu do, and labels in and out of files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFileDialog

from ichcore.annotations.work_state import WorkState
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from ichviewer.app.main_window import MainWindow
    from ichviewer.documents.workspace import Workspace


class LabelCommands(QObject):
    """Handlers, and whether the window has the keyboard, for the clock of the slices."""

    def __init__(self, workspace: Workspace, window: MainWindow) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        window.installEventFilter(self)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Handlers by action identifier."""
        labelling, view = self._workspace.reading.labelling, self._workspace.view

        def turn(name: str) -> None:
            labelling.turn(view.slice_index, name)

        return {
            "label.accept_slice": lambda: labelling.accept_model(view.slice_index),
            "label.accept_study": partial(labelling.accept_model, None),
            "label.done": self.finish_slice,
            **{f"label.slice_{name}": partial(turn, name) for name in CLASSES},
            **{f"label.study_{name}": partial(labelling.turn, None, name) for name in CLASSES},
            "label.note": self.write_note,
            "label.lock": self.lock,
            "file.export_labels": self.export_labels,
            "file.import_labels": self.import_labels,
            "worklist.show": self.show_worklist,
            "worklist.next": self.open_next,
            "worklist.done": partial(self.mark, WorkState.DONE),
            "worklist.skip": partial(self.mark, WorkState.SKIPPED),
            "worklist.flag": partial(self.mark, WorkState.FLAGGED),
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Time counts while the window is active."""
        if watched is self._window and event.type() in {
            QEvent.Type.WindowActivate,
            QEvent.Type.WindowDeactivate,
        }:
            self._workspace.reading.labelling.clock.set_active(event.type() == QEvent.Type.WindowActivate)
        return False

    # answers

    def finish_slice(self) -> None:
        """Say the rest of the slice, and go to the next."""
        view = self._workspace.view
        self._workspace.reading.labelling.finish(view.slice_index)
        if view.slice_index + 1 < view.slices:
            view.go_to_slice(view.slice_index + 1)

    def write_note(self) -> None:
        """Have the keyboard in the note of the slice."""
        self._workspace.settings.change(side_panel_shown=True)
        self._window.side.show_tab("read")
        self._window.side.slice_section.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def lock(self) -> None:
        """Ask whether the read is over; locked, it is not changed any more."""
        from ichviewer.widgets.dialogs.lock_question import LockQuestion

        read = self._workspace.reading.labelling.read
        if read is None or read.done:
            self._say(
                self.tr("Nothing is read yet, so there is nothing to lock.")
                if read is None
                else self.tr("This read is locked already.")
            )
            return
        self._open(LockQuestion(self._workspace, read, self._window))

    # files

    def export_labels(self) -> None:
        """Ask for a folder, and write the ticked formats into it."""
        workspace, export = self._workspace, self._workspace.reading.export
        case = workspace.case
        why_not = export.why_not(case)
        if case is None or why_not:
            self._window.side.show_tab("export")
            self._say(self.tr(why_not), "warning")
            return
        name = self._asked(
            QFileDialog.getExistingDirectory(
                self._window,
                self.tr("Export labels into a new or empty folder"),
                workspace.settings.preferences.last_folder,
            )
        )
        if name is not None:
            self._window.side.show_tab("export")
            export.start(case, workspace.path, name, workspace.models.card)

    def import_labels(self) -> None:
        """Ask for a file, and take its labels over."""
        kinds = self.tr(
            "Labels (*.json *.nii *.nii.gz *.dcm *.csv);;Bundle (bundle.json);;NIfTI (*.nii *.nii.gz);;"
            "DICOM SEG or heat map (*.dcm);;COCO (*.json);;Table of labels (*.csv);;Any file (*)"
        )
        found, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Import labels"), self._workspace.settings.preferences.last_folder, kinds
        )
        path, case = self._asked(found), self._workspace.case
        if path is not None and case is not None:
            self._workspace.reading.importing.start(case, path)

    def _asked(self, name: str) -> Path | None:
        # Not every window manager gives the keyboard back by itself.
        self._window.activateWindow()
        if not name:
            return None
        self._workspace.settings.change(last_folder=str(Path(name).parent))
        return Path(name)

    # worklist

    def show_worklist(self) -> None:
        """Show what waits."""
        from ichviewer.widgets.dialogs.worklist import WorklistDialog

        self._workspace.reading.waiting.refresh(self._workspace.look)
        self._open(WorklistDialog(self._workspace, self._window))

    def open_next(self) -> None:
        """Open what waits most."""
        self._workspace.reading.waiting.refresh(self._open_next)

    def _open_next(self) -> None:
        waiting = self._workspace.reading.waiting
        if waiting.next is None:
            self._say(self.tr("Nothing waits on the worklist; add a folder to it (Ctrl+Shift+W)."))
        else:
            self._workspace.open_path(Path(waiting.next.path))

    def mark(self, state: WorkState) -> None:
        """Mark the open series on the worklist, and open what waits most."""
        waiting, case = self._workspace.reading.waiting, self._workspace.case
        if case is None:
            return
        uid = case.volume.identity.series_instance_uid
        note = self._workspace.reading.labelling.note(None) if state is WorkState.FLAGGED else ""

        def known() -> None:
            if waiting.entry(uid) is None:
                self._say(self.tr("This series is not on the worklist; add its folder (Ctrl+Shift+W)."))
            else:
                waiting.mark(uid, state, note, self._open_next)

        waiting.refresh(known)

    def _say(self, sentence: str, level: str = "info") -> None:
        self._workspace.notice_raised.emit(level, sentence)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._window.activateWindow)
        dialog.open()
