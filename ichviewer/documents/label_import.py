"""Labels from elsewhere, taken over into the reader's own annotation as one step that can be undone.

A heat map from elsewhere (DICOM Parametric Map) is shown in place of the model's, and is no label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.badges import BACK_TO_OWN, map_title

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.step import Step
    from ichcore.export.pmap_reading import ReadMap
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState

KEY, MAP = "label-import", "map-import"
NO_MAPS = (".json", ".csv", ".nii", ".gz")
HIDDEN = "What models say is hidden until you lock your read, and so are their heat maps."


class LabelImport(QObject):
    """Reads in the lane for files; the annotation is opened first where it is not."""

    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self, jobs: Jobs, annotating: Annotating, view: ViewState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._annotating, self._view = jobs, annotating, view
        self._waiting: tuple[Case, Path] | None = None
        annotating.ready_changed.connect(self._go_on)

    def start(self, case: Case, path: Path) -> None:
        """Take over what a file of labels says of the open series, or show its heat map."""
        if path.suffix.lower() not in NO_MAPS and path.is_file():
            self._show_map(case, path)
        else:
            self._take_labels(case, path)

    def _show_map(self, case: Case, path: Path) -> None:
        volume = case.volume

        def work(_: JobContext) -> ReadMap | None:
            from ichcore.export.pmap_reading import is_parametric_map, read_heatmaps

            return read_heatmaps(path, volume) if is_parametric_map(path) else None

        def done(read: ReadMap | None) -> None:
            if read is None:
                self._take_labels(case, path)
            elif case.model_hidden:
                self.notice_raised.emit("warning", HIDDEN)
            else:
                case.show_map(read)
                self._view.change_overlay(visible=True)
                self.notice_raised.emit("info", f"{path.name} is shown: {map_title(read)}. {BACK_TO_OWN}")

        self._jobs.submit(
            "io", work, key=MAP, done=done, failed=lambda said: self.notice_raised.emit("error", said)
        )

    def _take_labels(self, case: Case, path: Path) -> None:
        self._waiting = (case, path)
        if self._annotating.prepare():
            self._go_on()

    def _go_on(self) -> None:
        annotation, waiting = self._annotating.annotation, self._waiting
        if annotation is None or waiting is None:
            return
        self._waiting = None
        case, path = waiting
        volume, contents = case.volume, annotation.contents

        def work(_: JobContext) -> Step:
            from dataclasses import replace

            from ichcore.export.importing import imported, read_labels

            found = read_labels(path, volume)
            # made over what is there when it is done, whatever was said meanwhile
            return imported(replace(contents, mask=contents.mask.copy()), found, path.name)

        def done(step: Step) -> None:
            if self._annotating.annotation is not annotation:
                return
            if step.empty:
                self.notice_raised.emit("info", f"{path.name} says nothing else than what is here.")
                return
            self._annotating.change(visible=True)
            self._annotating.do(step)
            self.notice_raised.emit("info", f"{path.name} is taken over; undo brings back what was here.")

        self._jobs.submit(
            "io", work, key=KEY, done=done, failed=lambda said: self.notice_raised.emit("error", said)
        )
