"""Opening in the background: list the series, show the first slice, decode the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from ichcore.errors import NothingFoundError
from ichviewer.documents.busy import Busy
from ichviewer.documents.case import Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ichcore.opening import Catalogue, SeriesEntry
    from ichcore.volume import Volume
    from ichviewer.base.jobs import JobContext, Jobs

KEY = "open"


@dataclass(frozen=True, eq=False)
class _Begun:
    """A series with its first slice in."""

    volume: Volume
    first: int


@dataclass(frozen=True)
class _Decoded:
    """One more slice is in."""

    index: int


class OpeningFlow(QObject):
    """Finds and decodes in the file lane; emits on the Qt thread."""

    catalogue_found = Signal()
    case_begun = Signal(object, int)
    """The new :class:`Case` and the index of its first slice shown."""
    completed = Signal()
    failed = Signal(str)
    busy_changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._catalogue: Catalogue | None = None
        self._case: Case | None = None
        self._busy: Busy | None = None
        self._series_uid = ""

    @property
    def catalogue(self) -> Catalogue | None:
        """What was found under the open path."""
        return self._catalogue

    @property
    def series_uid(self) -> str:
        """The series being shown or opened."""
        return self._series_uid

    @property
    def busy(self) -> Busy | None:
        """How far opening is; ``None`` when it is over."""
        return self._busy

    @property
    def decoding(self) -> bool:
        """Whether slices are still to come."""
        return self._jobs.running(KEY)

    def open_path(self, path: Path) -> None:
        """List what is under a path and open the proposed series."""
        self._set_busy(Busy("Reading headers"))

        def work(context: JobContext) -> Volume:
            from ichcore.opening import find_series

            catalogue = find_series(path, progress=context.progress, cancel=context.cancel)
            entry = catalogue.proposed
            if entry is None:
                raise NothingFoundError(
                    f"{path.name} holds no series that can be shown; open another folder."
                )
            context.post(catalogue)
            return _decode(context, entry)

        self._submit(work)

    def open_series(self, series_uid: str) -> None:
        """Open another series of the catalogue."""
        entry = self._catalogue.get(series_uid) if self._catalogue is not None else None
        if entry is None:
            return
        self._series_uid = series_uid
        self._set_busy(Busy("Decoding"))
        self._submit(lambda context: _decode(context, entry))

    def show(self, volume: Volume) -> None:
        """Show a volume that is in memory."""
        self._series_uid = volume.identity.series_instance_uid
        self._begin(_Begun(volume, volume.shape[0] // 2))
        self._complete(volume)

    def cancel(self) -> None:
        """Stop; slices that are in stay."""
        self._jobs.cancel(KEY)

    def leave_series(self) -> None:
        """Stop, and let nothing more of the series arrive."""
        self._jobs.drop(KEY)
        self._case = None
        self._series_uid = ""
        self._set_busy(None)

    def drop(self) -> None:
        """Leave the whole study."""
        self.leave_series()
        self._catalogue = None

    # on the Qt thread

    def _submit(self, work: Callable[[JobContext], Volume]) -> None:
        self._jobs.submit(
            "io",
            work,
            key=KEY,
            done=self._complete,
            failed=self._fail,
            stopped=self._stopped,
            streamed=self._take,
            progressed=lambda done, total, message: self._set_busy(
                Busy("Decoding" if self._case is not None else "Reading headers", done, total)
            ),
            urgent=True,
        )

    def _take(self, value: object) -> None:
        if isinstance(value, _Decoded):
            if self._case is not None:
                self._case.mark_decoded(value.index)
        elif isinstance(value, _Begun):
            self._begin(value)
        else:
            self._catalogue = cast("Catalogue", value)
            proposed = self._catalogue.proposed
            self._series_uid = proposed.series_instance_uid if proposed is not None else ""
            self.catalogue_found.emit()

    def _begin(self, begun: _Begun) -> None:
        self._case = Case(begun.volume)
        self.case_begun.emit(self._case, begun.first)

    def _complete(self, volume: Volume) -> None:
        if self._case is not None:
            self._case.complete(volume)
        self._set_busy(None)
        self.completed.emit()

    def _fail(self, sentence: str) -> None:
        self._set_busy(None)
        self.failed.emit(sentence)

    def _stopped(self) -> None:
        self._set_busy(None)
        if self._case is None:
            self.failed.emit("Opening was cancelled.")
            return
        decoded = self._case.volume.decoded
        self.failed.emit(f"Opening was cancelled; {int(decoded.sum())} of {decoded.size} slices are in.")

    def _set_busy(self, busy: Busy | None) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit()


def _decode(context: JobContext, entry: SeriesEntry) -> Volume:
    """Decode a series in this worker; streams the volume once its first slice is in, then every slice."""
    from ichcore.opening import begin, decode

    volume = begin(entry)
    first = entry.slices // 2

    def on_slice(index: int) -> None:
        context.post(_Begun(volume, first) if index == first else _Decoded(index))

    return decode(
        entry, volume, first=first, on_slice=on_slice, progress=context.progress, cancel=context.cancel
    )
