"""Filming a scroll: pictures are drawn here slice by slice, and written in the file lane."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from ichviewer.documents.film import write_film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.progress import CancelToken
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas import ImageArea

FILM_PX = 512
AHEAD = 8
"""Pictures drawn ahead of the writer; more would only take memory."""
KEY = "film"


class FilmExport(QObject):
    """Draws a picture between two events, so that the window stays alive, and streams them to the writer."""

    def __init__(self, workspace: Workspace, image: ImageArea, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._image = image
        self._next = 0
        self._asked = -1
        self._with_identity = False
        self._waiting: NDArray[np.uint8] | None = None
        self._frames: queue.Queue[NDArray[np.uint8] | None] = queue.Queue(AHEAD)
        self._draw_timer = QTimer(self)
        self._draw_timer.timeout.connect(self._draw)
        workspace.case_changed.connect(self._abandon)

    def start(self, target: Path, *, with_identity: bool = False) -> None:
        """Film every slice from the lowest to the highest, as the view shows them."""
        self._abandon()
        self._next, self._with_identity, self._waiting = 0, with_identity, None
        self._asked = -1
        frames: queue.Queue[NDArray[np.uint8] | None] = queue.Queue(AHEAD)
        self._frames = frames
        fps = self._workspace.settings.preferences.cine_fps
        say = self._workspace.notice_raised.emit

        def work(context: JobContext) -> int:
            return write_film(target, _take(frames, context.cancel), fps)

        def over() -> None:
            self._draw_timer.stop()

        def done(count: int) -> None:
            over()
            say("info", self.tr("{0} is saved: {1} slices.").format(target.name, count))

        def failed(sentence: str) -> None:
            over()
            say("error", sentence)

        self._workspace.jobs.submit("io", work, key=KEY, done=done, failed=failed, stopped=over)
        say("info", self.tr("Filming {0} slices…").format(self._workspace.view.slices))
        self._draw_timer.start(0)

    def _abandon(self) -> None:
        if self._draw_timer.isActive():
            self._draw_timer.stop()
            self._workspace.jobs.cancel(KEY)

    def _overlay_comes(self) -> bool:
        """Whether the next slice's heat maps are still under way; asks for them once."""
        flow = self._workspace.inference.heatmaps
        if flow.ready(self._next):
            return False
        if self._asked < self._next:
            self._asked = self._next
            flow.fetch(self._next)
            return True
        return flow.fetching

    def _draw(self) -> None:
        """Draw one picture, unless the writer is still busy with those before."""
        if self._waiting is None:
            if self._next < self._workspace.view.slices:
                if self._overlay_comes():
                    self._draw_timer.setInterval(10)
                    return
                picture = self._image.render_slice(self._next, FILM_PX, with_identity=self._with_identity)
                self._waiting = as_rgb(picture)
                self._next += 1
            else:
                self._put(None)
                return
        if self._put(self._waiting):
            self._waiting = None

    def _put(self, frame: NDArray[np.uint8] | None) -> bool:
        try:
            self._frames.put_nowait(frame)
        except queue.Full:
            self._draw_timer.setInterval(10)
            return False
        if frame is None:
            self._draw_timer.stop()
        else:
            self._draw_timer.setInterval(0)
        return True


def _take(frames: queue.Queue[NDArray[np.uint8] | None], cancel: CancelToken) -> Iterator[NDArray[np.uint8]]:
    """Frames as they come, until ``None``; looks at the cancel token while it waits."""
    while True:
        cancel.raise_if_cancelled()
        try:
            frame = frames.get(timeout=0.1)
        except queue.Empty:
            continue
        if frame is None:
            return
        yield frame


def as_rgb(picture: QImage) -> NDArray[np.uint8]:
    """uint8 ``(rows, columns, 3)`` of a picture."""
    flat = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : flat.width() * 3].reshape(flat.height(), flat.width(), 3).copy()
