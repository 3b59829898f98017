"""Thumbnails of every series of a study, made in the file lane after the shown one is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichviewer.documents.default_window import default_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.opening import Catalogue, SeriesEntry
    from ichviewer.base.jobs import JobContext, Jobs

KEY = "thumbnails"
SIDE = 128
"""Longer side of a thumbnail, pixels."""


class Thumbnails(QObject):
    """Pictures by series UID; anatomy only, no text."""

    ready = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._pictures: dict[str, NDArray[np.uint8]] = {}

    def get(self, series_uid: str) -> NDArray[np.uint8] | None:
        """uint8 ``(h, w)``, or ``None`` until it is there."""
        return self._pictures.get(series_uid)

    def forget(self) -> None:
        """Another study: drop what is there and what is under way."""
        self._jobs.drop(KEY)
        self._pictures.clear()

    def take(self, catalogue: Catalogue) -> None:
        """Make thumbnails of every series."""

        def work(context: JobContext) -> None:
            for entry in catalogue.series:
                context.let_urgent_pass()
                context.cancel.raise_if_cancelled()
                context.post((entry.series_instance_uid, thumbnail_of(entry)))

        def streamed(answer: tuple[str, NDArray[np.uint8]]) -> None:
            uid, picture = answer
            self._pictures[uid] = picture
            self.ready.emit(uid)

        # One that cannot be made is no news: opening that series says what is wrong with it.
        self._jobs.submit("io", work, key=KEY, streamed=streamed)


def thumbnail_of(entry: SeriesEntry) -> NDArray[np.uint8]:
    """The middle slice through the brain window, at most :data:`SIDE` pixels a side.

    Not through the series' own window: many exports store one for bone or for all HU, in which every head
    is the same flat grey. Pixels are averaged over blocks, so that noise does not alias into a pattern.
    """
    plane = np.empty((entry.rows, entry.columns), np.int16)
    entry.source.prepare()
    entry.source.decode_slice(entry.slices // 2, plane)
    step = max(1, -(-max(plane.shape) // SIDE))
    rows, columns = plane.shape[0] // step * step, plane.shape[1] // step * step
    if rows and columns:
        blocks = plane[:rows, :columns].reshape(rows // step, step, columns // step, step)
        small = blocks.mean(axis=(1, 3))
    else:
        small = plane.astype(np.float64)
    grey: NDArray[np.uint8] = np.round(default_window(is_hu=entry.is_hu).apply(small) * 255.0).astype(
        np.uint8
    )
    return grey
